package claudegateway.faults;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * SIGKILL at random moments under load. A message is acknowledged when its client has the head of a 200; it must
 * then be there, once. So must an answer that its client has in whole.
 */
final class GatewayKills implements Fault {
  private static final int CLIENTS = 6;
  private static final int LATEST_MILLIS = 1_500;

  /** One kill in so many comes at any moment after the start, the others when answers run. */
  private static final int EARLY_ONES = 8;

  private static final Duration FIRST_ANSWER_MAX = Duration.ofSeconds(20);

  /** @param answer null when the client was cut off */
  private record Acknowledged(String session, String question, String answer) {}

  private final Semaphore answering = new Semaphore(0);
  private final List<Acknowledged> acknowledged = new ArrayList<>();

  @Override
  public String name() {
    return "gateway: kill -9 under load";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    int rounds = plan.times(8, 100);
    RandomGenerator random = plan.random(1);
    try (GatewayProcess gateway = GatewayProcess.started();
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<String> sessions = new ArrayList<>();
      try (Talk talk = gateway.talk()) {
        for (int i = 0; i < CLIENTS; i++) {
          sessions.add(talk.newSession("client " + i));
        }
      }
      for (int round = 0; round < rounds; round++) {
        List<Future<?>> clients = new ArrayList<>();
        answering.drainPermits();
        for (int i = 0; i < CLIENTS; i++) {
          String session = sessions.get(i);
          String label = round + "-" + i;
          RandomGenerator own = plan.random(100L * round + i);
          clients.add(threads.submit(() -> {
            talkUntilKilled(gateway, session, label, own, tally);
            return null;
          }));
        }
        if (random.nextInt(EARLY_ONES) > 0 && !answering.tryAcquire(FIRST_ANSWER_MAX.toSeconds(), TimeUnit.SECONDS)) {
          tally.stuck("no client had an answer " + FIRST_ANSWER_MAX.toSeconds() + " s after a start");
        }
        Thread.sleep(random.nextInt(LATEST_MILLIS));
        gateway.kill();
        tally.injected();
        for (Future<?> client : clients) {
          client.get();
        }
        Set<Long> before = new HashSet<>(gateway.commandLines().keySet());
        gateway.start();
        gateway.lookForOrphans(tally, before::contains);
        integrity(gateway, tally);
        look(gateway, sessions, tally);
      }
      tally.note(acknowledged.size() + " acknowledged messages, "
          + acknowledged.stream().filter(each -> each.answer != null).count() + " whole answers");
      gateway.stopAndLook(tally);
    }
  }

  private void talkUntilKilled(GatewayProcess gateway, String session, String label, RandomGenerator random,
      Tally tally) throws InterruptedException {
    try (Talk talk = gateway.talk()) {
      for (int n = 0; ; n++) {
        String mark = "q" + label + "-" + n + ".";
        String question = "#say a" + label + "-" + n + ".\n#tokens " + random.nextInt(1, 200) + " "
            + random.nextInt(0, 8) + "\n" + mark;
        Talk.Said said = talk.stream(session, question, _ -> answering.release());
        if (said.begun()) {
          synchronized (acknowledged) {
            acknowledged.add(new Acknowledged(session, mark, said.whole() ? said.text() : null));
          }
        }
        if (!said.whole()) {
          if (!said.broken()) {
            tally.wrong("a client was refused or failed without a kill: " + said);
          }
          return;
        }
      }
    }
  }

  private static void integrity(GatewayProcess gateway, Tally tally) throws Exception {
    try (Connection sql = DriverManager.getConnection("jdbc:sqlite:file:" + gateway.database() + "?mode=ro");
        ResultSet check = sql.createStatement().executeQuery("PRAGMA integrity_check")) {
      if (!check.next() || !check.getString(1).equals("ok")) {
        tally.lost("the database: " + check.getString(1));
      }
    }
  }

  private void look(GatewayProcess gateway, List<String> sessions, Tally tally) throws Exception {
    try (Talk talk = gateway.talk()) {
      for (String session : sessions) {
        List<String> stored = talk.messages(session);
        for (Acknowledged each : acknowledged) {
          if (each.session.equals(session)) {
            count(stored, "user: ", each.question, each.question, tally);
            if (each.answer != null) {
              count(stored, "assistant: ", each.answer.substring(0, each.answer.indexOf('.') + 1), each.answer, tally);
            }
          }
        }
      }
    }
  }

  private static void count(List<String> stored, String role, String mark, String whole, Tally tally) {
    List<String> found = stored.stream().filter(each -> each.startsWith(role) && each.contains(mark)).toList();
    if (found.size() != 1) {
      tally.lost(mark + " is there " + found.size() + " times as " + role);
    } else if (!found.getFirst().contains(whole)) {
      tally.lost(mark + " was cut");
    }
  }
}

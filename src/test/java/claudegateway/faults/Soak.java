package claudegateway.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/** Mixed load for a while, looked at every minute: nothing may grow once everything has been used. */
record Soak(Duration length) implements Fault {
  private static final int CLIENTS = 8;
  private static final long LOOK_EVERY_MILLIS = 60_000;

  @Override
  public String name() {
    return "soak: " + length.toMinutes() + " minutes of mixed load";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.started("--max-concurrent-sessions", "12")) {
      load(gateway, plan, Duration.ofSeconds(20), new Tally());
      Vitals before = Vitals.of(gateway);
      long end = System.nanoTime() + length.toNanos();
      try (Bystander bystander = new Bystander(gateway, tally)) {
        while (System.nanoTime() < end) {
          load(gateway, plan, Duration.ofMillis(Math.min(LOOK_EVERY_MILLIS, (end - System.nanoTime()) / 1_000_000 + 1)),
              tally);
          tally.note(Vitals.of(gateway).toString());
        }
      }
      before.compare(gateway, tally);
      gateway.stopAndLook(tally);
    }
  }

  private static void load(GatewayProcess gateway, Plan plan, Duration length, Tally tally) throws Exception {
    long end = System.nanoTime() + length.toNanos();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        RandomGenerator random = plan.random(end + i);
        running.add(threads.submit(() -> {
          try (Talk talk = gateway.talk()) {
            while (System.nanoTime() < end) {
              one(talk, random, tally);
            }
          }
          return null;
        }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
  }

  private static void one(Talk talk, RandomGenerator random, Tally tally) throws Exception {
    String session = talk.newSession("soak");
    for (int turn = random.nextInt(1, 6); turn > 0; turn--) {
      int tokens = random.nextInt(1, 300);
      Talk.Said said = talk.stream(session, "#tokens " + tokens + " 2");
      tally.injected();
      if (!said.whole() || !said.text().endsWith("w" + (tokens - 1) + " ")) {
        tally.lost("an answer: " + said);
      }
    }
    switch (random.nextInt(4)) {
      case 0 -> talk.stream(session, "#tokens 5\n#die");
      case 1 -> talk.say("", "#say without a session");
      case 2 -> talk.get("/v1/sessions?limit=20");
      default -> talk.messages(session);
    }
    if (random.nextBoolean()) {
      talk.delete("/v1/sessions/" + session);
    }
  }
}

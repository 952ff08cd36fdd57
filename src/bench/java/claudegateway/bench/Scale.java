package claudegateway.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What sessions cost the gateway, its children not counted: memory and threads, idle, streaming, and put away. */
final class Scale implements Part {
  private static final int DELTAS_A_SECOND = 50;
  private static final int PUT_AWAY_PROCESSES = 4;

  @Override
  public void run(Lab lab, Report report) throws Exception {
    report.part("Scale, the gateway alone", "idle MB", "stream MB", "threads", "deltas/s");
    GatewayProcess gateway = lab.fakeGateway(lab.freshData(), "--spares", "0", "--max-concurrent-sessions", "600");
    int seconds = lab.pick(3, 1);
    List<Talk> talks = new ArrayList<>();
    for (int count : lab.quick() ? new int[] {100} : new int[] {1, 10, 100, 500}) {
      while (talks.size() < count) {
        talks.add(lab.keep(gateway.talk(Talk.Kind.SESSION_ID)));
        talks.getLast().say("#say hello");
      }
      Machine.awaitQuiet();
      double idle = megabytes(gateway);
      List<Answer> answers = new ArrayList<>();
      for (Talk talk : talks) {
        answers.add(talk.ask("#tokens " + DELTAS_A_SECOND * seconds + " " + 1_000 / DELTAS_A_SECOND,
            Answer.Listener.NONE));
      }
      double streaming = 0;
      long threads = 0;
      long begun = System.nanoTime();
      while (answers.stream().anyMatch(answer -> !answer.done().isDone())) {
        streaming = Math.max(streaming, megabytes(gateway));
        threads = Math.max(threads, Machine.threads(gateway.jvm()));
        Thread.sleep(50);
      }
      double took = (System.nanoTime() - begun) / 1e9;
      report.row(count + (count == 1 ? " session" : " sessions"), idle, streaming, threads,
          count * DELTAS_A_SECOND * seconds / took);
      if (count == 100) {
        report.verdict("memory with 100 streaming sessions", streaming, "MB", Target.atMost(150));
      }
    }
    lab.close(gateway);
    if (!lab.quick()) {
      // Of few sessions each would count for a share of what they have in common.
      putAway(lab, report);
    }
  }

  /** Sessions that have lost their process to others. */
  private static void putAway(Lab lab, Report report) throws Exception {
    Path data = lab.freshData();
    GatewayProcess gateway = lab.fakeGateway(data, "--spares", "0",
        "--max-concurrent-sessions", Integer.toString(PUT_AWAY_PROCESSES));
    int count = 500;
    Talk talk = gateway.talk(Talk.Kind.ALWAYS_NEW);
    for (int i = 0; i < 20; i++) {
      talk.say("#tokens 20 0");
    }
    long before = Machine.liveHeapBytes(gateway.jvm());
    for (int i = 0; i < count; i++) {
      talk.say("#tokens 20 0");
    }
    long grown = Machine.liveHeapBytes(gateway.jvm()) - before;
    gateway.stop();
    double stored = Files.size(data.resolve("gateway.db")) / (count + 20.0);
    report.part("A session without a process", "kB");
    report.row("in the gateway's heap", grown / 1e3 / count);
    report.row("in the database, with a turn of 20 deltas", stored / 1e3);
    report.verdict("memory of an idle session without a process", grown / 1e3 / count, "kB", Target.atMost(100));
  }

  private static double megabytes(GatewayProcess gateway) {
    return Machine.residentBytes(gateway.jvm()) / 1e6;
  }
}

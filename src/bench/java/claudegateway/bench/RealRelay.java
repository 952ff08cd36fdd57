package claudegateway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The same with the real CLI: from the model's write to the reader, through the CLI alone and through the CLI and the
 * gateway, taking turns.
 */
final class RealRelay implements Part {
  private static final int DELTAS_A_SECOND = 50;

  /** A CLI's memory when it works, and as much again for the machine. */
  private static final long CLI_BYTES = 300L << 20;

  @Override
  public void run(Lab lab, Report report) throws InterruptedException {
    report.part("Relay, ms from the model's write to the reader (real CLIs, 50 deltas/s)", "p50", "p95", "p99");
    GatewayProcess gateway = lab.gateway("--spares", "0", "--max-concurrent-sessions", "40");
    List<Speaker> talks = new ArrayList<>();
    List<Speaker> bare = new ArrayList<>();
    for (int count : new int[] {1, 8, 16}) {
      if (Machine.freeMemory() < 2 * (count - talks.size()) * CLI_BYTES) {
        report.note(count + " sessions: not enough memory for " + 2 * count + " CLIs");
        break;
      }
      int before = talks.size();
      while (talks.size() < count) {
        talks.add(lab.keep(gateway.talk(Talk.Kind.SESSION_ID)));
        bare.add(lab.bare());
      }
      Speaker.greet(talks.subList(before, count));
      Speaker.greet(bare.subList(before, count));
      Machine.awaitQuiet();
      Samples direct = new Samples();
      Samples relayed = new Samples();
      int seconds = lab.pick(4, 1);
      together(lab, talks, DELTAS_A_SECOND / 2, new Samples());
      for (int round = 0; round < lab.pick(3, 1); round++) {
        together(lab, bare, DELTAS_A_SECOND * seconds, direct);
        together(lab, talks, DELTAS_A_SECOND * seconds, relayed);
      }
      row(report, count + " bare", direct);
      row(report, count + " by the gateway", relayed);
    }
    lab.close(gateway);
    bare.forEach(cli -> lab.close((BareCli) cli));
  }

  private static void row(Report report, String label, Samples samples) {
    report.row(label, samples.percentile(50), samples.percentile(95), samples.percentile(99));
  }

  /** All answer at once; their deltas are let out evenly over time. */
  private static void together(Lab lab, List<Speaker> speakers, int deltas, Samples samples)
      throws InterruptedException {
    List<Answer> answers = new ArrayList<>();
    List<PacedModel.Pace> paces = new ArrayList<>();
    for (int i = 0; i < speakers.size(); i++) {
      String key = "answer" + i;
      PacedModel.Pace pace = lab.model().pace(key, deltas);
      paces.add(pace);
      answers.add(speakers.get(i).ask("#paced " + key, (text, from, to, nanos) ->
          samples.addNanosAsMillis(nanos - pace.releasedNanos(text, from))));
    }
    lab.model().awaitTaken();
    long step = 1_000_000_000L / DELTAS_A_SECOND / speakers.size();
    long next = System.nanoTime();
    for (int i = 0; i < deltas * speakers.size(); i++) {
      next += step;
      while (System.nanoTime() < next) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
      paces.get(i % paces.size()).release();
    }
    for (Answer answer : answers) {
      Speaker.whole(answer);
    }
  }
}

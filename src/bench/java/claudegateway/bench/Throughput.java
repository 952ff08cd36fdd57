package claudegateway.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Fake CLIs that print as fast as they can, each read by one client: tokenizer, turn log, event stream. What arrives
 * is counted in deltas of the CLI; clients that are behind get neighbouring ones folded into one event.
 */
final class Throughput implements Part {
  private static final int DELTA_BYTES = 8;

  /** A slow reader takes this much at a time. */
  private static final int SLOW_BUFFER_BYTES = 16 << 10;

  /** What the fake CLI prints for a delta of that size: the line's length without its text, as the real one's. */
  private static final int LINE_BYTES = 232 + DELTA_BYTES;

  @Override
  public void run(Lab lab, Report report) throws InterruptedException {
    report.part("Throughput, fake CLIs at full speed", "deltas/s", "CLI MB/s", "events/s", "slowest/s",
        "µs of CPU");
    GatewayProcess gateway = lab.fakeGateway(lab.freshData(), "--spares", "0", "--max-concurrent-sessions", "100");
    int deltas = lab.pick(1_200_000, 200_000);
    double slowest = Double.MAX_VALUE;
    measure(lab, gateway, 4, deltas / 4, 0);
    for (int readers : lab.quick() ? new int[] {1, 16} : new int[] {1, 16, 64}) {
      Rates rates = measure(lab, gateway, readers, deltas, 0);
      row(report, readers + (readers == 1 ? " reader" : " readers"), rates);
      slowest = Math.min(slowest, rates.deltas);
    }
    Rates lagging = measure(lab, gateway, 16, deltas, SLOW_BUFFER_BYTES);
    row(report, "16 readers that lag", lagging);
    report.verdict("deltas end to end", slowest, "1/s", Target.atLeast(50_000));
    report.verdict("deltas with readers that lag", lagging.deltas, "1/s", Target.atLeast(200_000));
    report.verdict("events to the slowest reader that lags", lagging.eventsOfSlowest, "1/s", Target.atLeast(10));
    lab.close(gateway);
  }

  private record Rates(double deltas, double events, double eventsOfSlowest, double micros) {}

  private static void row(Report report, String label, Rates rates) {
    report.row(label, rates.deltas, rates.deltas * LINE_BYTES / 1e6, rates.events, rates.eventsOfSlowest, rates.micros);
  }

  private static Rates measure(Lab lab, GatewayProcess gateway, int readers, int deltas, int receiveBuffer)
      throws InterruptedException {
    int each = deltas / readers;
    List<Talk> talks = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      talks.add(lab.keep(new Talk(gateway.connect(receiveBuffer), Talk.Kind.SESSION_ID)));
    }
    Speaker.greet(talks);
    List<Answer> answers = new ArrayList<>();
    double before = Machine.cpuMicros(gateway.jvm());
    for (Talk talk : talks) {
      answers.add(talk.ask("#fullspeed " + each + " " + DELTA_BYTES, Answer.Listener.NONE));
    }
    long first = Long.MAX_VALUE;
    long last = 0;
    long events = 0;
    double slowest = Double.MAX_VALUE;
    for (Answer answer : answers) {
      Speaker.whole(answer);
      if (answer.bytes() != (long) each * DELTA_BYTES) {
        throw new IllegalStateException(answer.bytes() + " bytes arrived of " + each * DELTA_BYTES);
      }
      first = Math.min(first, answer.firstNanos());
      last = Math.max(last, answer.lastNanos());
      events += answer.deltas();
      slowest = Math.min(slowest, answer.deltas() * 1e9 / (answer.lastNanos() - answer.firstNanos()));
    }
    talks.forEach(lab::close);
    double seconds = (last - first) / 1e9;
    return new Rates((double) each * readers / seconds, events / seconds, slowest,
        (Machine.cpuMicros(gateway.jvm()) - before) / each / readers);
  }
}

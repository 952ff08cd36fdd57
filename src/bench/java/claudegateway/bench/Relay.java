package claudegateway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the gateway adds to each delta: fake CLIs write the time into the delta's text, the reader compares it with
 * its own ({@code CLOCK_MONOTONIC} both). Beside it the same CLIs read from their pipes directly, which is what the
 * machine itself costs, and 200 of them by way of a program that only copies, which is the least that anything in
 * between can cost. They take turns.
 */
final class Relay implements Part {
  private static final int DELTAS_A_SECOND = 50;
  private static final int WARM_SECONDS = 6;
  private static final int MANY = 200;

  @Override
  public void run(Lab lab, Report report) throws InterruptedException {
    report.part("Relay, ms from the CLI's write to the client (fake CLIs, 50 deltas/s)", "p50", "p95", "p99",
        "µs of CPU");
    int[] counts = lab.quick() ? new int[] {MANY} : new int[] {1, 16, MANY};
    GatewayProcess gateway = lab.fakeGateway(lab.freshData(), "--spares", "0", "--max-concurrent-sessions", "600");
    List<Speaker> talks = new ArrayList<>();
    List<Speaker> bare = new ArrayList<>();
    for (int count : counts) {
      int before = talks.size();
      while (talks.size() < count) {
        talks.add(lab.keep(gateway.talk(Talk.Kind.SESSION_ID)));
        bare.add(lab.bareFake());
      }
      Speaker.greet(talks.subList(before, count));
      Speaker.greet(bare.subList(before, count));
      List<Way> ways = new ArrayList<>(List.of(new Way("bare", bare, Optional.empty()),
          new Way("by the gateway", talks, Optional.of(gateway.jvm()))));
      if (count < MANY || lab.quick()) {
        measure(lab, report, count, ways);
      } else {
        CopyRelay copying = lab.copyRelay();
        ways.add(1, copied(copying));
        measure(lab, report, count, ways);
        lab.close(copying);
      }
    }
    lab.close(gateway);
    bare.forEach(cli -> lab.close((BareCli) cli));
  }

  private static Way copied(CopyRelay copying) throws InterruptedException {
    List<Speaker> talks = Stream.generate(copying::talk).limit(MANY).toList();
    Speaker.greet(talks);
    return new Way("by a program that only copies", talks, Optional.of(copying.jvm()));
  }

  /** How the deltas come to the client. */
  private static final class Way {
    final String name;
    final List<Speaker> speakers;
    final Optional<ProcessHandle> between;
    final Delays delays = new Delays();
    double micros;

    Way(String name, List<Speaker> speakers, Optional<ProcessHandle> between) {
      this.name = name;
      this.speakers = speakers;
      this.between = between;
    }

    private double cpuMicros() {
      return between.map(Machine::cpuMicros).orElse(Double.NaN);
    }

    void speak(int deltas) throws InterruptedException {
      double before = cpuMicros();
      together(speakers, deltas, delays);
      micros += cpuMicros() - before;
    }
  }

  /**
   * A turn's beginning and its end take a millisecond of CPU, a delta microseconds: what many turns that begin and
   * end at once cost is told apart.
   */
  private static final long BEGINNING_NANOS = 1_000_000_000L;

  /** @param steady while all of them speak; @param ending while the first of them end, whose turns are stored */
  private record Delays(Samples beginning, Samples steady, Samples ending) {
    Delays() {
      this(new Samples(), new Samples(), new Samples());
    }

    /** @param nanos since the first was asked; @param end when it is done speaking, at the earliest */
    Samples at(long nanos, long end) {
      return nanos < BEGINNING_NANOS ? beginning : nanos < end ? steady : ending;
    }

    int count() {
      return beginning.count() + steady.count() + ending.count();
    }
  }

  private static void measure(Lab lab, Report report, int count, List<Way> ways) throws InterruptedException {
    int seconds = lab.pick(5, 2);
    // A server that has just begun is busy with its own compilation for some seconds.
    for (Way way : ways.subList(1, ways.size())) {
      together(way.speakers, DELTAS_A_SECOND * lab.pick(WARM_SECONDS, 2), new Delays());
    }
    for (int round = 0; round < lab.pick(count == MANY ? 3 : 1, 1); round++) {
      for (Way way : ways) {
        way.speak(DELTAS_A_SECOND * seconds);
      }
    }
    for (Way way : ways) {
      String label = count + " " + way.name;
      row(report, label + ", their first second", way.delays.beginning, Double.NaN);
      row(report, label, way.delays.steady, way.micros / way.delays.count());
      if (count == MANY) {
        row(report, label + ", while they end", way.delays.ending, Double.NaN);
      }
    }
    if (count == MANY) {
      Samples relayed = ways.getLast().delays.steady;
      report.verdict("relay of 200 sessions, p50", relayed.percentile(50), "ms", Target.atMost(0.3));
      report.verdict("relay of 200 sessions, p99", relayed.percentile(99), "ms", Target.atMost(2));
    }
  }

  private static void row(Report report, String label, Samples samples, double micros) {
    report.row(label, samples.median(), samples.percentile(95), samples.percentile(99), micros);
  }

  private static void together(List<Speaker> speakers, int deltas, Delays delays) throws InterruptedException {
    List<Answer> answers = new ArrayList<>();
    long begun = System.nanoTime();
    long end = deltas * 1_000_000_000L / DELTAS_A_SECOND;
    for (Speaker speaker : speakers) {
      answers.add(speaker.ask("#timestamp " + deltas + " " + 1_000 / DELTAS_A_SECOND, (text, from, to, nanos) ->
          delays.at(nanos - begun, end).addNanosAsMillis(nanos - number(text, from))));
    }
    for (Answer answer : answers) {
      Speaker.whole(answer);
    }
  }

  private static long number(byte[] text, int from) {
    long number = 0;
    for (int i = from; text[i] >= '0' && text[i] <= '9'; i++) {
      number = 10 * number + text[i] - '0';
    }
    return number;
  }
}

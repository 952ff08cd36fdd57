package claudegateway.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * From the question to the first text, by the real CLI with and without the gateway. One after the other in each
 * round, in a new order each time: never two at once.
 */
final class FirstToken implements Part {
  private static final String PROMPT = "#tokens 20 10";

  private final Samples cold = new Samples();
  private final Samples prestarted = new Samples();
  private final Samples live = new Samples();
  private final Samples firstWithSpare = new Samples();
  private final Samples firstWithout = new Samples();
  private final Samples laterById = new Samples();
  private final Samples laterByHistory = new Samples();
  private final Samples afterResult = new Samples();

  private interface Measurement {
    void run() throws InterruptedException;
  }

  @Override
  public void run(Lab lab, Report report) throws InterruptedException {
    int rounds = lab.pick(20, 4);
    int laterTurns = lab.pick(5, 4);
    GatewayProcess withSpare = lab.gateway("--spares", "2");
    GatewayProcess without = lab.gateway("--spares", "0");
    BareCli bare = lab.bare();
    Talk byId = withSpare.talk(Talk.Kind.SESSION_ID);
    Talk byHistory = withSpare.talk(Talk.Kind.RESENT_HISTORY);
    ToolRound tools = new ToolRound(withSpare.connect());
    for (Speaker speaker : List.of(bare, byId, byHistory, tools)) {
      speaker.say(PROMPT);
      speaker.say(PROMPT);
    }
    Random random = new Random(1);
    for (int round = 0; round < rounds; round++) {
      List<Measurement> later = new ArrayList<>();
      for (int i = 0; i < laterTurns; i++) {
        later.add(() -> add(live, bare));
        later.add(() -> add(laterById, byId));
        later.add(() -> add(laterByHistory, byHistory));
        later.add(() -> add(afterResult, tools));
      }
      List<Measurement> first = new ArrayList<>(List.of(
          () -> cold.addNanosAsMillis(BareCli.cold(lab.bareSetting(), PROMPT).firstTokenNanos()),
          () -> firstTurn(firstWithout, without, lab)));
      BareCli waiting = lab.bare();
      first.add(() -> add(prestarted, waiting));
      first.add(() -> firstTurn(firstWithSpare, withSpare, lab));
      Collections.shuffle(later, random);
      Collections.shuffle(first, random);
      Machine.awaitQuiet();
      for (Measurement each : later) {
        each.run();
      }
      for (Measurement each : first) {
        Machine.awaitQuiet();
        each.run();
      }
      lab.close(waiting);
    }
    print(report, rounds);
    List.of(withSpare, without, bare).forEach(lab::close);
  }

  private static void add(Samples samples, Speaker speaker) throws InterruptedException {
    samples.addNanosAsMillis(speaker.say(PROMPT).firstTokenNanos());
  }

  private static void firstTurn(Samples samples, GatewayProcess gateway, Lab lab) throws InterruptedException {
    Talk talk = gateway.talk(Talk.Kind.ALWAYS_NEW);
    add(samples, talk);
    talk.close();
  }

  private void print(Report report, int rounds) {
    report.part("First token, ms from the question (" + rounds + " rounds)", "median", "p95", "samples");
    row(report, "bare CLI, a process for each question", cold);
    row(report, "bare CLI, first turn of a process that waits", prestarted);
    row(report, "gateway, first turn, spare ready", firstWithSpare);
    row(report, "gateway, first turn, none ready", firstWithout);
    row(report, "bare CLI, later turn", live);
    row(report, "gateway, later turn by session_id", laterById);
    row(report, "gateway, later turn by resent history", laterByHistory);
    row(report, "gateway, after a function's result, by resent history", afterResult);
    report.verdict("later turn over bare CLI, median", laterById.median() - live.median(), "ms", Target.atMost(2));
    report.verdict("later turn over bare CLI, p95", laterById.percentile(95) - live.percentile(95), "ms",
        Target.atMost(5));
    report.verdict("later turn with resent history over bare CLI, median", laterByHistory.median() - live.median(),
        "ms", Target.atMost(2));
    report.verdict("after a function's result over bare CLI's later turn, median",
        afterResult.median() - live.median(), "ms", Target.atMost(5));
    report.verdict("first turn with a spare over waiting bare CLI, median",
        firstWithSpare.median() - prestarted.median(), "ms", Target.atMost(5));
  }

  private static void row(Report report, String label, Samples samples) {
    report.row(label, samples.median(), samples.percentile(95), samples.count());
  }
}

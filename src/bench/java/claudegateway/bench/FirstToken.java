package claudegateway.bench;

import claudegateway.json.Json;
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

  /** What comes behind the first token is not measured. */
  private static final String QUICK_PROMPT = "#tokens 4 10";

  private static final int WARM_TURNS = 20;

  private final Random random = new Random(1);
  private String prompt = PROMPT;

  private final Samples cold = new Samples();
  private final Samples prestarted = new Samples();
  private final Samples live = new Samples();
  private final Samples firstWithSpare = new Samples();
  private final Samples firstToldAnew = new Samples();
  private final Samples firstWithout = new Samples();
  private final Samples laterById = new Samples();
  private final Samples laterByHistory = new Samples();
  private final Samples bareAfterResult = new Samples();
  private final Samples afterResult = new Samples();

  private interface Measurement {
    void run() throws InterruptedException;
  }

  @Override
  public void run(Lab lab, Report report) throws InterruptedException {
    prompt = lab.quick() ? QUICK_PROMPT : PROMPT;
    laterTurns(lab);
    firstTurns(lab);
    print(report);
  }

  /** In conversations that go on, of processes and a gateway that have answered some turns already. */
  private void laterTurns(Lab lab) throws InterruptedException {
    GatewayProcess gateway = lab.gateway();
    BareCli bare = lab.bare();
    BareToolRound bareTools = lab.bareTools();
    Talk byId = gateway.talk(Talk.Kind.SESSION_ID);
    Talk byHistory = gateway.talk(Talk.Kind.RESENT_HISTORY);
    ToolRound tools = new ToolRound(gateway.connect());
    for (Speaker speaker : List.of(bare, byId, byHistory, bareTools, tools)) {
      for (int i = 0; i < lab.pick(WARM_TURNS, 5); i++) {
        speaker.say("#tokens 2 10");
      }
    }
    List<Measurement> measurements = new ArrayList<>(List.of(
        () -> add(live, bare),
        () -> add(laterById, byId),
        () -> add(laterByHistory, byHistory),
        () -> add(bareAfterResult, bareTools),
        () -> add(afterResult, tools)));
    Machine.awaitQuiet();
    for (int round = 0; round < lab.pick(80, 8); round++) {
      Collections.shuffle(measurements, random);
      for (Measurement each : measurements) {
        each.run();
      }
    }
    List.of(bare, bareTools, gateway).forEach(lab::close);
  }

  /**
   * Each by a process of its own that is ended behind it: many that wait keep the machine from being quiet. As in use,
   * most conversations are told the same as the one before; some have a system prompt that was never there.
   */
  private void firstTurns(Lab lab) throws InterruptedException {
    GatewayProcess gateway = lab.gateway();
    GatewayProcess without = lab.gateway("--spares", "0");
    for (int i = 0; i < lab.pick(3, 1); i++) {
      firstTurn(new Samples(), gateway, List.of());
    }
    for (int round = 0; round < lab.pick(42, 2); round++) {
      BareCli waiting = lab.bare();
      List<Measurement> measurements = new ArrayList<>(List.of(
          () -> add(prestarted, waiting),
          () -> firstTurn(firstWithSpare, gateway, List.of())));
      if (round % 3 == 0) {
        String never = "This is conversation " + round + ".";
        measurements.add(() -> cold.addNanosAsMillis(BareCli.cold(lab.bareSetting(), prompt).firstTokenNanos()));
        measurements.add(() -> firstTurn(firstWithout, without, List.of()));
        measurements.add(() -> firstTurn(firstToldAnew, gateway,
            List.of(Json.object("role", "system", "content", never))));
      }
      Collections.shuffle(measurements, random);
      for (Measurement each : measurements) {
        Machine.awaitQuiet();
        each.run();
      }
      lab.close(waiting);
    }
    List.of(gateway, without).forEach(lab::close);
  }

  private void add(Samples samples, Speaker speaker) throws InterruptedException {
    samples.addNanosAsMillis(speaker.say(prompt).firstTokenNanos());
  }

  private void firstTurn(Samples samples, GatewayProcess gateway, List<Json> said)
      throws InterruptedException {
    Talk talk = gateway.talk(Talk.Kind.ALWAYS_NEW).remembering(said);
    add(samples, talk);
    talk.forget();
  }

  private void print(Report report) {
    report.part("First token, ms from the question", "median", "p95", "samples");
    row(report, "bare CLI, a process for each question", cold);
    row(report, "bare CLI, first turn of a process that waits", prestarted);
    row(report, "gateway, first turn, spare ready", firstWithSpare);
    row(report, "gateway, first turn, spare ready, with another system prompt", firstToldAnew);
    row(report, "gateway, first turn, none ready", firstWithout);
    row(report, "bare CLI, later turn", live);
    row(report, "gateway, later turn by session_id", laterById);
    row(report, "gateway, later turn by resent history", laterByHistory);
    row(report, "bare CLI, after a function's result", bareAfterResult);
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

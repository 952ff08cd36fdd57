package claudegateway.bench;

import claudegateway.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Ten new conversations that are asked for at the same time: the first time, and after ten others. Beside it ten bare
 * CLIs, of which only as many start at a time as the machine has cores; that is sooner than all together. And new
 * conversations that bring a history, beside a bare CLI that is told it.
 */
final class AtOnce implements Part {
  private static final int CONVERSATIONS = 10;
  private static final int MESSAGES = 20;
  private static final String PROMPT = "#tokens 4 10";
  private static final Duration SPARES_MAX = Duration.ofSeconds(60);
  private static final Duration UNCHANGED = Duration.ofSeconds(3);

  @Override
  public void run(Lab lab, Report report) throws InterruptedException {
    Samples bare = new Samples();
    Samples first = new Samples();
    Samples again = new Samples();
    Samples injected = new Samples();
    Samples bareInjected = new Samples();
    for (int round = 0; round < 3; round++) {
      bare(lab, bare);
      GatewayProcess gateway = lab.gateway();
      awaitSpares(gateway);
      together(gateway, first);
      awaitChildren(gateway, CONVERSATIONS);
      together(gateway, again);
      awaitChildren(gateway, CONVERSATIONS);
      for (int i = 0; i < 8; i++) {
        List<Json> history = history(10 * round + i);
        inject(gateway, history, injected);
        injectBare(lab, history, bareInjected);
      }
      lab.close(gateway);
    }
    report.part("New conversations, ms from the question to the first text", "median", "worst", "samples");
    row(report, "ten bare CLIs, as many at a time as there are cores", bare);
    row(report, "gateway, ten at once", first);
    row(report, "gateway, ten at once, as a short while before", again);
    row(report, "bare CLI that waits, told 20 messages", bareInjected);
    row(report, "gateway, one that brings 20 messages", injected);
    report.verdict("ten new conversations at once, worst", first.percentile(100), "ms", Target.atMost(3_000));
    report.verdict("the same again, worst", again.percentile(100), "ms", Target.atMost(3_000));
    report.verdict("new conversation with 20 messages, median", injected.median(), "ms", Target.atMost(150));
  }

  private static void row(Report report, String label, Samples samples) {
    report.row(label, samples.median(), samples.percentile(100), samples.count());
  }

  private static void bare(Lab lab, Samples samples) throws InterruptedException {
    Semaphore cores = new Semaphore(Runtime.getRuntime().availableProcessors());
    List<BareCli> started = new ArrayList<>();
    List<Answer> answers = new ArrayList<>();
    Machine.awaitQuiet();
    long asked = System.nanoTime();
    for (int i = 0; i < CONVERSATIONS; i++) {
      cores.acquire();
      BareCli cli = lab.bare();
      started.add(cli);
      Answer answer = cli.ask(PROMPT, Answer.Listener.NONE);
      answer.begun().whenComplete((_, _) -> cores.release());
      answers.add(answer);
    }
    for (Answer answer : answers) {
      samples.addNanosAsMillis(Speaker.begun(answer).firstNanos() - asked);
    }
    started.forEach(lab::close);
  }

  private static void together(GatewayProcess gateway, Samples samples) throws InterruptedException {
    List<Talk> talks = new ArrayList<>();
    for (int i = 0; i < CONVERSATIONS; i++) {
      talks.add(gateway.talk(Talk.Kind.ALWAYS_NEW));
    }
    List<Answer> answers = talks.stream().map(talk -> talk.ask(PROMPT, Answer.Listener.NONE)).toList();
    for (Answer answer : answers) {
      samples.addNanosAsMillis(Speaker.whole(answer).firstTokenNanos());
    }
    for (Talk talk : talks) {
      talk.forget();
    }
  }

  private static List<Json> history(int number) {
    List<Json> history = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      history.add(Json.object("role", i % 2 == 0 ? "user" : "assistant", "content",
          List.of(Json.object("type", "text", "text", "message " + i + " of conversation " + number))));
    }
    return history;
  }

  private static void inject(GatewayProcess gateway, List<Json> history, Samples samples)
      throws InterruptedException {
    Talk talk = gateway.talk(Talk.Kind.ALWAYS_NEW).remembering(history);
    Machine.awaitQuiet();
    samples.addNanosAsMillis(talk.say(PROMPT).firstTokenNanos());
    talk.forget();
  }

  private static void injectBare(Lab lab, List<Json> history, Samples samples) throws InterruptedException {
    BareCli waiting = lab.bare();
    Machine.awaitQuiet();
    long asked = System.nanoTime();
    waiting.remember(history);
    samples.addNanosAsMillis(Speaker.begun(waiting.ask(PROMPT, Answer.Listener.NONE)).firstNanos() - asked);
    lab.close(waiting);
  }

  /** Until as many are there as the gateway keeps: one that is missing starts sooner than that. */
  private static void awaitSpares(GatewayProcess gateway) throws InterruptedException {
    long begun = System.nanoTime();
    long since = begun;
    long spares = gateway.children();
    while (spares == 0 || System.nanoTime() - since < UNCHANGED.toNanos()) {
      if (System.nanoTime() - begun > SPARES_MAX.toNanos()) {
        throw new IllegalStateException("the gateway's processes come and go, there are " + spares + " now");
      }
      Thread.sleep(20);
      if (gateway.children() != spares) {
        spares = gateway.children();
        since = System.nanoTime();
      }
    }
    Machine.awaitQuiet();
  }

  /** Until only spares are left, as many of them, and they have started. */
  private static void awaitChildren(GatewayProcess gateway, int wanted) throws InterruptedException {
    long deadline = System.nanoTime() + SPARES_MAX.toNanos();
    while (gateway.children() != wanted) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the gateway has " + gateway.children() + " processes, not " + wanted);
      }
      Thread.sleep(20);
    }
    Machine.awaitQuiet();
  }
}

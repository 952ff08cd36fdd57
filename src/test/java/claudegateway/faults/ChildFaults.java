package claudegateway.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The agent misbehaves; what every kind of it does to a turn is proven in {@code ChildFaultsTest}. */
final class ChildFaults implements Fault {
  private static final int SILENCE_SECONDS = 2;

  /**
   * @param error the code that the client shall get, empty for none
   * @param text the answer's beginning
   */
  private record Case(String prompt, String error, String text, Duration limit) {
    static Case of(String prompt, String error, String text) {
      return new Case(prompt, error, text, Duration.ofSeconds(12));
    }
  }

  private static final List<Case> CASES = List.of(
      Case.of("#exit-now", "claude_failed", ""),
      Case.of("#exit-midline", "claude_failed", "half "),
      Case.of("#say fine\n#exit-after-result 3", "", "fine"),
      Case.of("#say some words\n#die", "claude_failed", "some words"),
      Case.of("#say fine\n#stop-reading-stdin", "", "fine"),
      Case.of("#tokens 3\n#hang", "claude_timeout", "w0 w1 w2 "),
      Case.of("#tokens 3\n#no-result", "claude_timeout", "w0 w1 w2 "),
      Case.of("#tokens 3\n#ignore-sigint\n#ignore-interrupt\n#hang", "claude_timeout", "w0 w1 w2 "),
      Case.of("#say a\n#garbage\n#say b", "", "ab"),
      Case.of("#say a\n#binary\n#say b", "", "ab"),
      Case.of("#say a\n#torn\n#say b", "claude_failed", "a"),
      Case.of("#halfsurrogate", "", "a\uD83D\uDE00bc\uFFFDd"),
      new Case("#longline 300000000", "limit_exceeded", "", Duration.ofSeconds(30)),
      new Case("#burst 1000000", "", "0", Duration.ofSeconds(60)),
      Case.of("#say a\n#stderr-flood 20000000\n#say b", "", "ab"),
      Case.of("#grandchild\n#die", "claude_failed", "grandchild "),
      Case.of("#grandchild\n#exit-after-result", "", "grandchild "));

  @Override
  public String name() {
    return "child: dies, hangs, floods, talks nonsense";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.started(
        "--streaming-timeout-seconds", Integer.toString(SILENCE_SECONDS))) {
      try (Bystander bystander = new Bystander(gateway, tally);
          ExecutorService threads = Executors.newFixedThreadPool(4)) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < plan.times(1, 10); i++) {
          CASES.forEach(one -> running.add(threads.submit(() -> {
            inject(gateway, one, tally);
            return null;
          })));
        }
        for (Future<?> each : running) {
          each.get();
        }
      }
      gateway.stopAndLook(tally);
    }
  }

  private static void inject(GatewayProcess gateway, Case one, Tally tally) throws Exception {
    try (Talk talk = gateway.talk()) {
      String session = talk.newSession(one.prompt);
      talk.say(session, "#say before");
      long begun = System.nanoTime();
      Talk.Said said = talk.stream(session, one.prompt);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      tally.injected();
      String brief = one.prompt.replace('\n', ' ') + ": " + said.status() + " " + said.error() + " "
          + said.text().substring(0, Math.min(40, said.text().length()));
      if (!said.error().equals(one.error) || said.whole() != one.error.isEmpty()) {
        tally.wrong(brief);
      } else if (!said.text().startsWith(one.text)) {
        tally.lost(brief);
      }
      if (took.compareTo(one.limit) > 0) {
        tally.stuck(brief + " took " + took.toMillis() + " ms");
      }
      if (one.prompt.contains("#stop-reading-stdin")) {
        Talk.Answer unread = talk.say(session, "unread");
        if (!unread.code().equals("claude_timeout")) {
          tally.wrong("a child that does not read: " + unread);
        }
      }
      Talk.Answer next = talk.say(session, "#say after");
      if (!next.content().equals("after")) {
        tally.stuck("the session after " + brief + ": " + next);
      }
      talk.delete("/v1/sessions/" + session);
    }
  }
}

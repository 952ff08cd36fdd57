package claudegateway.faults;

import claudegateway.FakeCli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The program {@code claude} is replaced or removed, a transcript is gone, while the gateway runs. */
final class AgentFaults implements Fault {
  private static final int SPARES_AND_ONE = 4;

  @Override
  public String name() {
    return "system: claude or a transcript is gone";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    Path folder = Files.createTempDirectory("claude");
    Path claude = Files.copy(FakeCli.binary(), folder.resolve("claude"));
    claude.toFile().setExecutable(true);
    try (GatewayProcess gateway = new GatewayProcess(null, Map.of(), "--claude", claude.toString())) {
      gateway.start();
      try (Talk talk = gateway.talk()) {
        for (int i = 0; i < plan.times(1, 10); i++) {
          removed(talk, claude, tally);
          transcript(gateway, talk, tally);
        }
      }
      gateway.stopAndLook(tally);
    } finally {
      Files.delete(claude);
      Files.delete(folder);
    }
  }

  private static void removed(Talk talk, Path claude, Tally tally) throws Exception {
    String session = talk.newSession("lives on");
    talk.say(session, "#say before");
    byte[] program = Files.readAllBytes(claude);
    Files.delete(claude);
    tally.injected();
    expect("a live session without its program", talk.say(session, "#say goes on"), "goes on", tally);
    Talk.Answer refused = talk.say("", "#say new");
    for (int i = 0; i < SPARES_AND_ONE && refused.status() == 200; i++) {
      refused = talk.say("", "#say new");
    }
    if (refused.status() != 503 || !refused.code().equals("claude_unavailable")) {
      tally.wrong("a new conversation without a program: " + refused);
    }
    // As an update does: another file in its place.
    Files.write(claude, program);
    claude.toFile().setExecutable(true);
    tally.injected();
    expect("a live session after the update", talk.say(session, "#say still"), "still", tally);
    expect("a new conversation after the update", talk.say("", "#say new"), "new", tally);
  }

  private static void transcript(GatewayProcess gateway, Talk talk, Tally tally) throws Exception {
    String session = talk.newSession("transcript");
    talk.say(session, "#say remembered");
    try (Stream<Path> files = Files.walk(gateway.home().home())) {
      for (Path file : files.filter(each -> each.endsWith(session + ".jsonl")).toList()) {
        Files.delete(file);
        tally.injected();
      }
    }
    for (Map.Entry<Long, String> child : gateway.commandLines().entrySet()) {
      if (child.getValue().contains(session)) {
        ProcessHandle.of(child.getKey()).filter(ProcessHandle::destroyForcibly)
            .ifPresent(each -> each.onExit().join());
      }
    }
    Talk.Answer echo = talk.say(session, "#echo");
    for (String line : List.of("user: #say remembered", "assistant: remembered")) {
      if (!echo.content().contains(line)) {
        tally.lost("\"" + line + "\" after the transcript was deleted: " + echo);
      }
    }
  }

  private static void expect(String what, Talk.Answer answer, String content, Tally tally) throws IOException {
    if (!answer.content().equals(content)) {
      tally.stuck(what + ": " + answer);
    }
  }
}

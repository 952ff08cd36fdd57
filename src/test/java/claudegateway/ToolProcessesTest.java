package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A tool of the real CLI runs for minutes, a part of it in a session and group of its own: whatever ends its turn
 * ends it too, and its conversation goes on.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "looks for processes in /proc, and for setsid(1)")
final class ToolProcessesTest {
  private static final Duration RUNS_MAX = Duration.ofSeconds(30);
  private static final Duration GONE_MAX = Duration.ofSeconds(15);

  /** One in the tool's own group and one that has left it. 2.1.330 refuses a tool that does nothing but sleep. */
  private static final String TOOL = "#bash echo begun; setsid --wait sleep 300 & sleep 300; wait\n#then\n#say done";

  private static final int SLEEPERS = 2;

  private enum End { STOPPED, CLIENT_LEFT, STATELESS_CLIENT_LEFT, AGENT_KILLED, GATEWAY_KILLED, GATEWAY_STOPPED }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void nothingOfItIsLeftAndTheConversationGoesOn(String version) throws Exception {
    try (ProgramProcess program = new ProgramProcess(version, "--permission-allow", "Bash",
        "--shutdown-grace-seconds", "1")) {
      for (End end : End.values()) {
        through(end, version, program);
      }
    }
  }

  private static void through(End end, String version, ProgramProcess program) throws Exception {
    boolean stateless = end == End.STATELESS_CLIENT_LEFT;
    String session = stateless ? "" : program.post("/v1/sessions", Json.object("title", end.name())).string("id")
        .orElseThrow();
    Json.Obj ask = ProgramProcess.ask(session, TOOL);
    long from;
    try (Stream<String> open = program.stream(end == End.CLIENT_LEFT
        ? ask.with("on_disconnect", Json.of("cancel")) : ask)) {
      Await.that(end + ": the tool runs", RUNS_MAX, () -> sleepers(program).size() == SLEEPERS);
      from = System.nanoTime();
      switch (end) {
        case STOPPED -> assertTrue(program.post("/v1/chat/stop/" + session, Json.object()).toText().length() > 2);
        case CLIENT_LEFT, STATELESS_CLIENT_LEFT -> open.close();
        case AGENT_KILLED -> assertTrue(agent(program, session).destroyForcibly());
        case GATEWAY_KILLED -> {
          program.kill();
          program.start();
        }
        case GATEWAY_STOPPED -> {
          program.jvm().process().destroy();
          assertTrue(program.jvm().process().waitFor(GONE_MAX.toSeconds(), TimeUnit.SECONDS));
        }
      }
      Await.that(end + ": nothing of the tool is left", GONE_MAX, () -> sleepers(program).isEmpty());
    }
    System.getLogger("test").log(System.Logger.Level.INFO, "{0} {1}: gone after {2} ms", version, end,
        (System.nanoTime() - from) / 1_000_000);
    if (end == End.GATEWAY_STOPPED) {
      assertEquals(List.of(), program.left(), "nor anything else");
      program.start();
    }
    Json.Obj next = !stateless ? ProgramProcess.ask(session, "#say again") : Json.object("messages", List.of(
        Json.object("role", "user", "content", TOOL), Json.object("role", "assistant", "content", ""),
        Json.object("role", "user", "content", "#say again")));
    assertEquals("again", ProgramProcess.content(program.post("/v1/chat/completions", next)), end.name());
  }

  private static ProcessHandle agent(ProgramProcess program, String session) {
    return program.left().stream().filter(process -> arguments(process).contains(session)).findFirst().orElseThrow();
  }

  private static List<ProcessHandle> sleepers(ProgramProcess program) {
    return program.left().stream().filter(process -> arguments(process).equals(List.of("sleep", "300"))).toList();
  }

  private static List<String> arguments(ProcessHandle process) {
    try {
      return List.of(Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"),
          StandardCharsets.ISO_8859_1).split("\0"));
    } catch (IOException gone) {
      return List.of();
    }
  }
}

package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sweep ends what an earlier gateway left, one by one, and nothing else. */
final class LeftoversTest {
  private static final Duration GONE_MAX = Duration.ofSeconds(5);

  @TempDir
  private Path folder;

  private final String session = UUID.randomUUID().toString();
  private ClaudeLauncher launcher;
  private Process leftover;

  @BeforeEach
  void start() throws IOException {
    launcher = new ClaudeLauncher(new ClaudeLauncher.Settings(Path.of("/nonexistent"), "2.1.197", Map.of(),
        "acceptEdits", List.of(), false, folder));
    leftover = sleeping(Map.of());
  }

  @AfterEach
  void stop() throws InterruptedException {
    leftover.destroyForcibly().waitFor();
    launcher.close();
  }

  /** A process that has the session's id among its arguments. */
  private Process sleeping(Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "while :; do sleep 1; done", session);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().putAll(environment);
    return builder.start();
  }

  @Test
  void rowsThatNameNoProcessOfOursEndNothing() {
    long started = ProcessTree.startTime(leftover.toHandle());
    for (long pid : new long[] {0, 1, -1, -leftover.pid(), Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertFalse(launcher.endLeftover(pid, started, session), "pid " + pid);
    }
    assertFalse(launcher.endLeftover(leftover.pid(), started, ""), "no session");
    assertFalse(launcher.endLeftover(leftover.pid(), started, UUID.randomUUID().toString()), "another session");
    assertFalse(launcher.endLeftover(leftover.pid(), started + 1, session), "the pid is somebody else's now");
    assertFalse(launcher.endLeftover(leftover.pid(), 0, session), "no start time");
    ProcessHandle self = ProcessHandle.current();
    assertFalse(launcher.endLeftover(self.pid(), ProcessTree.startTime(self), session), "this process");
    assertTrue(leftover.isAlive());
    assertFalse(Signals.send(self, Signals.SIGKILL), "a process never signals itself");
  }

  @Test
  void theOneThatWasRecordedIsEnded() {
    assertTrue(launcher.endLeftover(leftover.pid(), ProcessTree.startTime(leftover.toHandle()), session));
    Await.gone(leftover.pid(), GONE_MAX);
  }

  @Test
  void whatItLeftBehindIsKnownByItsMark() throws Exception {
    Process orphan = sleeping(Map.of(ClaudeEnvironment.MARK, new Mark(session, "earlier-run", 1).value()));
    Process foreign = sleeping(Map.of(ClaudeEnvironment.MARK,
        new Mark(UUID.randomUUID().toString(), "earlier-run", 1).value()));
    try {
      assertTrue(launcher.endLeftover(Integer.MAX_VALUE, 1, session));
      Await.gone(orphan.pid(), GONE_MAX);
      assertTrue(foreign.isAlive() && leftover.isAlive());
    } finally {
      orphan.destroyForcibly().waitFor();
      foreign.destroyForcibly().waitFor();
    }
  }

  @Test
  void aMarkOfThisRunIsNotALeftover() {
    String own = new Mark("S", "run", 3).value();
    assertTrue(Mark.isOfAnotherRun(own, "S", "other"));
    assertFalse(Mark.isOfAnotherRun(own, "S", "run"));
    assertFalse(Mark.isOfAnotherRun(own, "", "other") || Mark.isOfAnotherRun("", "S", "other"));
    assertTrue(new Mark("S", "run", 3).isOn(own));
    assertFalse(new Mark("S", "run", 33).isOn(own) || new Mark("S", "run", 3).isOn(own + "3"));
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.chat.Failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the engine does unasked: old conversations go, and processes whose login is no longer good. */
final class UpkeepTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration KEPT = Duration.ofSeconds(3);

  @Test
  void conversationsThatNobodyCanNameGoWithTheirTranscripts() throws IOException {
    try (Engine engine = new Engine(EngineSetup.fake().historyKept(KEPT, Duration.ofMillis(100)))) {
      String made = engine.chat().sessions().create(new SessionView.Draft(Optional.empty(), Optional.empty(),
          Optional.empty(), Optional.empty(), Optional.empty()), Caller.ANYONE).id();
      engine.say(made, "#say made");
      String named = engine.say("#say first").session();
      engine.say(named, "#say by its id from now on");
      String forgotten = engine.say("#say forget me").session();
      ProcessHandle process = engine.process(forgotten);
      assertEquals(1, transcripts(engine, forgotten));
      Await.that("it is gone", SOON, () -> isUnknown(engine, forgotten));
      Await.gone(process.pid(), SOON);
      Await.that("its transcript too", SOON, () -> transcripts(engine, forgotten) == 0);
      assertEquals(List.of("user: #say made", "assistant: made", "user: #echo"),
          Echo.lines(engine.say(made, "#echo").text()));
      assertFalse(isUnknown(engine, named), "who uses a conversation's id keeps it");
    }
  }

  private static boolean isUnknown(Engine engine, String session) {
    try {
      engine.chat().sessions().get(session, Caller.ANYONE);
      return false;
    } catch (ChatException failed) {
      assertEquals(Kind.SESSION_NOT_FOUND, failed.failure().kind());
      return true;
    }
  }

  private static long transcripts(Engine engine, String session) {
    try (Stream<Path> files = Files.walk(engine.home.home().resolve(".claude/projects"))) {
      return files.filter(file -> file.endsWith(session + ".jsonl")).count();
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void aRefusedLoginIsLookedForAnewByOtherProcesses() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(1))) {
      String session = engine.say("#say hello").session();
      String other = engine.say("#say hello, too").session();
      Await.that("a spare is ready", SOON, () -> engine.chat().spares() == 1);
      long refused = engine.process(session).pid();
      long spare = engine.living().stream().filter(process ->
          !List.of(session, other).contains(process.sessionId())).findFirst().orElseThrow().pid();
      Engine.Said said = engine.say(session, "#error 401 no");
      assertEquals(Optional.of(Kind.CLAUDE_AUTH), said.failure(), said.toString());
      Await.gone(refused, SOON);
      Await.gone(spare, SOON);
      assertEquals("again", engine.say(session, "#say again").text());
      assertTrue(engine.process(session).pid() != refused);
      assertEquals("on", engine.say(other, "#say on").text());
    }
  }
}

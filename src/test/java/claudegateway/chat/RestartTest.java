package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.FakeCli;
import claudegateway.chat.Failure.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a gateway that was killed leaves behind, and sessions that come back without their process. */
final class RestartTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void aRunningTurnIsInterruptedAndItsWordsAreKept() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say hello").session();
      Turn turn = engine.start(Engine.request(session, "#tokens 100000 5"));
      ProcessHandle child = engine.process(session);
      try (Cursor cursor = Engine.begun(turn)) {
        while (cursor.next(SOON).orElseThrow().position() < 200) { }
      }
      engine.crash();

      Turn after = engine.chat().conversations().turn(turn.id(), Caller.ANYONE).orElseThrow();
      Engine.Said kept = Engine.read(after);
      assertEquals(Optional.of(Kind.TURN_INTERRUPTED), kept.failure());
      assertTrue(kept.text().startsWith("w0 w1 "), kept.toString());
      var stored = engine.chat().sessions().messages(session, 10, 0, Caller.ANYONE).items();
      assertEquals(List.of("#say hello", "hello", "#tokens 100000 5", kept.text()),
          stored.stream().map(each -> each.message().text()).toList());
      assertTrue(stored.getLast().usage().inputTokens() > 0, "what the stream told of tokens is counted");

      // The old child would write to the transcript that the new one reads.
      Turn next = engine.start(Engine.request(session, "#echo"));
      assertFalse(child.isAlive(), "the old process ends before the next one starts");
      List<String> users = Echo.lines(Engine.read(next).text()).stream()
          .filter(line -> line.startsWith("user: ")).toList();
      assertEquals(List.of("user: #say hello", "user: #tokens 100000 5", "user: #echo"), users);
    }
  }

  @Test
  void aMessageThatTheChildNeverTookUpIsNotLost() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say hello").session();
      Turn turn = engine.start(Engine.request(session, "#silent"));
      turn.accepted().join();
      engine.crash();
      assertEquals(Optional.of(Kind.TURN_INTERRUPTED), Engine.read(engine.chat().conversations()
          .turn(turn.id(), Caller.ANYONE).orElseThrow()).failure(), "of nothing there is an end too");
      assertEquals(List.of("user: #say hello", "assistant: hello", "user: #silent", "user: #echo"), Echo.lines(engine.say(session, "#echo").text()));
      assertEquals("again", engine.say(session, "#say again").text());
    }
  }

  @Test
  void aHistoryThatOnlyAProcessKnewIsWrittenDown() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake().spares(1).live(2).slotWait(Duration.ofMillis(200)))) {
      Await.that("a spare is ready", SOON, () -> engine.chat().spares() == 1);
      Engine.Said injected = engine.say(Optional.empty(), List.of(Message.user("one"), Message.assistant("two"),
          Message.user("three"), Message.assistant("four"), Message.user("#say five")));
      List<String> known = List.of("user: one", "assistant: two", "user: three", "assistant: four",
          "user: #say five", "assistant: five");
      long pid = engine.process(injected.session()).pid();
      engine.stop();
      engine.start();
      Await.gone(pid, SOON);

      // Nobody gets a process at first: what was written for that attempt must not count as somebody else's work.
      Thread.sleep(2_100); // younger lines count as written by our own process
      Turn first = engine.start(Engine.request(Optional.empty(), List.of(Message.user("#tokens 100000 5"))));
      Turn second = engine.start(Engine.request(Optional.empty(), List.of(Message.user("#tokens 100000 5"))));
      try (Cursor one = Engine.begun(first); Cursor two = Engine.begun(second)) {
        ChatException none = assertThrows(ChatException.class, () -> engine.say(injected.session(), "#echo"));
        assertEquals(Kind.OVERLOADED, none.failure().kind());
        engine.chat().conversations().stop(first.sessionId(), Caller.ANYONE);
        engine.chat().conversations().stop(second.sessionId(), Caller.ANYONE);
        Engine.read(first, one);
        Engine.read(second, two);
      }
      assertEquals(with(known, "user: #echo"), Echo.lines(engine.say(injected.session(), "#echo").text()));
      assertEquals(8, engine.chat().sessions().messages(injected.session(), 100, 0, Caller.ANYONE).total());
    }
  }

  @Test
  void aTranscriptThatIsGoneIsWrittenAnew() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say one").session();
      engine.say(session, "#say two");
      engine.stop();
      try (var files = Files.walk(engine.home.home().resolve(".claude/projects"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
          Files.delete(file);
        }
      }
      engine.start();
      assertEquals(List.of("user: #say one", "assistant: one", "user: #say two", "assistant: two", "user: #echo"),
          Echo.lines(engine.say(session, "#echo").text()));
    }
  }

  @Test
  void idleProcessesGoAndSessionsStay() {
    try (Engine engine = new Engine(EngineSetup.fake().idleMax(Duration.ofMillis(100)))) {
      String session = engine.say("#say one").session();
      Await.that("the process is ended", SOON, () -> engine.chat().liveProcesses() == 0);
      assertEquals(List.of("user: #say one", "assistant: one", "user: #echo"),
          Echo.lines(engine.say(session, "#echo").text()));
    }
  }

  @Test
  void aProgramThatIsGoneIsSaidToBeGone() throws Exception {
    try (Engine engine = new Engine(EngineSetup.copyOfFake())) {
      String session = engine.say("#say one").session();
      Files.delete(engine.binary());
      assertEquals("two", engine.say(session, "#say two").text());
      ChatException gone = assertThrows(ChatException.class, () -> engine.say("#say new"));
      assertEquals(Kind.CLAUDE_UNAVAILABLE, gone.failure().kind());
      Files.copy(FakeCli.binary(), engine.binary());
      assertTrue(engine.binary().toFile().setExecutable(true));
      assertEquals("back", engine.say("#say back").text());
    }
  }

  @Test
  void spentSparesAreReplacedAndDeadOnesToo() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(2))) {
      Await.that("two spares are ready", SOON, () -> engine.chat().spares() == 2);
      List<Long> pids = engine.living().stream().map(process -> process.pid()).toList();
      Engine.Said said = engine.say("#say hello");
      assertInstanceOf(TurnEvent.Finished.class, said.last());
      assertTrue(pids.contains(engine.process(said.session()).pid()), "the conversation got a spare");
      pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      Await.that("other spares are ready", SOON, () -> engine.living().stream()
          .filter(process -> process.isAlive() && !pids.contains(process.pid())).count() == 2);
      assertNotEquals(said.session(), engine.say("#say more").session());
    }
  }

  private static List<String> with(List<String> lines, String last) {
    return java.util.stream.Stream.concat(lines.stream(), java.util.stream.Stream.of(last)).toList();
  }
}

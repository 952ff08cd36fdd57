package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The main path on the real CLI, both ends of what is supported. */
final class EngineTest {

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void sessionIsContinuedAlsoAfterARestart(String version) {
    try (Engine engine = new Engine(version, 0)) {
      Engine.Said first = engine.say("#say one");
      assertInstanceOf(TurnEvent.Finished.class, first.last(), first.toString());
      assertEquals("one", first.text());
      Engine.Said second = engine.say(Optional.of(first.session()), List.of(Message.user("#echo")));
      assertEquals("[\"user: #say one\",\"assistant: one\",\"user: #echo\"]", second.text());
      engine.stop();
      engine.start();
      Engine.Said third = engine.say(Optional.of(first.session()), List.of(Message.user("#say three")));
      assertEquals("three", third.text());
      assertEquals(List.of("user: #say one", "assistant: one", "user: #echo", "assistant: " + second.text(),
          "user: #say three"), engine.stub.received().getLast().conversation().lines());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void noToolBeginsATurnThatNobodyAskedFor(String version) {
    try (Engine engine = new Engine(version, 0)) {
      engine.say("#say one");
      List<String> offered = engine.stub.received().getLast().toolNames();
      assertTrue(offered.contains("Bash"), offered.toString());
      String body = engine.stub.received().getLast().body().toText();
      for (String starting : List.of("CronCreate", "ScheduleWakeup")) {
        assertFalse(body.contains(starting), starting);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void deltasArriveOneByOne(String version) {
    try (Engine engine = new Engine(version, 1)) {
      // A machine with other things to do may hold some back, but not in each of several answers.
      long most = 0;
      for (int turn = 0; turn < 5 && most < 15; turn++) {
        Engine.Said said = engine.say("#tokens 20 40");
        most = Math.max(most, said.events().stream().filter(TurnEvent.Text.class::isInstance).count());
      }
      assertTrue(most >= 15, most + " deltas");
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void resentHistoryContinuesItsSessionForksOrIsInjected(String version) {
    try (Engine engine = new Engine(version, 0)) {
      Engine.Said first = engine.say("#say one");
      Engine.Said next = engine.say(Optional.empty(),
          List.of(Message.user("#say one"), Message.assistant("one"), Message.user("#say two")));
      assertEquals(first.session(), next.session());
      Engine.Said branch = engine.say(Optional.empty(),
          List.of(Message.user("#say one"), Message.assistant("one"), Message.user("#echo")));
      assertNotEquals(first.session(), branch.session());
      assertEquals("[\"user: #say one\",\"assistant: one\",\"user: #echo\"]", branch.text());
      Engine.Said foreign = engine.say(Optional.empty(),
          List.of(Message.user("hello"), Message.assistant("well"), Message.user("more"), Message.assistant("yes"),
              Message.user("#echo")));
      assertEquals("[\"user: hello\",\"assistant: well\",\"user: more\",\"assistant: yes\",\"user: #echo\"]",
          foreign.text());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void whatIsNotAllowedIsRefusedAndListed(String version) {
    try (Engine engine = new Engine(version, 0)) {
      Engine.Said said = engine.say("#bash curl -s http://127.0.0.1:1/");
      TurnEvent.Finished finished = assertInstanceOf(TurnEvent.Finished.class, said.last(), said.toString());
      assertEquals(List.of("Bash"), finished.denials().stream()
          .map(denial -> denial.string("tool_name").orElse("")).toList());
      assertTrue(said.text().contains("PERMISSION_ALLOW=\"Bash(curl *)\""), said.text());
      assertEquals(1, said.events().stream().filter(event -> event instanceof TurnEvent.Activity(String kind, _)
          && kind.equals("permission_denied")).count());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aMessageTakesTheRunningOnesPlace(String version) throws Exception {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say hello").session();
      Turn running = engine.start(Engine.request(Optional.of(session), List.of(Message.user("#tokens 2000 10"))));
      try (Cursor cursor = running.cursor(0)) {
        while (!(cursor.next(Duration.ofSeconds(10)).orElseThrow().event() instanceof TurnEvent.Text)) { }
        Engine.Said second = Engine.read(engine.start(Engine.interrupting(Engine.request(session, "#echo"))));
        assertTrue(second.text().contains("\"user: #echo\""), second.toString());
        assertTrue(!second.text().contains("interrupted by user"), second.text());
        assertTrue(running.ended().get(5, TimeUnit.SECONDS) instanceof TurnEvent.Failed(Failure failure)
            && failure.kind() == Failure.Kind.TURN_INTERRUPTED);
      }
      List<SessionView.StoredMessage> stored =
          engine.chat().sessions().messages(session, 100, 0, Caller.ANYONE).items();
      assertEquals(List.of("#say hello", "hello", "#tokens 2000 10", "w0", "#echo"), stored.stream()
          .map(message -> message.message().text().split(" w1")[0].strip()).limit(5).toList(), stored.toString());
    }
  }

  /** A tool does not end for it by itself. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aMessageTakesThePlaceOfOneWhoseToolRuns(String version) throws Exception {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say hello").session();
      Turn running = engine.start(Engine.request(session, "#bash sleep 20\n#then\n#say done"));
      try (Cursor cursor = running.cursor(0)) {
        while (!(cursor.next(Duration.ofSeconds(10)).orElseThrow().event() instanceof TurnEvent.Activity)) { }
        Engine.Said second = Engine.read(engine.start(Engine.interrupting(Engine.request(session, "#say instead"))));
        assertEquals("instead", second.text(), second.toString());
        assertEquals(Optional.of(Failure.Kind.TURN_INTERRUPTED), Engine.read(running).failure());
      }
    }
  }

  /** Of several that come together the last one counts, whatever it finds. */
  @Test
  void manyMessagesThatTakeEachOthersPlace() {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say hello").session();
      for (int round = 0; round < 5; round++) {
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          turns.add(engine.start(Engine.interrupting(Engine.request(session, "#tokens 50 5"))));
        }
        List<Engine.Said> said = turns.stream().map(Engine::read).toList();
        assertEquals(Optional.empty(), said.getLast().failure(), said.getLast().toString());
        said.subList(0, 4).forEach(
            one -> assertEquals(Optional.of(Failure.Kind.TURN_INTERRUPTED), one.failure(), one.toString()));
      }
    }
  }

  @Test
  void manyMessagesThatTakeEachOthersPlaceAtOnce() {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say hello").session();
      for (int round = 0; round < 20; round++) {
        Turn running = engine.start(Engine.request(session, "#tokens 10000 5"));
        List<CompletableFuture<Optional<Failure.Kind>>> asked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          asked.add(CompletableFuture.supplyAsync(() -> endOf(engine, session),
              ask -> Thread.ofPlatform().start(ask)));
        }
        List<Optional<Failure.Kind>> ends = asked.stream().map(CompletableFuture::join).toList();
        assertEquals(1, ends.stream().filter(Optional::isEmpty).count(), ends.toString());
        assertEquals(4, ends.stream().filter(Optional.of(Failure.Kind.TURN_INTERRUPTED)::equals).count(),
            ends.toString());
        assertEquals(Optional.of(Failure.Kind.TURN_INTERRUPTED), Engine.read(running).failure());
      }
    }
  }

  private static Optional<Failure.Kind> endOf(Engine engine, String session) {
    try {
      return Engine.read(engine.start(Engine.interrupting(Engine.request(session, "#tokens 50 5")))).failure();
    } catch (ChatException refused) {
      return Optional.of(refused.failure().kind());
    }
  }

  @Test
  void aTurnThatWaitsForItsProcessCanBeStopped(@TempDir Path folder) throws Exception {
    Path open = Files.createFile(folder.resolve("open"));
    try (Engine engine = new Engine(EngineSetup.gated(folder))) {
      String session = engine.say("#say hello").session();
      assertFalse(engine.chat().conversations().stop(session, Caller.ANYONE));
      assertTrue(engine.process(session).destroyForcibly());
      Await.that("its process is gone", Duration.ofSeconds(10), () -> engine.living().isEmpty());
      Files.delete(open);
      CompletableFuture<Engine.Said> asked = CompletableFuture.supplyAsync(() -> engine.say(session, "#say more"));
      Await.that("another one starts", Duration.ofSeconds(10), () -> !engine.living().isEmpty());
      assertTrue(engine.chat().sessions().get(session, Caller.ANYONE).running());
      assertTrue(engine.chat().conversations().stop(session, Caller.ANYONE));
      Files.createFile(open);
      CompletionException refused = assertThrows(CompletionException.class, asked::join);
      assertEquals(Failure.Kind.TURN_INTERRUPTED,
          assertInstanceOf(ChatException.class, refused.getCause()).failure().kind());
      assertEquals("again", engine.say(session, "#say again").text());
    }
  }

  /** A stop that comes late, or twice, is meant for what has ended. */
  @Test
  void aStopOfAnEndedTurnLeavesTheNextOneAlone() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      Turn first = engine.start(Engine.request(Optional.empty(), List.of(Message.user("#say hello"))));
      String session = Engine.read(first).session();
      Turn second = engine.start(Engine.request(session, "#tokens 100 5"));
      Engine.begun(second).close();
      assertFalse(engine.chat().conversations().stop(first.id(), Caller.ANYONE));
      assertEquals(Optional.empty(), Engine.read(second).failure());
      Turn third = engine.start(Engine.request(session, "#tokens 10000 5"));
      Engine.begun(third).close();
      assertTrue(engine.chat().conversations().stop(third.id(), Caller.ANYONE));
      assertEquals(Optional.of(Failure.Kind.TURN_INTERRUPTED), Engine.read(third).failure());
    }
  }

  /** Nobody would end that process later. */
  @Test
  void aSessionThatIsDeletedWhileItsProcessStartsLeavesNone(@TempDir Path folder) throws Exception {
    Path open = Files.createFile(folder.resolve("open"));
    try (Engine engine = new Engine(EngineSetup.gated(folder))) {
      String session = engine.say("#say hello").session();
      assertTrue(engine.process(session).destroyForcibly());
      Await.that("its process is gone", Duration.ofSeconds(10), () -> engine.living().isEmpty());
      Files.delete(open);
      CompletableFuture<Engine.Said> asked = CompletableFuture.supplyAsync(() -> engine.say(session, "#say more"));
      Await.that("another one starts", Duration.ofSeconds(10), () -> !engine.living().isEmpty());
      engine.chat().sessions().delete(session, Caller.ANYONE);
      Files.createFile(open);
      CompletionException refused = assertThrows(CompletionException.class, asked::join);
      assertEquals(Failure.Kind.SESSION_NOT_FOUND,
          assertInstanceOf(ChatException.class, refused.getCause()).failure().kind());
      Await.that("nothing is left", Duration.ofSeconds(10), () -> engine.living().isEmpty());
      assertFalse(Files.exists(engine.transcript(session)));
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aStoppedTurnLeavesTheSessionUsable(String version) throws Exception {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say hello").session();
      Turn running = engine.start(Engine.request(Optional.of(session), List.of(Message.user("#tokens 2000 10"))));
      try (Cursor cursor = running.cursor(0)) {
        while (!(cursor.next(Duration.ofSeconds(10)).orElseThrow().event() instanceof TurnEvent.Text)) { }
        assertTrue(engine.chat().conversations().stop(session, Caller.ANYONE));
        assertInstanceOf(TurnEvent.Failed.class, running.ended().get(5, TimeUnit.SECONDS));
      }
      assertEquals("again", engine.say(Optional.of(session), List.of(Message.user("#say again"))).text());
      assertTrue(engine.chat().conversations().turn(running.id(), Caller.ANYONE).isPresent());
    }
  }
}

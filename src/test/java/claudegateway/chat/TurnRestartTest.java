package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.FakeCli;
import claudegateway.chat.Failure.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that ends before it has begun with a message: another one answers, and knows each message once, in order;
 * so does the one after it.
 */
final class TurnRestartTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir
  private Path folder;

  /** A message at which the first process that gets it ends. */
  private String once() {
    return "#exit-once " + folder.resolve("ended") + "\n#say back";
  }

  static Stream<String> versions() {
    return Stream.of(FakeCli.VERSION, "2.1.330");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aLaterTurn(String version) {
    try (Engine engine = new Engine(EngineSetup.fake(version))) {
      String session = engine.say("#say hello").session();
      ProcessHandle first = engine.process(session);
      answers(engine, session, List.of("user: #say hello", "assistant: hello"));
      Await.gone(first.pid(), SOON);
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aFirstTurn(String version) {
    try (Engine engine = new Engine(EngineSetup.fake(version))) {
      goesOn(engine, engine.say(once()), List.of());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theFirstTurnAfterAHistoryThatAClientBrings(int spares) {
    try (Engine engine = new Engine(EngineSetup.fake().spares(spares))) {
      Await.that("a spare is ready", SOON, () -> engine.chat().spares() == spares);
      Engine.Said said = engine.say(Optional.empty(), List.of(Message.user("hello"), Message.assistant("well"),
          Message.user("more"), Message.assistant("yes"), Message.user(once())));
      goesOn(engine, said, List.of("user: hello", "assistant: well", "user: more", "assistant: yes"));
    }
  }

  @Test
  void theFirstTurnAfterAHistoryThatEndsWithoutAnAnswer() {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      Engine.Said said = engine.say(Optional.empty(), List.of(Message.user("hello"), Message.assistant("well"),
          Message.user("more"), Message.user(once())));
      goesOn(engine, said, List.of("user: hello", "assistant: well", "user: more"));
    }
  }

  @Test
  void theFirstTurnOfABranch() {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      Engine.Said first = engine.say("#say one");
      engine.say(first.session(), "#say two");
      Engine.Said branch = engine.say(Optional.empty(),
          List.of(Message.user("#say one"), Message.assistant("one"), Message.user(once())));
      assertNotEquals(first.session(), branch.session());
      goesOn(engine, branch, List.of("user: #say one", "assistant: one"));
    }
  }

  @Test
  void aProcessThatIsKilledAsTheMessageComes() {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say hello").session();
      List<String> said = new ArrayList<>(List.of("user: #say hello", "assistant: hello"));
      for (int i = 0; i < 20; i++) {
        assertTrue(engine.process(session).destroyForcibly());
        Engine.Said next = engine.say(session, "#say " + i);
        assertEquals("" + i, next.text(), next.toString());
        said.addAll(List.of("user: #say " + i, "assistant: " + i));
      }
      said.add("user: #echo");
      assertEquals(said, Echo.lines(engine.say(session, "#echo").text()));
    }
  }

  @Test
  void aMessageThatEndsEachProcess() {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say hello").session();
      int before = started(engine);
      Engine.Said said = engine.say(session, "#exit-now");
      assertEquals(Optional.of(Kind.AGENT_FAILED), said.failure(), said.toString());
      assertEquals(before + 1, started(engine), "one restart");
      assertEquals(List.of("user: #say hello", "assistant: hello", "user: #exit-now", "user: #echo"),
          withoutFiller(engine.say(session, "#echo").text()));
    }
  }

  @Test
  void aMessageThatIsInTheTranscriptIsNotSentAgain() {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say hello").session();
      int before = started(engine);
      Engine.Said said = engine.say(session, "#exit-stored");
      assertEquals(Optional.of(Kind.AGENT_FAILED), said.failure(), said.toString());
      assertEquals(before, started(engine), "no restart");
      assertEquals(List.of("user: #say hello", "assistant: hello", "user: #exit-stored", "user: #echo"),
          withoutFiller(engine.say(session, "#echo").text()));
    }
  }

  @Test
  void aStopWhileAnotherProcessIsLookedFor() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String slow = "#start-slow 2000";
      String session = Engine.read(engine.start(
          Engine.request(Optional.empty(), List.of(Message.user("#say hello")), slow))).session();
      ProcessHandle first = engine.process(session);
      Turn turn = engine.start(Engine.request(Optional.of(session), List.of(Message.user(once())), slow));
      Await.that("another process starts", SOON, () -> engine.living().stream().anyMatch(
          process -> process.sessionId().equals(session) && process.pid() != first.pid()));
      long pid = engine.process(session).pid();
      assertTrue(engine.chat().conversations().stop(session, Caller.ANYONE));
      assertInstanceOf(TurnEvent.Failed.class, turn.ended().get(1, TimeUnit.SECONDS));
      assertEquals(Optional.of(Kind.TURN_INTERRUPTED), Engine.read(turn).failure());
      Await.gone(pid, SOON);
      assertEquals(List.of("user: #say hello", "assistant: hello", "user: " + once(), "user: #echo"),
          withoutFiller(Engine.read(engine.start(
              Engine.request(Optional.of(session), List.of(Message.user("#echo")), slow))).text()));
    }
  }

  /** Without waiting for the gateway to notice. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void theRealProcessIsKilledAsTheMessageComes(String version) {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say one").session();
      assertTrue(engine.process(session).destroyForcibly());
      Engine.Said second = engine.say(session, "#say two");
      assertEquals("two", second.text(), second.toString());
      List<String> lines = new ArrayList<>(List.of("user: #say one", "assistant: one", "user: #say two"));
      assertEquals(lines, new StubRecord(engine.stub).last(session, "#say two").lines());

      Turn third = engine.start(Engine.request(session, "#say three"));
      engine.process(session).destroyForcibly();
      assertEquals("three", Engine.read(third).text());
      lines.addAll(List.of("assistant: two", "user: #say three"));
      assertEquals(lines, new StubRecord(engine.stub).last(session, "#say three").lines());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void theRealProcessIsKilledAsItsFirstMessageComes(String version) {
    try (Engine engine = new Engine(version, 0)) {
      Turn first = engine.start(Engine.request(Optional.empty(), List.of(Message.user("#say one")), "Be brief."));
      engine.process(first.sessionId()).destroyForcibly();
      assertEquals("one", Engine.read(first).text());
      Turn foreign = engine.start(Engine.request(Optional.empty(), List.of(Message.user("hello"),
          Message.assistant("well"), Message.user("#echo")), "Be brief."));
      engine.process(foreign.sessionId()).destroyForcibly();
      assertEquals(List.of("user: hello", "assistant: well", "user: #echo"),
          Echo.lines(Engine.read(foreign).text()));
      Turn branch = engine.start(Engine.request(Optional.empty(), List.of(Message.user("hello"),
          Message.assistant("well"), Message.user("#say other")), "Be brief."));
      assertNotEquals(foreign.sessionId(), branch.sessionId());
      engine.process(branch.sessionId()).destroyForcibly();
      assertEquals("other", Engine.read(branch).text());
      assertEquals(List.of("user: hello", "assistant: well", "user: #say other"),
          new StubRecord(engine.stub).last(branch.sessionId(), "#say other").lines());
    }
  }

  private void answers(Engine engine, String session, List<String> before) {
    goesOn(engine, engine.say(session, once()), before);
  }

  private void goesOn(Engine engine, Engine.Said said, List<String> before) {
    assertEquals("back", said.text(), said.toString());
    assertTrue(Files.exists(folder.resolve("ended")), "a process has ended");
    List<String> lines = new ArrayList<>(before);
    lines.addAll(List.of("user: " + once(), "assistant: back", "user: #echo"));
    String echoed = engine.say(said.session(), "#echo").text();
    assertEquals(lines, Echo.lines(echoed));
    engine.stop();
    engine.start();
    lines.addAll(List.of("assistant: " + echoed, "user: #echo"));
    assertEquals(lines, Echo.lines(engine.say(said.session(), "#echo").text()));
  }

  private static int started(Engine engine) {
    try {
      return Math.toIntExact(engine.chat().figures().started());
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** Without what the CLI says in the place of an answer that is missing. */
  private static List<String> withoutFiller(String echo) {
    return Echo.lines(echo).stream().filter(line -> !line.equals("assistant: No response requested.")).toList();
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import claudegateway.store.Turns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Another program, such as {@code claude} in a terminal, goes on with a session of ours. */
final class OtherWriterTest {
  private static final List<String> OURS = List.of("user: #say one", "assistant: one", "user: #say two",
      "assistant: two");

  /** What a CLI puts behind a message that another one is still answering. */
  private static final String BY_THE_CLI = "assistant: No response requested.";

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void whatATerminalAddsIsTakenUpOrLeftToIt(String version) throws Exception {
    try (Engine engine = new Engine(version, 0)) {
      String session = twoTurns(engine);
      // What comes sooner counts as written by our own process.
      Thread.sleep(600);
      engine.inTerminal("--resume", session, "#say from the terminal");

      Engine.Said fork = Engine.read(engine.start(Engine.forking(Engine.request(session, "#echo"))));
      assertNotEquals(session, fork.session());
      assertEquals(after(OURS, "user: #echo"), Echo.lines(fork.text()));
      assertEquals("named", engine.chat().sessions().get(fork.session(), Caller.ANYONE).origin());
      assertEquals(List.of("#say one", "one", "#say two", "two", "#echo", fork.text()), stored(engine, fork.session()));

      assertEquals(after(OURS, "user: #say from the terminal", "assistant: from the terminal", "user: #echo"),
          Echo.lines(engine.say(session, "#echo").text()));
      assertEquals(List.of("#say one", "one", "#say two", "two", "#say from the terminal", "from the terminal",
          "#echo"), stored(engine, session).subList(0, 7));

      assertEquals("again", engine.say(fork.session(), "#say again").text());
      assertEquals(after(OURS, "user: #echo", "assistant: " + fork.text(), "user: #say again"),
          engine.stub.received().getLast().conversation().lines());
    }
  }

  /** Not cut off with the words of its own that the CLI puts behind such an answer. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void whatATerminalAddsToAnAnswerThatHadItsLength(String version) throws Exception {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say one").session();
      ChatRequest plain = Engine.request(session, "#tokens 50 1");
      Engine.Said cut = Engine.read(engine.start(new ChatRequest(plain.sessionId(), plain.projectId(), plain.model(),
          plain.system(), plain.messages(), new ChatRequest.Options(Optional.empty(), Optional.empty(), List.of(),
              Optional.of(5L), Optional.empty(), new ChatRequest.Thinking(false, Optional.empty()), false),
          plain.tools(), plain.format(), plain.onBusy(), plain.onDisconnect(), plain.onOtherWriter())));
      assertTrue(cut.last() instanceof TurnEvent.Finished(FinishReason reason, _, _) && reason == FinishReason.LENGTH);
      Thread.sleep(600);
      engine.inTerminal("--resume", session, "#say from the terminal");
      List<String> lines = asked(engine, session, "#say two");
      assertEquals(List.of("user: #say from the terminal", "assistant: from the terminal", "user: #say two"),
          lines.subList(lines.size() - 3, lines.size()), lines.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void oursGoesOnAlsoWhenTheTerminalHasTakenPartOfItBack(String version) throws Exception {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say one").session();
      String first = engine.database().read(sql -> Turns.lastOf(sql, session)).orElseThrow().lastUuid().orElseThrow();
      assertEquals("two", engine.say(session, "#say two").text());
      Thread.sleep(600);
      engine.inTerminal("--resume", session, "--resume-session-at", first, "#say from the terminal");
      Engine.Said fork = Engine.read(engine.start(Engine.forking(Engine.request(session, "#echo"))));
      assertNotEquals(session, fork.session());
      assertEquals(after(OURS, "user: #echo"), Echo.lines(fork.text()));
      assertEquals(List.of("user: #say one", "assistant: one", "user: #say from the terminal",
          "assistant: from the terminal", "user: #echo"), Echo.lines(engine.say(session, "#echo").text()));
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void whatATerminalSaysWhileOurTurnRunsIsABranchUntilItGoesOn(String version) throws Exception {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say one").session();
      Turn turn = engine.start(Engine.request(session, "#tokens 2 4000"));
      engine.inTerminal("--resume", session, "#say meanwhile");
      assertEquals("w0 w1 ", Engine.read(turn).text(), "the turn was too short for this test");
      List<String> ours = List.of("user: #say one", "assistant: one", "user: #tokens 2 4000", "assistant: w0 w1 ");
      assertEquals(after(ours, "user: #say two"), asked(engine, session, "#say two"));

      // The terminal's end is the last mark in the transcript, by which the CLI would resume.
      List<String> transcript = Files.readAllLines(engine.transcript(session));
      String theirs = transcript.stream().filter(line -> line.contains("\"meanwhile\"")).map(OtherWriterTest::uuid)
          .toList().getLast();
      engine.stop();
      engine.start();
      terminalEnds(engine, session, theirs);
      Thread.sleep(600);
      Files.setLastModifiedTime(engine.transcript(session), FileTime.from(Instant.now()));
      assertEquals(after(ours, "user: #say two", "assistant: two", "user: #say three"),
          asked(engine, session, "#say three"));

      Thread.sleep(600);
      terminalEnds(engine, session, theirs);
      engine.inTerminal("--resume", session, "#say later");
      assertEquals(List.of("user: #say one", "assistant: one", "user: #tokens 2 4000", BY_THE_CLI,
          "user: #say meanwhile", "assistant: meanwhile", "user: #say later", "assistant: later", "user: #say four"),
          asked(engine, session, "#say four"));
      assertEquals(List.of("#say three", "three", "No response requested.", "#say meanwhile", "meanwhile",
          "#say later", "later", "#say four", "four"), stored(engine, session).subList(6, 15));
    }
  }

  /** The mark by which the CLI resumes what a process did that has ended. */
  private static void terminalEnds(Engine engine, String session, String leaf) throws Exception {
    Files.writeString(engine.transcript(session), Json.object("type", "last-prompt", "lastPrompt", "#say",
        "leafUuid", leaf, "sessionId", session).toText() + "\n", StandardOpenOption.APPEND);
  }

  private static List<String> asked(Engine engine, String session, String question) {
    engine.say(session, question);
    return engine.stub.received().getLast().conversation().lines();
  }

  private static String uuid(String line) {
    return ((Json.Obj) JsonReader.parse(line)).string("uuid").orElse("");
  }

  @Test
  void eachForkIsASessionOfItsOwnAndOnlyMadeWhenSomebodyElseWrote() throws Exception {
    AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    try (Engine engine = new Engine(EngineSetup.fake().time(() -> Instant.now().plus(ahead.get())))) {
      String session = twoTurns(engine);
      ahead.set(Duration.ofMinutes(1));
      assertEquals(session, Engine.read(engine.start(Engine.forking(Engine.request(session, "#say three")))).session());
      terminalAdds(engine.transcript(session), "and", "so on");

      List<String> before = after(OURS, "user: #say three", "assistant: three");
      Engine.Said fork = Engine.read(engine.start(Engine.forking(Engine.request(session, "#echo"))));
      Engine.Said other = Engine.read(engine.start(Engine.forking(Engine.request(session, "#echo"))));
      assertEquals(3, List.of(session, fork.session(), other.session()).stream().distinct().count());
      assertEquals(after(before, "user: #echo"), Echo.lines(fork.text()));
      assertEquals(after(before, "user: #echo"), Echo.lines(other.text()));
      assertEquals(fork.session(), Engine.read(engine.start(Engine.forking(Engine.request(fork.session(), "#say x"))))
          .session(), "nobody else wrote into the new one");

      Engine.Said resent = Engine.read(engine.start(Engine.forking(Engine.request(Optional.empty(), List.of(
          Message.user("#say one"), Message.assistant("one"), Message.user("#say two"), Message.assistant("two"),
          Message.user("#say three"), Message.assistant("three"), Message.user("#echo"))))));
      assertNotEquals(session, resent.session());
      assertEquals(after(before, "user: #echo"), Echo.lines(resent.text()));
      assertEquals("history", engine.chat().sessions().get(resent.session(), Caller.ANYONE).origin());

      assertEquals(after(before, "user: and", "assistant: so on", "user: #echo"),
          Echo.lines(engine.say(session, "#echo").text()));
    }
  }

  @Test
  void whatWeRememberIsTheWayOutWhenTheTranscriptHasLostOurEnd() throws Exception {
    AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    try (Engine engine = new Engine(EngineSetup.fake().time(() -> Instant.now().plus(ahead.get())))) {
      String session = twoTurns(engine);
      ahead.set(Duration.ofMinutes(1));
      Path transcript = engine.transcript(session);
      List<String> lines = Files.readAllLines(transcript);
      Files.write(transcript, lines.subList(0, 2));
      terminalAdds(transcript, "and", "so on");
      Engine.Said fork = Engine.read(engine.start(Engine.forking(Engine.request(session, "#echo"))));
      assertNotEquals(session, fork.session());
      assertEquals(after(OURS, "user: #echo"), Echo.lines(fork.text()));
      assertEquals(List.of("#say one", "one", "#say two", "two", "#echo", fork.text()), stored(engine, fork.session()));
    }
  }

  private static String twoTurns(Engine engine) {
    String session = engine.say("#say one").session();
    assertEquals("two", engine.say(session, "#say two").text());
    return session;
  }

  private static List<String> stored(Engine engine, String session) {
    return engine.chat().sessions().messages(session, 20, 0, Caller.ANYONE).items().stream()
        .map(stored -> stored.message().text()).toList();
  }

  private static List<String> after(List<String> before, String... more) {
    return java.util.stream.Stream.concat(before.stream(), List.of(more).stream()).toList();
  }

  /** As the CLI would write it in half a minute. */
  private static void terminalAdds(Path transcript, String said, String answer) throws Exception {
    Instant now = Instant.now().plusSeconds(30);
    Json.Obj last = (Json.Obj) JsonReader.parse(Files.readAllLines(transcript).getLast());
    String user = UUID.randomUUID().toString();
    Files.writeString(transcript, Json.object("parentUuid", last.string("uuid").orElseThrow(), "type", "user",
        "message", Json.object("role", "user", "content", said), "uuid", user, "timestamp", now.toString()).toText()
        + "\n" + Json.object("parentUuid", user, "type", "assistant", "message", Json.object("id", "msg_t",
            "role", "assistant", "model", "claude-x", "content", List.of(Json.object("type", "text", "text", answer))),
            "uuid", UUID.randomUUID().toString(), "timestamp", now.toString()).toText() + "\n",
        StandardOpenOption.APPEND);
    Files.setLastModifiedTime(transcript, FileTime.from(now));
  }
}

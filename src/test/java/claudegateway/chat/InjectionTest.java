package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import claudegateway.Await;
import claudegateway.claude.CliVersion;
import claudegateway.demo.Received;
import claudegateway.json.Json;
import claudegateway.store.SessionRow.Transcript;
import claudegateway.store.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A history of twenty messages that the real CLI has never seen: the model is given exactly that, at once, after
 * its process was ended, and after a restart.
 */
final class InjectionTest {
  private static final long SEED = Long.getLong("injection.seed", 20_261_123L);
  private static final int TIMES = Integer.getInteger("injection.times", 4);
  private static final int MESSAGES = 20;
  private static final Duration IDLE_MAX = Duration.ofMillis(500);
  private static final Duration SOON = Duration.ofSeconds(20);

  /** A client and its memory. @param builtins decides whether a spare fits, and so how the history gets in */
  private record Client(int number, boolean builtins, List<Message> memory) {}

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void theModelIsGivenExactlyWhatWasSent(String version) {
    try (Engine engine = new Engine(EngineSetup.real(version).spares(1).idleMax(IDLE_MAX))) {
      List<String> sessions = new ArrayList<>();
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < TIMES; i++) {
        Client client = new Client(i, i % 2 == 0,
            new ArrayList<>(new RandomHistory(new Random(SEED + i), MESSAGES).messages()));
        if (client.builtins) {
          Await.that("a spare is ready", SOON, () -> engine.chat().spares() == 1);
        }
        String session = ask(engine, client, "first");
        assertEquals(client.builtins ? Transcript.PARTIAL : Transcript.WHOLE,
            engine.database().read(sql -> Sessions.find(sql, session)).orElseThrow().transcript(),
            "over stdin into a spare, else as a transcript");
        assertEquals(session, ask(engine, client, "second"));
        sessions.add(session);
        clients.add(client);
      }
      Await.that("the processes are ended", SOON, () -> engine.chat().sessions().live().isEmpty());
      for (Client client : clients) {
        assertEquals(sessions.get(client.number), ask(engine, client, "resumed"));
      }
      engine.stop();
      engine.start();
      for (Client client : clients) {
        assertEquals(sessions.get(client.number), ask(engine, client, "after a restart"));
      }
    }
  }

  /** It would be told for longer than a process takes that starts for it; the spare stays for another conversation. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aLongHistoryIsReadByAProcessThatStartsForIt(String version) {
    try (Engine engine = new Engine(EngineSetup.real(version).spares(1))) {
      Await.that("a spare is ready", SOON, () -> engine.chat().spares() == 1);
      List<Message> memory = new ArrayList<>();
      for (int i = 0; i <= CliVersion.of(version).toldAtMost(); i++) {
        memory.add(Message.user("question " + i));
        memory.add(Message.assistant("answer " + i));
      }
      Client client = new Client(0, true, memory);
      String session = ask(engine, client, "first");
      assertEquals(Transcript.WHOLE,
          engine.database().read(sql -> Sessions.find(sql, session)).orElseThrow().transcript());
      assertEquals(1, engine.chat().spares());
      assertEquals(session, ask(engine, client, "second"));
    }
  }

  /** As one does that greets, or was cut off in front. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aHistoryThatTheAssistantBegins(String version) {
    try (Engine engine = new Engine(version, 0)) {
      Client client = new Client(0, false, new ArrayList<>(List.of(Message.assistant("Welcome!"))));
      String session = ask(engine, client, "first");
      assertEquals(session, ask(engine, client, "second"));
    }
  }

  /** An app may keep the empty answer of a request that never became a turn. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void resultsThatAnEmptyAnswerFollows(String version) {
    try (Engine engine = new Engine(version, 0)) {
      Message call = new Message(Message.Role.ASSISTANT, List.of(new Message.Part.Text("Let me see.")),
          List.of(new Message.ToolCall("c1", "weather", "{\"city\":\"P\"}")), Optional.empty());
      Message result = new Message(Message.Role.TOOL, List.of(new Message.Part.Text("rain")), List.of(),
          Optional.of("c1"));
      ChatRequest plain = Engine.request(Optional.empty(), List.of(Message.user("question"), call, result,
          Message.assistant(""), Message.user("#say well")), Optional.empty(), new ChatRequest.Tools(List.of(
              new ChatRequest.Function("weather", "", Json.object("type", "object"))),
              new ChatRequest.Choice.Auto(), true, false));
      Engine.Said said = Engine.read(engine.start(plain));
      assertEquals("well", said.text(), said.toString());
      assertEquals(List.of("user: question", "assistant: Let me see.",
          "assistant calls mcp__client__weather {\"city\":\"P\"}", "user result: rain", "user: #say well"),
          new StubRecord(engine.stub).last(said.session(), "#say well").lines());
    }
  }

  /** Sends everything and one message more; returns the session that answered. */
  private static String ask(Engine engine, Client client, String when) {
    String said = when + " " + client.number;
    client.memory.add(Message.user("#say " + said));
    ChatRequest plain = Engine.request(Optional.empty(), client.memory);
    ChatRequest request = new ChatRequest(plain.sessionId(), plain.projectId(), plain.model(), plain.system(),
        plain.messages(), plain.options(),
        new ChatRequest.Tools(List.of(), new ChatRequest.Choice.Auto(), true, client.builtins), plain.format(),
        plain.onBusy(), plain.onDisconnect(), plain.onOtherWriter());
    Engine.Said answer = Engine.read(engine.start(request));
    assertInstanceOf(TurnEvent.Finished.class, answer.last(), when + ", seed " + SEED + " + " + client.number);
    assertEquals(said, answer.text());
    List<String> sent = RandomHistory.sent(client.memory);
    List<String> received = RandomHistory.received(last(engine, answer.session(), "#say " + said));
    assertEquals(String.join("\n", sent), String.join("\n", received), when + ", seed " + SEED + " + " + client.number);
    client.memory.add(Message.assistant(answer.text()));
    return answer.session();
  }

  /** 2.1.330 may ask for other things besides. */
  private static Received last(Engine engine, String session, String prompt) {
    return engine.stub.received().reversed().stream()
        .filter(request -> request.body().object("metadata").map(Json::toText).orElse("").contains(session))
        .filter(request -> request.conversation().lastPrompt().filter(said -> said.lastText().equals(prompt)).isPresent())
        .findFirst().orElseThrow(() -> new AssertionError("no request of " + session + " with " + prompt));
  }
}

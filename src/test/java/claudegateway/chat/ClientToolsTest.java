package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client's functions as the real CLI's model is offered them, and what becomes of open calls. */
final class ClientToolsTest {
  private static final List<ChatRequest.Function> FUNCTIONS = List.of(
      new ChatRequest.Function("f", "does f", Json.object("type", "object")),
      new ChatRequest.Function("g", "does g", Json.object("type", "object")));

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void theModelIsOfferedThemBesideItsOwnTools(String version) {
    try (Engine engine = new Engine(EngineSetup.real(version))) {
      List<Message> messages = new ArrayList<>(List.of(Message.user("#say one")));
      Engine.Said first = Engine.read(engine.start(request(messages, List.of(), Optional.empty())));
      messages.addAll(List.of(Message.assistant(first.text()), Message.user("#say two")));
      // The same session in another process, which learns of the functions after it has resumed.
      Engine.Said second = Engine.read(engine.start(request(messages, FUNCTIONS, Optional.empty())));
      assertEquals(first.session(), second.session());
      assertOffered(engine);
      messages.addAll(List.of(Message.assistant(second.text()), Message.user("#say three")));
      Engine.read(engine.start(request(messages, FUNCTIONS, Optional.of(500L))));
      assertOffered(engine);
    }
  }

  private static void assertOffered(Engine engine) {
    List<String> names = engine.stub.received().getLast().toolNames();
    assertTrue(names.containsAll(List.of("Bash", "mcp__client__f", "mcp__client__g")), names.toString());
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void openCallsOutliveTheGateway(String version) {
    openCallsOutlive(version, (engine, _) -> {
      engine.stop();
      engine.start();
    });
  }

  /** The results come before the gateway has noticed. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void openCallsOutliveTheProcess(String version) {
    openCallsOutlive(version, (engine, session) -> assertTrue(engine.process(session).destroyForcibly()));
  }

  private static void openCallsOutlive(String version, BiConsumer<Engine, String> end) {
    try (Engine engine = new Engine(EngineSetup.real(version))) {
      List<Message> messages = new ArrayList<>(
          List.of(Message.user("#call id=toolu_f f {\"x\":1}\n#call id=toolu_g g {\"y\":2}")));
      Engine.Said called = Engine.read(engine.start(request(messages, FUNCTIONS, Optional.empty())));
      assertTrue(called.last() instanceof TurnEvent.Finished(FinishReason reason, _, _)
          && reason == FinishReason.TOOL_CALLS, called.toString());
      end.accept(engine, called.session());
      messages.add(new Message(Message.Role.ASSISTANT, List.of(), List.of(
          new Message.ToolCall("toolu_f", "f", "{\"x\":1}"), new Message.ToolCall("toolu_g", "g", "{\"y\":2}")),
          Optional.empty()));
      messages.add(result("toolu_g", "result of g"));
      messages.add(result("toolu_f", "result of f"));
      Engine.Said answer = Engine.read(engine.start(request(messages, FUNCTIONS, Optional.empty())));
      assertEquals(called.session(), answer.session());
      List<String> lines = new StubRecord(engine.stub).last(answer.session(), "").lines();
      assertEquals(List.of("assistant calls mcp__client__f {\"x\":1}", "assistant calls mcp__client__g {\"y\":2}"),
          lines.subList(1, 3));
      assertEquals(List.of("user result: result of f", "user result: result of g"),
          lines.subList(3, lines.size()).stream().sorted().toList());
    }
  }

  /** A person has corrected it, say, or has taken one of two away: the model is told what they sent. */
  @Test
  void callsThatTheClientHasChanged() {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      List<Message> asked = List.of(Message.user("#call id=toolu_f f {\"x\":1,\"y\":2.0}\n#call id=toolu_g g {}"));
      String session = Engine.read(engine.start(request(asked, FUNCTIONS, Optional.empty()))).session();
      assertEquals(session, answered(engine, asked, List.of("{\"y\": 2, \"x\": 1}", "")).session(), "written anew");
      for (List<String> changed : List.of(List.of("{\"x\":3,\"y\":2}", "{}"), List.of("{\"x\":1,\"y\":2}"))) {
        Engine.Said said = answered(engine, asked, changed);
        assertNotEquals(session, said.session(), changed.toString());
      }
    }
  }

  private static Engine.Said answered(Engine engine, List<Message> asked, List<String> arguments) {
    List<Message> messages = new ArrayList<>(asked);
    List<Message.ToolCall> calls = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String name = i == 0 ? "f" : "g";
      calls.add(new Message.ToolCall("toolu_" + name, name, arguments.get(i)));
    }
    messages.add(new Message(Message.Role.ASSISTANT, List.of(), calls, Optional.empty()));
    calls.forEach(call -> messages.add(result(call.id(), "result of " + call.name())));
    return Engine.read(engine.start(request(messages, FUNCTIONS, Optional.empty())));
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void resultsThatComeWithoutTheirCalls(String version) {
    try (Engine engine = new Engine(version, 0)) {
      String session = Engine.read(engine.start(request(List.of(Message.user("#call id=toolu_o f {\"x\":1}")), FUNCTIONS,
          Optional.empty()))).session();
      ChatException refused = assertThrows(ChatException.class, () -> engine.start(
          request(List.of(Message.user("well"), result("toolu_unknown", "lost")), FUNCTIONS, Optional.empty())));
      assertEquals(Failure.Kind.INVALID, refused.failure().kind());
      assertTrue(refused.getMessage().contains("toolu_unknown"), refused.getMessage());
      Engine.Said said = Engine.read(engine.start(request(List.of(result("toolu_o", "found")), FUNCTIONS,
          Optional.empty())));
      assertEquals(session, said.session());
      List<String> lines = new StubRecord(engine.stub).last(session, "").lines();
      assertEquals(List.of("assistant calls mcp__client__f {\"x\":1}", "user result: found"), lines.subList(1, 3));
    }
  }

  private static Message result(String id, String text) {
    return new Message(Message.Role.TOOL, List.of(new Message.Part.Text(text)), List.of(), Optional.of(id));
  }

  private static ChatRequest request(List<Message> messages, List<ChatRequest.Function> functions,
      Optional<Long> maxTokens) {
    ChatRequest plain = Engine.request(Optional.empty(), messages);
    ChatRequest.Options defaults = plain.options();
    return new ChatRequest(plain.sessionId(), plain.projectId(), plain.model(), plain.system(), plain.messages(),
        new ChatRequest.Options(defaults.temperature(), defaults.topP(), defaults.stop(), maxTokens,
            defaults.effort(), defaults.thinking(), defaults.commands()),
        new ChatRequest.Tools(functions, new ChatRequest.Choice.Auto(), true, true), plain.format(), plain.onBusy(),
        plain.onDisconnect(), plain.onOtherWriter());
  }
}

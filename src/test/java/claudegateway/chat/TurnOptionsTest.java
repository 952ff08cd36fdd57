package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How one turn is to be answered reaches the model's API for that turn, and no further; both real CLIs. */
final class TurnOptionsTest {
  private static final String FREE = "claude-haiku-4-5-20251001";
  private static final ChatRequest.Options WISHES = new ChatRequest.Options(Optional.of(0.5), Optional.empty(),
      List.of("END"), Optional.of(123L), Optional.empty(), new ChatRequest.Thinking(false, Optional.of(0L)), false);

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void theyHoldForOneTurn(String version) {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say hello").session();
      Json.Obj wished = body(engine, session, FREE, WISHES, "#say one");
      assertEquals("0.5", wished.get("temperature").orElseThrow().toText());
      assertEquals("123", wished.get("max_tokens").orElseThrow().toText());
      assertEquals("[\"END\"]", wished.get("stop_sequences").orElseThrow().toText());
      Json.Obj plain = body(engine, session, FREE, ChatRequest.Options.DEFAULT, "#say two");
      assertNotEquals("0.5", plain.get("temperature").map(Json::toText).orElse(""));
      assertNotEquals("123", plain.get("max_tokens").orElseThrow().toText());
      assertFalse(plain.has("stop_sequences"));
      assertEquals("123", body(engine, session, FREE, WISHES, "#say three").get("max_tokens").orElseThrow().toText());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void whatTheModelRefusesIsNotSentAndNamed(String version) {
    try (Engine engine = new Engine(version, 0)) {
      Turn turn = engine.start(request(Optional.empty(), Optional.empty(), WISHES, "#say hello"));
      assertInstanceOf(TurnEvent.Finished.class, Engine.read(turn).last());
      assertTrue(turn.ignored().contains("temperature"), turn.ignored().toString());
      assertFalse(last(engine, "#say hello").has("temperature"));
    }
  }

  /** The CLI would go on by itself, and puts its own words there; what was said is what the model knows next. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void anAnswerThatHadItsLengthIsFollowedByWhatTheUserSays(String version) {
    ChatRequest.Options few = new ChatRequest.Options(Optional.empty(), Optional.empty(), List.of(), Optional.of(5L),
        Optional.empty(), new ChatRequest.Thinking(false, Optional.empty()), false);
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say hello").session();
      Engine.Said cut = Engine.read(engine.start(request(Optional.of(session), Optional.empty(), few, "#tokens 50 1")));
      assertTrue(cut.last() instanceof TurnEvent.Finished(FinishReason reason, _, _)
          && reason == FinishReason.LENGTH, cut.toString());
      assertEquals("more", engine.say(session, "#say more").text());
      assertEquals(List.of("user: #say hello", "assistant: hello", "user: #tokens 50 1",
          "assistant: " + cut.text(), "user: #say more"), new StubRecord(engine.stub).last(session, "#say more").lines());
    }
  }

  /** Its options are its own, not those of the turn whose place it takes. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aMessageThatTakesAnothersPlaceHasItsOwn(String version) throws Exception {
    try (Engine engine = new Engine(version, 0)) {
      String session = engine.say("#say hello").session();
      Turn first = engine.start(request(Optional.of(session), Optional.of(FREE), WISHES, "#tokens 100 50"));
      Engine.begun(first).close();
      Engine.Said second = Engine.read(engine.start(Engine.interrupting(
          request(Optional.of(session), Optional.of(FREE), ChatRequest.Options.DEFAULT, "#say instead"))));
      assertEquals("instead", second.text(), second.toString());
      Json.Obj body = last(engine, "#say instead");
      assertFalse(body.has("stop_sequences"), body.toText());
      assertNotEquals("123", body.get("max_tokens").orElseThrow().toText());
    }
  }

  private static Json.Obj body(Engine engine, String session, String model, ChatRequest.Options options, String text) {
    Engine.Said said = Engine.read(engine.start(request(Optional.of(session), Optional.of(model), options, text)));
    assertInstanceOf(TurnEvent.Finished.class, said.last(), said.toString());
    return last(engine, text);
  }

  /** 2.1.330 may ask for other things besides. */
  private static Json.Obj last(Engine engine, String prompt) {
    return engine.stub.received().reversed().stream().filter(request ->
        request.conversation().lastPrompt().filter(said -> said.lastText().equals(prompt)).isPresent())
        .findFirst().orElseThrow().body();
  }

  private static ChatRequest request(Optional<String> session, Optional<String> model, ChatRequest.Options options,
      String text) {
    ChatRequest plain = Engine.request(session, List.of(Message.user(text)));
    return new ChatRequest(plain.sessionId(), plain.projectId(), model, plain.system(), plain.messages(), options,
        plain.tools(), plain.format(), plain.onBusy(), plain.onDisconnect(), plain.onOtherWriter());
  }
}

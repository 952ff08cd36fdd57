package claudegateway.openai;

import static claudegateway.openai.Wire.WITHDRAWN;
import static claudegateway.openai.Wire.arguments;
import static claudegateway.openai.Wire.finished;
import static claudegateway.openai.Wire.text;
import static claudegateway.openai.Wire.thinking;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.chat.Failure;
import claudegateway.chat.FinishReason;
import claudegateway.chat.TurnEvent;
import claudegateway.chat.Usage;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import claudegateway.json.Slice;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CompletionTest {
  private static final TurnEvent STARTED = new TurnEvent.Started("claude-sonnet-4-5");
  private static final TurnEvent READ = new TurnEvent.Activity("tool_use", Json.object("name", "Read"));

  @Test
  void aPlainAnswerByteForByte() {
    assertEquals("""
        {"id":"chatcmpl-1","object":"chat.completion","created":1770199200,"model":"claude-sonnet-4-5",\
        "choices":[{"index":0,"message":{"role":"assistant","content":"Hel\\"lo","refusal":null},\
        "logprobs":null,"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":52,"completion_tokens":15,"total_tokens":67,"cached_tokens":30,\
        "input_tokens":52,"output_tokens":15,"total_cost":0.0011,\
        "prompt_tokens_details":{"cached_tokens":30,"cache_creation_tokens":10},\
        "completion_tokens_details":{"reasoning_tokens":4}},\
        "system_fingerprint":null,"session_id":"s-1","project_id":"default"}""",
        new String(fold(AnswerOptions.PLAIN, STARTED, thinking("hm"), text("Hel"), READ, text("\"lo"),
            finished(FinishReason.STOP)), StandardCharsets.UTF_8));
  }

  @Test
  void callsHaveNoContent() {
    Json.Obj message = message(read(AnswerOptions.PLAIN, STARTED, new TurnEvent.ToolCall(0, "toolu_1", "ls"),
        arguments(0, "{\"a\":"), arguments(0, "1}"), new TurnEvent.ToolCall(1, "toolu_2", "now"),
        finished(FinishReason.TOOL_CALLS)));
    assertEquals(Json.Null.NULL, message.fields().get("content"));
    assertEquals(JsonReader.parse("""
        [{"id":"toolu_1","type":"function","function":{"name":"ls","arguments":"{\\"a\\":1}"}},
         {"id":"toolu_2","type":"function","function":{"name":"now","arguments":"{}"}}]"""),
        message.fields().get("tool_calls"));
  }

  @Test
  void legacyFunctions() {
    AnswerOptions legacy = new AnswerOptions(false, false, false, true, false);
    Json.Obj answer = read(legacy, STARTED, new TurnEvent.ToolCall(0, "toolu_1", "ls"),
        finished(FinishReason.TOOL_CALLS));
    assertEquals(Json.object("name", "ls", "arguments", "{}"), message(answer).fields().get("function_call"));
    assertFalse(message(answer).has("tool_calls"));
    Json.Obj choice = (Json.Obj) answer.array("choices").getFirst();
    assertEquals(Optional.of("function_call"), choice.string("finish_reason"));
  }

  @Test
  void reasoningAndEventsOnlyWhenAskedFor() {
    TurnEvent[] turn = {STARTED, thinking("h"), READ, thinking("m"), text("a"), finished(FinishReason.STOP)};
    Json.Obj plain = read(AnswerOptions.PLAIN, turn);
    assertFalse(message(plain).has("reasoning_content"));
    assertFalse(plain.has("claude"));
    Json.Obj full = read(Wire.options(false, true, true), turn);
    assertEquals(Optional.of("hm"), message(full).string("reasoning_content"));
    assertEquals(JsonReader.parse("{\"events\":[{\"type\":\"tool_use\",\"name\":\"Read\"}]}"),
        full.fields().get("claude"));
  }

  @Test
  void denialsAreAlwaysShown() {
    Json.Obj denial = Json.object("tool_name", "Bash", "tool_use_id", "toolu_1", "message", "no");
    Json.Obj answer = read(AnswerOptions.PLAIN, STARTED, text("a"),
        new TurnEvent.Finished(FinishReason.STOP, Usage.NONE, List.of(denial)));
    assertEquals(Json.object("permission_denials", List.of(denial)), answer.fields().get("claude"));
  }

  @Test
  void aFailureIsNoAnswer() {
    Failure failure = Failure.of(Failure.Kind.UPSTREAM_FAILED, "gone");
    Completion completion = new Completion(Wire.HEAD, AnswerOptions.PLAIN);
    assertFalse(completion.add(STARTED));
    assertFalse(completion.add(text("half")));
    assertTrue(completion.add(new TurnEvent.Failed(failure)));
    assertEquals(Optional.of(failure), completion.failure());
  }

  @Test
  void theContentIsWhatAStreamWouldHaveSaid() {
    TurnEvent[] turn = {STARTED, text("\u0000\u001f\"\\/"), text("\u2028\u2029\u007f é漢😀\ufffd"),
        text(" \n\t"), finished(FinishReason.STOP)};
    String streamed = StreamDecoder.decode(Wire.stream(AnswerOptions.PLAIN, turn), false).content.toString();
    assertEquals(Optional.of(streamed), message(read(AnswerOptions.PLAIN, turn)).string("content"));
    assertEquals("\u0000\u001f\"\\/\u2028\u2029\u007f é漢😀\ufffd \n\t", streamed);
  }

  @Test
  void whatWasWithdrawnIsNoPartOfIt() {
    assertEquals(Optional.of("{\"a\":2}"), message(read(AnswerOptions.PLAIN, STARTED, text("{\"a\":"),
        text("1}"), WITHDRAWN, text("{\"a\":2}"), finished(FinishReason.STOP))).string("content"));
  }

  @Test
  void eightMegabytesInSmallPieces() {
    String piece = "0123456789 \"é😀\n";
    TurnEvent.Text delta = new TurnEvent.Text(Slice.of(piece));
    int count = (8 << 20) / piece.length();
    assertTimeout(Duration.ofSeconds(20), () -> {
      Completion completion = new Completion(Wire.HEAD, AnswerOptions.PLAIN);
      completion.add(STARTED);
      for (int i = 0; i < count; i++) {
        completion.add(delta);
      }
      completion.add(finished(FinishReason.STOP));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      completion.writeTo(out, Collections.nCopies(count, delta.json()));
      Json.Obj answer = (Json.Obj) JsonReader.parse(out.toByteArray());
      assertEquals(Optional.of(piece.repeat(count)), message(answer).string("content"));
    });
  }

  @Test
  void anAnswerHasALimit() {
    TurnEvent.Text large = new TurnEvent.Text(Slice.of("x".repeat(16 << 20)));
    Completion completion = new Completion(Wire.HEAD, AnswerOptions.PLAIN);
    completion.add(STARTED);
    for (int i = 0; i < Completion.BYTES_MAX / (16 << 20); i++) {
      assertFalse(completion.add(large));
    }
    assertTrue(completion.add(text("x")));
    assertEquals(Failure.Kind.LIMIT_EXCEEDED, completion.failure().orElseThrow().kind());
  }

  /** A text that is too long to be kept is given back to be written; one that was withdrawn does not count. */
  @Test
  void aLongTextIsWrittenPieceByPiece() {
    Completion completion = new Completion(Wire.HEAD, AnswerOptions.PLAIN);
    completion.add(STARTED);
    completion.add(new TurnEvent.Text(Slice.of("x".repeat(Completion.KEPT_MAX))));
    assertFalse(completion.isLong());
    completion.add(text("y"));
    assertTrue(completion.isLong());
    completion.add(WITHDRAWN);
    assertFalse(completion.isLong());
    for (int i = 0; i <= 4; i++) {
      completion.add(new TurnEvent.Text(Slice.of("z".repeat(Completion.KEPT_MAX / 4))));
    }
    completion.add(finished(FinishReason.STOP));
    assertTrue(completion.isLong());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    completion.writeTo(out, List.of(Slice.of("a \""), Slice.of("\" b")));
    Json.Obj choice = (Json.Obj) ((Json.Obj) JsonReader.parse(out.toByteArray())).array("choices").getFirst();
    assertEquals("a \"\" b", choice.object("message").orElseThrow().string("content").orElseThrow());
  }

  @Test
  void eventsHaveALimit() {
    Completion completion = new Completion(Wire.HEAD, Wire.options(false, true, false));
    completion.add(STARTED);
    for (int i = 0; i < Completion.EVENTS_MAX + 5; i++) {
      completion.add(READ);
    }
    completion.add(finished(FinishReason.STOP));
    Json.Obj claude = ((Json.Obj) JsonReader.parse(completion.toBytes())).object("claude").orElseThrow();
    assertEquals(Completion.EVENTS_MAX, claude.array("events").size());
    assertEquals(Optional.of(5L), claude.integer("events_left_out"));
  }

  private static byte[] fold(AnswerOptions options, TurnEvent... events) {
    Completion completion = new Completion(Wire.HEAD, options);
    for (TurnEvent event : events) {
      assertEquals(event.isLast(), completion.add(event));
    }
    assertEquals(Optional.empty(), completion.failure());
    return completion.toBytes();
  }

  private static Json.Obj read(AnswerOptions options, TurnEvent... events) {
    return (Json.Obj) JsonReader.parse(fold(options, events));
  }

  private static Json.Obj message(Json.Obj answer) {
    return ((Json.Obj) answer.array("choices").getFirst()).object("message").orElseThrow();
  }
}

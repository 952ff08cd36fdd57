package claudegateway.openai;

import static claudegateway.openai.Wire.WITHDRAWN;
import static claudegateway.openai.Wire.arguments;
import static claudegateway.openai.Wire.finished;
import static claudegateway.openai.Wire.options;
import static claudegateway.openai.Wire.stream;
import static claudegateway.openai.Wire.text;
import static claudegateway.openai.Wire.thinking;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.chat.Failure;
import claudegateway.chat.FinishReason;
import claudegateway.chat.TurnEvent;
import claudegateway.json.Json;
import claudegateway.json.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ChunkWriterTest {
  private static final TurnEvent STARTED = new TurnEvent.Started("claude-sonnet-4-5");

  @Test
  void aPlainAnswerByteForByte() {
    String head = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1770199200,"
        + "\"model\":\"claude-sonnet-4-5\",";
    assertEquals("""
        id: 1
        data: HEAD"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],\
        "session_id":"s-1","project_id":"default"}

        id: 2
        data: HEAD"choices":[{"index":0,"delta":{"content":"Hel\\"lo\\n"},"finish_reason":null}]}

        id: 2.1
        data: HEAD"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: [DONE]

        """.replace("HEAD", head),
        utf8(stream(AnswerOptions.PLAIN, STARTED, text("Hel\"lo\n"), finished(FinishReason.STOP))));
  }

  @Test
  void everythingAtOnceByteForByte() {
    String head = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1770199200,"
        + "\"model\":\"claude-sonnet-4-5\",";
    assertEquals("""
        id: 1
        data: HEAD"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],\
        "session_id":"s-1","project_id":"default","usage":null}

        id: 2
        data: HEAD"choices":[{"index":0,"delta":{"reasoning_content":"hm"},"finish_reason":null}],\
        "usage":null}

        id: 3
        data: HEAD"choices":[],"claude":{"type":"tool_use","name":"Read"},"usage":null}

        id: 4
        data: HEAD"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":null}

        id: 4.1
        data: HEAD"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"toolu_1","type":"function",\
        "function":{"name":"ls","arguments":""}}]},"finish_reason":null}],"usage":null}

        id: 6
        data: HEAD"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,\
        "function":{"arguments":"{\\"a\\":1}"}}]},"finish_reason":null}],"usage":null}

        id: 6.1
        data: HEAD"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"toolu_2","type":"function",\
        "function":{"name":"now","arguments":""}}]},"finish_reason":null}],"usage":null}

        id: 7
        data: HEAD"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]},\
        "finish_reason":null}],"usage":null}

        id: 7.1
        data: HEAD"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":null}

        id: 7.2
        data: HEAD"choices":[],"usage":{"prompt_tokens":52,"completion_tokens":15,"total_tokens":67,\
        "cached_tokens":30,"input_tokens":52,"output_tokens":15,"total_cost":0.0011,\
        "prompt_tokens_details":{"cached_tokens":30,"cache_creation_tokens":10},\
        "completion_tokens_details":{"reasoning_tokens":4}}}

        data: [DONE]

        """.replace("HEAD", head),
        utf8(stream(options(true, true, true), STARTED, thinking("hm"),
            new TurnEvent.Activity("tool_use", Json.object("name", "Read")), text("a"),
            new TurnEvent.ToolCall(0, "toolu_1", "ls"), arguments(0, "{\"a\":1}"),
            new TurnEvent.ToolCall(1, "toolu_2", "now"), finished(FinishReason.TOOL_CALLS))));
  }

  @Test
  void onlyWhatWasAskedFor() {
    StreamDecoder seen = StreamDecoder.decode(stream(AnswerOptions.PLAIN, STARTED, thinking("hm"),
        new TurnEvent.Activity("tool_use", Json.object("name", "Read")), text("a"), thinking("!"),
        finished(FinishReason.LENGTH)), false);
    assertEquals("a", seen.content.toString());
    assertEquals("", seen.reasoning.toString());
    assertEquals(List.of(), seen.activities);
    assertNull(seen.usage);
    assertEquals("length", seen.finish);
    assertTrue(seen.done && seen.role);
  }

  @Test
  void callsWithAndWithoutArguments() {
    StreamDecoder seen = StreamDecoder.decode(stream(options(false, true, false), STARTED,
        new TurnEvent.ToolCall(0, "a", "first"),
        arguments(0, ""), arguments(0, "{\"x\":"), arguments(0, "1}"),
        new TurnEvent.ToolCall(1, "b", "second"), arguments(1, ""),
        new TurnEvent.Activity("progress", Json.Obj.EMPTY),
        new TurnEvent.ToolCall(2, "c", "name \"with\" 😀"), new TurnEvent.Activity("progress", Json.Obj.EMPTY),
        arguments(2, "{\"y\":2}"),
        new TurnEvent.ToolCall(3, "d", "last"), finished(FinishReason.TOOL_CALLS)), false);
    assertEquals("{\"x\":1}", seen.calls.get(0L).arguments.toString());
    assertEquals("{}", seen.calls.get(1L).arguments.toString());
    assertEquals("{\"y\":2}", seen.calls.get(2L).arguments.toString());
    assertEquals("name \"with\" 😀", seen.calls.get(2L).name);
    assertEquals("{}", seen.calls.get(3L).arguments.toString());
    assertEquals(2, seen.activities.size());
    assertEquals("tool_calls", seen.finish);
  }

  @Test
  void legacyFunctions() {
    AnswerOptions legacy = new AnswerOptions(false, false, false, true, false);
    StreamDecoder seen = StreamDecoder.decode(stream(legacy, STARTED,
        new TurnEvent.ToolCall(0, "a", "first"), arguments(0, "{\"x\":1}"),
        finished(FinishReason.TOOL_CALLS)), false);
    assertEquals("first", seen.functionName);
    assertEquals("{\"x\":1}", seen.functionArguments.toString());
    assertEquals("function_call", seen.finish);
    assertTrue(seen.calls.isEmpty());
  }

  @Test
  void everyFinishReason() {
    for (FinishReason reason : FinishReason.values()) {
      StreamDecoder seen = StreamDecoder.decode(stream(AnswerOptions.PLAIN, STARTED, finished(reason)),
          false);
      assertTrue(List.of("stop", "length", "tool_calls", "content_filter").contains(seen.finish),
          seen.finish);
    }
  }

  @Test
  void denialsAreInTheFinishChunk() {
    Json.Obj denial = Json.object("tool_name", "Bash", "tool_use_id", "toolu_1", "message", "not allowed");
    StreamDecoder seen = StreamDecoder.decode(stream(AnswerOptions.PLAIN, STARTED,
        new TurnEvent.Finished(FinishReason.STOP, Wire.USAGE, List.of(denial))), false);
    assertEquals(Json.object("permission_denials", List.of(denial)), seen.claude);
  }

  @Test
  void anErrorIsAnObjectAndNoFinish() {
    for (Failure.Kind kind : Failure.Kind.values()) {
      StreamDecoder seen = StreamDecoder.decode(stream(options(true, false, false), STARTED, text("par"),
          new TurnEvent.Failed(Failure.of(kind, "It\nbroke"))), true);
      assertEquals(ErrorMapping.of(Failure.of(kind, "It broke")).toJson(), seen.error);
      assertEquals(List.of("message", "type", "param", "code"), List.copyOf(seen.error.fields().keySet()));
      assertNull(seen.finish);
      assertEquals("par", seen.content.toString());
      assertTrue(seen.done);
    }
  }

  @Test
  void anErrorIsVisibleTextForTheApp() {
    Wire.Client client = Wire.write(Wire.log(STARTED, text("par"),
        new TurnEvent.Failed(
            Failure.of(Failure.Kind.AGENT_FAILED, "Claude exited: \"" + "é\n".repeat(2000)))),
        Wire.forApp(), StreamPlace.START);
    StreamDecoder seen = StreamDecoder.decode(client.bytes.toByteArray(), false);
    assertTrue(seen.content.toString().startsWith("par\n\n[Error: Claude exited: \"é"),
        seen.content.toString());
    assertEquals(Optional.of("claude_failed"), seen.error.string("code"));
    assertTrue(seen.done);
    assertTrue(client.sizes.stream().allMatch(size -> size <= ChunkWriter.APP_EVENT_MAX),
        client.sizes.toString());
  }

  @Test
  void theAppGetsSmallEventsBehindTwoSpaces() {
    String text = "ab\\\"\n\u0001\u2028é漢😀".repeat(2000);
    Wire.Client client = Wire.write(Wire.log(STARTED, text(text), finished(FinishReason.STOP)),
        Wire.forApp(), StreamPlace.START);
    String stream = utf8(client.bytes.toByteArray());
    assertEquals(text, StreamDecoder.decode(client.bytes.toByteArray(), false).content.toString());
    assertTrue(client.sizes.stream().allMatch(size -> size <= ChunkWriter.APP_EVENT_MAX),
        client.sizes.toString());
    assertTrue(client.sizes.stream().filter(size -> size > ChunkWriter.APP_EVENT_MAX - 40).count() > 10,
        "events are as large as they may be: " + client.sizes);
    for (String line : stream.split("\n")) {
      assertTrue(line.isEmpty() || line.startsWith("id: ") || line.startsWith("data:  {")
          || line.equals("data: [DONE]"), line);
    }
    assertEquals(1, client.lasts);
  }

  @Test
  void aLongTextIsBoundedForEverybody() {
    String text = "x".repeat(1 << 20);
    Wire.Client client = Wire.write(Wire.log(STARTED, text(text), finished(FinishReason.STOP)),
        AnswerOptions.PLAIN, StreamPlace.START);
    assertEquals(text, StreamDecoder.decode(client.bytes.toByteArray(), false).content.toString());
    assertTrue(client.sizes.stream().allMatch(size -> size <= ChunkWriter.EVENT_MAX),
        client.sizes.toString());
  }

  @Test
  void aDeltaIsNotDecoded() {
    byte[] line = "{\"text\":\"caf\\u00e9 \\/ \u007f\u2028 \\ud83d\\ude00\"}"
        .getBytes(StandardCharsets.UTF_8);
    Slice slice = new Slice(line, 9, line.length - 11);
    byte[] stream = stream(AnswerOptions.PLAIN, STARTED, new TurnEvent.Text(slice),
        finished(FinishReason.STOP));
    assertTrue(utf8(stream).contains("{\"content\":\"caf\\u00e9 \\/ \u007f\u2028 \\ud83d\\ude00\"}"));
    assertEquals("café / \u007f\u2028 😀", StreamDecoder.decode(stream, false).content.toString());
  }

  @Test
  void aDoneInTheTextEndsNothing() {
    String nasty = "data: [DONE]\n\nid: 9\n\n\u0000\u001f event: x";
    StreamDecoder seen = StreamDecoder.decode(
        stream(AnswerOptions.PLAIN, STARTED, text(nasty), finished(FinishReason.STOP)), false);
    assertEquals(nasty, seen.content.toString());
  }

  @Test
  void aStreamEndsWhereItsTextIsWithdrawn() {
    String seen = utf8(stream(AnswerOptions.PLAIN, STARTED, text("{1}"), WITHDRAWN, text("{2}"),
        finished(FinishReason.STOP)));
    assertTrue(seen.contains("{1}") && seen.contains("\"error\":{\"message\":\"again\""), seen);
    assertTrue(seen.endsWith("data: [DONE]\n\n"), seen);
    assertFalse(seen.contains("{2}") || seen.contains("\"finish_reason\":\"stop\""), seen);
  }

  @Test
  void anAnswerWithoutAModelHasARoleToo() {
    StreamDecoder seen = StreamDecoder.decode(
        stream(AnswerOptions.PLAIN, text("Compacted."), finished(FinishReason.STOP)), false);
    assertEquals("Compacted.", seen.content.toString());
    assertTrue(seen.role);
    assertEquals(Optional.of("asked-model"), seen.first.string("model"));
    Wire.Client rest = Wire.write(Wire.log(text("Compacted."), finished(FinishReason.STOP)),
        AnswerOptions.PLAIN, new StreamPlace(1, 0));
    assertFalse(utf8(rest.bytes.toByteArray()).contains("assistant"), "the role was said before");
  }

  @Test
  void theSamePrefixServesEveryEvent() {
    byte[] one = stream(AnswerOptions.PLAIN, STARTED, text("x"), finished(FinishReason.STOP));
    byte[] again = stream(AnswerOptions.PLAIN, STARTED, text("x"), finished(FinishReason.STOP));
    assertArrayEquals(one, again);
    assertFalse(utf8(one).contains("asked-model"), "the model that answered is named");
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.claude.ClaudeEvent.Block;
import claudegateway.json.Json;
import claudegateway.json.Slice;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lines as both ends of the supported versions print them, and lines as nobody should. */
final class ClaudeLinesTest {
  private static final String TAIL = ",\"session_id\":\"S\",\"parent_tool_use_id\":null,\"uuid\":\"U\"";

  private static List<ClaudeEvent> read(InputStream in, int lineMax) {
    List<ClaudeEvent> events = new ArrayList<>();
    try {
      ClaudeLines lines = new ClaudeLines(in, lineMax);
      for (Optional<ClaudeEvent> event = lines.next(); event.isPresent(); event = lines.next()) {
        events.add(event.get());
      }
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    return events;
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ClaudeEvent one(String line) {
    List<ClaudeEvent> events = read(bytes(line + "\n"), 1 << 20);
    assertEquals(1, events.size(), events.toString());
    return events.getFirst();
  }

  private static String stream(String event, String more) {
    return "{\"type\":\"stream_event\",\"event\":" + event + TAIL + more + "}";
  }

  @Test
  void aTextTurnOfEitherVersion() {
    for (String more : List.of("", ",\"api_message_id\":\"msg_1\"")) {
      assertEquals(new ClaudeEvent.MessageStart("msg_1", "claude-opus-4-8", new TokenCount(100, 1, 7, 5, 0)),
          one(stream("{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
              + "\"assistant\",\"model\":\"claude-opus-4-8\",\"content\":[],\"usage\":{\"input_tokens\":100,"
              + "\"cache_creation_input_tokens\":5,\"cache_read_input_tokens\":7,\"output_tokens\":1}}}", more)));
      assertEquals(new ClaudeEvent.BlockStart(0, "text", "", ""),
          one(stream("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
              + "{\"type\":\"text\",\"text\":\"\"}}", more)));
      assertEquals(new ClaudeEvent.TextDelta(Slice.of("w0 \"\n\uD83D\uDE00")),
          one(stream("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
              + "{\"type\":\"text_delta\",\"text\":\"w0 \\\"\\n\uD83D\uDE00\"}}", more)));
      assertEquals(new ClaudeEvent.BlockStop(0), one(stream("{\"type\":\"content_block_stop\",\"index\":0}", more)));
      assertEquals(new ClaudeEvent.MessageDelta(Optional.of("end_turn"), new TokenCount(0, 20, 0, 0, 0)),
          one(stream("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
              + "\"usage\":{\"output_tokens\":20}}", more)));
      assertEquals(new ClaudeEvent.MessageStop(false), one(stream("{\"type\":\"message_stop\"}", more)));
    }
  }

  @Test
  void thinkingAndToolInput() {
    assertEquals(new ClaudeEvent.ThinkingDelta(Slice.of("th1 ")),
        one(stream("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
            + "{\"type\":\"thinking_delta\",\"thinking\":\"th1 \"}}", "")));
    assertEquals(new ClaudeEvent.BlockStart(1, "tool_use", "toolu_1", "Bash"),
        one(stream("{\"type\":\"content_block_start\",\"index\":1,\"content_block\":"
            + "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"Bash\",\"input\":{}}}", "")));
    assertEquals(new ClaudeEvent.InputDelta(1, Slice.of("{\"a\": ")),
        one(stream("{\"type\":\"content_block_delta\",\"index\":1,\"delta\":"
            + "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\": \"}}", "")));
  }

  @Test
  void aMessageThatWasGivenUp() {
    assertEquals(new ClaudeEvent.MessageStop(true), one(stream("{\"type\":\"message_stop\"}",
        ",\"api_message_id\":\"m\",\"abandoned_blocks\":{\"api_message_id\":\"m\",\"from_block_index\":0}")));
    assertEquals(new ClaudeEvent.MessageDelta(Optional.empty(), new TokenCount(0, 1, 0, 0, 0)),
        one(stream("{\"type\":\"message_delta\",\"context_management\":null,\"delta\":{\"container\":null,"
            + "\"stop_reason\":null},\"usage\":{\"output_tokens\":1}}", "")));
  }

  @Test
  void aResultWhoseTypeIsFirstOrNot() {
    String fields = "\"subtype\":\"success\",\"is_error\":true,\"api_error_status\":429,\"num_turns\":2,"
        + "\"result\":\"API Error\",\"stop_reason\":\"stop_sequence\",\"total_cost_usd\":0.25,"
        + "\"modelUsage\":{\"a\":{\"inputTokens\":5,\"outputTokens\":2,\"cacheReadInputTokens\":7},"
        + "\"b\":{\"outputTokens\":4,\"cacheCreationInputTokens\":8,\"thinkingTokens\":9}},"
        + "\"usage\":{\"input_tokens\":3,\"output_tokens\":4},\"permission_denials\":[{\"tool_name\":\"Write\"}],"
        + "\"terminal_reason\":\"completed\",\"errors\":[\"one\",{\"two\":2}]";
    String since = "\"model_usage_since_last_result\":{\"a\":{\"costUSD\":0.5},\"b\":{\"costUSD\":0.25}}";
    for (String line : List.of("{\"type\":\"result\"," + fields + "}",
        "{\"duration_api_ms\":20," + fields + "," + since + ",\"type\":\"result\",\"uuid\":\"U\"}")) {
      ClaudeEvent.Result result = assertInstanceOf(ClaudeEvent.Result.class, one(line));
      assertTrue(result.isError());
      assertEquals(Optional.of(429), result.apiErrorStatus());
      assertEquals("API Error", result.text());
      assertEquals(Optional.of("stop_sequence"), result.stopReason());
      assertEquals(new TokenCount(3, 4, 0, 0, 0), result.usage());
      assertEquals(new ModelUse(new TokenCount(5, 6, 7, 8, 9), 0.25), result.total());
      assertEquals(line.contains("since_last") ? Optional.of(0.75) : Optional.empty(),
          result.sinceLast().map(ModelUse::costUsd));
      assertEquals(List.of("one", "{\"two\":2}"), result.errors());
      assertEquals(1, result.permissionDenials().size());
    }
  }

  @Test
  void theRareLines() {
    assertEquals("S", assertInstanceOf(ClaudeEvent.Init.class,
        one("{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"S\",\"model\":\"m\"}")).sessionId());
    assertEquals(new ClaudeEvent.ApiRetry(1, Optional.of(401), "authentication_failed", 597),
        one("{\"type\":\"system\",\"subtype\":\"api_retry\",\"attempt\":1,\"max_retries\":10,"
            + "\"retry_delay_ms\":597.6,\"error_status\":401,\"error\":\"authentication_failed\"}"));
    assertEquals(new ClaudeEvent.ControlResponse("r1", false, Json.Obj.EMPTY, "no"),
        one("{\"type\":\"control_response\",\"response\":"
            + "{\"subtype\":\"error\",\"request_id\":\"r1\",\"error\":\"no\"}}"));
    ClaudeEvent.ControlRequest asked = assertInstanceOf(ClaudeEvent.ControlRequest.class,
        one("{\"type\":\"control_request\",\"request_id\":\"q\",\"request\":{\"subtype\":\"can_use_tool\"}}"));
    assertEquals("can_use_tool", asked.subtype());
    ClaudeEvent.User user = assertInstanceOf(ClaudeEvent.User.class,
        one("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"t\",\"type\":"
            + "\"tool_result\",\"content\":\"hi\",\"is_error\":true}]},\"parent_tool_use_id\":\"p\",\"uuid\":\"U\"}"));
    assertEquals(Optional.of("p"), user.parentToolUseId());
    assertEquals(List.of(new Block.ToolResult("t", Json.of("hi"), true)), user.blocks());
    ClaudeEvent.Assistant error = assertInstanceOf(ClaudeEvent.Assistant.class,
        one("{\"type\":\"assistant\",\"message\":{\"model\":\"<synthetic>\",\"content\":[{\"type\":\"text\",\"text\":"
            + "\"API Error\"}]},\"parent_tool_use_id\":null,\"uuid\":\"U\",\"error\":\"rate_limit\"}"));
    assertEquals(Optional.of("rate_limit"), error.error());
  }

  @Test
  void whatNobodyKnowsIsSomethingElse() {
    for (String line : List.of("{\"type\":\"command_lifecycle\",\"state\":\"queued\"}", "{}",
        "{\"deep\":{\"er\":[1,{\"x\":null}]},\"type\":\"next_year\"}", "{\"type\":\"system\",\"subtype\":\"new\"}",
        stream("{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"novel_delta\",\"novel\":1}}", ""))) {
      assertInstanceOf(ClaudeEvent.Other.class, one(line), line);
    }
  }

  @Test
  void whatIsBrokenIsSaidToBe() {
    for (String torn : List.of("{\"type\":\"stream_event\",\"event\":{\"type\":\"content_bl", "{\"type\":}",
        "{\"type\":\"result\"} trailing", "{\"a\":\"raw \u0001\"}")) {
      assertEquals(true, assertInstanceOf(ClaudeEvent.Unreadable.class, one(torn), torn).torn(), torn);
    }
    for (String noise : List.of("(node:1) Warning: {", "[1,2]", "\"text\"", "nul", "\u0001\u0002")) {
      assertEquals(false, assertInstanceOf(ClaudeEvent.Unreadable.class, one(noise), noise).torn(), noise);
    }
  }

  @Test
  void aLineThatIsTooLongIsSkippedAndTheNextOneRead() {
    List<ClaudeEvent> events = read(bytes(stream("{\"type\":\"message_stop\",\"x\":\"" + "y".repeat(5_000) + "\"}", "")
        + "\n" + stream("{\"type\":\"message_stop\"}", "") + "\n"), 4_096);
    assertEquals(2, events.size());
    assertTrue(events.getFirst() instanceof ClaudeEvent.TooLong(long bytes) && bytes > 5_000, events.toString());
    assertEquals(new ClaudeEvent.MessageStop(false), events.getLast());
  }

  @Test
  void itDoesNotMatterWhereAReadEnds() {
    String all = stream("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":"
        + "\"\u00E9\uD83D\uDE00\\u2028\"}}", "") + "\n\nnoise\n" + "{\"type\":\"result\",\"subtype\":\"success\"}\n"
        + stream("{\"type\":\"message_stop\"}", "");
    List<ClaudeEvent> whole = read(bytes(all), 1 << 20);
    InputStream slow = new FilterInputStream(bytes(all)) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return super.read(into, offset, Math.min(length, 1));
      }
    };
    assertEquals(whole, read(slow, 1 << 20));
    assertEquals(4, whole.size());
  }
}

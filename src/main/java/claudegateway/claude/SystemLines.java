package claudegateway.claude;

import claudegateway.json.Json;
import java.util.Optional;

/** The rare lines of the CLI that are read as a whole: {@code system}, {@code result}, {@code control_response}. */
final class SystemLines {
  /** Bytes of a text beside the stream (a sub-agent's words, an error) that are kept. */
  static final int SHOWN_TEXT_MAX = 64 << 10;

  /** The same for a result's text, which repeats the whole answer; without deltas it is all that there is. */
  static final int RESULT_TEXT_MAX = 1 << 20;

  private SystemLines() {}

  static ClaudeEvent system(String subtype, Json.Obj line) {
    return switch (subtype) {
      case "init" -> new ClaudeEvent.Init(line.string("session_id").orElse(""), line.string("model").orElse(""), line);
      case "status" -> new ClaudeEvent.Status(line.string("status").orElse(""));
      default -> new ClaudeEvent.ApiRetry(
          line.integer("attempt").orElse(0L).intValue(),
          line.integer("error_status").map(Long::intValue),
          line.string("error").orElse("unknown"),
          line.number("retry_delay_ms").orElse(0.0).longValue());
    };
  }

  /** @param text the line's field {@code result}, which is not read with the others */
  static ClaudeEvent result(Json.Obj line, String text) {
    return new ClaudeEvent.Result(
        line.string("subtype").orElse(""),
        line.isTrue("is_error"),
        line.integer("api_error_status").map(Long::intValue),
        text,
        line.string("stop_reason"),
        line.string("terminal_reason"),
        line.integer("num_turns").orElse(0L).intValue(),
        line.object("usage").map(TokenCount::of).orElse(TokenCount.NONE),
        new ModelUse(line.object("modelUsage").map(ModelUse::of).orElse(ModelUse.NONE).tokens(),
            line.number("total_cost_usd").orElse(0.0)),
        line.object("model_usage_since_last_result").map(ModelUse::of),
        Optional.ofNullable(line.fields().get("structured_output")).filter(value -> value != Json.Null.NULL),
        line.array("permission_denials"),
        line.array("errors").stream().map(error -> error instanceof Json.Str(String said) ? said : error.toText())
            .toList());
  }

  static ClaudeEvent controlResponse(Json.Obj response) {
    return new ClaudeEvent.ControlResponse(
        response.string("request_id").orElse(""),
        response.string("subtype").orElse("").equals("success"),
        response.object("response").orElse(Json.Obj.EMPTY),
        response.string("error").orElse(""));
  }
}

package claudegateway.openai;

import claudegateway.chat.FinishReason;
import claudegateway.chat.TurnEvent;
import claudegateway.chat.Usage;
import claudegateway.json.Json;
import claudegateway.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parts that a stream's chunks and a whole answer have in common. */
final class AnswerJson {
  private AnswerJson() {}

  /** OpenAI's word; @param legacy whether the client calls its functions {@code functions} */
  static String finishReason(FinishReason reason, boolean legacy) {
    return switch (reason) {
      case STOP -> "stop";
      case LENGTH -> "length";
      case TOOL_CALLS -> legacy ? "function_call" : "tool_calls";
      case CONTENT_FILTER -> "content_filter";
    };
  }

  /** OpenAI's names, and beside them those that other clients of this API read. */
  static void usage(JsonWriter json, Usage usage) {
    json.begin("usage")
        .field("prompt_tokens", usage.promptTokens())
        .field("completion_tokens", usage.outputTokens())
        .field("total_tokens", usage.totalTokens())
        .field("cached_tokens", usage.cacheReadTokens())
        .field("input_tokens", usage.promptTokens())
        .field("output_tokens", usage.outputTokens())
        .field("total_cost", usage.costUsd())
        .begin("prompt_tokens_details")
        .field("cached_tokens", usage.cacheReadTokens())
        .field("cache_creation_tokens", usage.cacheCreationTokens())
        .end()
        .begin("completion_tokens_details")
        .field("reasoning_tokens", usage.reasoningTokens())
        .end()
        .end();
  }

  /** {@code {"type": kind, …}}. */
  static Json.Obj event(TurnEvent.Activity activity) {
    Map<String, Json> fields = new LinkedHashMap<>();
    fields.put("type", Json.of(activity.kind()));
    activity.detail().fields().forEach(fields::putIfAbsent);
    return new Json.Obj(fields);
  }
}

package claudegateway.demo;

import claudegateway.json.Json;
import java.util.List;
import java.util.Set;

/**
 * What the real Messages API refuses, so that no test passes on a request that production refuses. The
 * messages are worded as the API's are.
 */
final class Rules {
  private static final Set<String> FIELDS = Set.of(
      "model", "messages", "system", "max_tokens", "stream", "tools", "tool_choice", "thinking",
      "temperature", "top_p", "top_k", "stop_sequences", "metadata", "output_config", "output_format",
      "context_management", "container", "mcp_servers", "service_tier", "inference_geo", "speed",
      "cache_control", "diagnostics");
  private static final int CACHE_MARKS_MAX = 4;

  private Rules() {}

  /** Throws {@link RuleBroken} with the API's error when the request is not one that it would take. */
  static void check(Received request) {
    credential(request);
    Json.Obj body = request.body();
    String name = body.string("model").orElseThrow(() -> RuleBroken.invalid("model: Field required"));
    ModelTraits model = ModelTraits.of(name)
        .orElseThrow(() -> new RuleBroken(Reply.ApiError.of(404, "model: " + name)));
    for (String field : body.fields().keySet()) {
      require(FIELDS.contains(field), field + ": Extra inputs are not permitted");
    }
    boolean counting = request.path().endsWith("/count_tokens");
    SamplingRules.check(body, model, counting);
    ToolRules.check(body);
    MessageRules.check(body, model, request.header("anthropic-beta").orElse(""));
    cacheMarks(body);
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw RuleBroken.invalid(message);
    }
  }

  private static void credential(Received request) {
    if (request.header("x-api-key").isEmpty() && request.header("authorization").isEmpty()) {
      throw new RuleBroken(Reply.ApiError.of(401, "x-api-key header is required"));
    }
    require(request.header("anthropic-version").isPresent(), "anthropic-version: header is required");
  }

  private static void cacheMarks(Json.Obj body) {
    long marks = marks(body.array("system")) + marks(body.array("tools")) + body.array("messages").stream()
        .mapToLong(message -> message instanceof Json.Obj object ? marks(object.array("content")) : 0).sum();
    require(marks <= CACHE_MARKS_MAX, "A maximum of " + CACHE_MARKS_MAX
        + " blocks with cache_control may be provided. Found " + marks + ".");
  }

  private static long marks(List<Json> blocks) {
    return blocks.stream().filter(block -> block instanceof Json.Obj object
        && object.get("cache_control").isPresent()).count();
  }
}

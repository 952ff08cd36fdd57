package claudegateway.demo;

import claudegateway.json.Json;

/**
 * Token figures of one answer, as the Messages API reports them.
 *
 * @param input prompt tokens that were neither read from nor written to the cache
 * @param thinking the share of output that was thinking
 */
public record Usage(long input, long cacheCreation, long cacheRead, long output, long thinking) {
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

  Usage withOutput(long tokens, long ofThem) {
    return new Usage(input, cacheCreation, cacheRead, tokens, ofThem);
  }

  Json.Obj toJson() {
    return Json.object(
        "input_tokens", input,
        "cache_creation_input_tokens", cacheCreation,
        "cache_read_input_tokens", cacheRead,
        "output_tokens", output,
        "output_tokens_details", Json.object("thinking_tokens", thinking));
  }
}

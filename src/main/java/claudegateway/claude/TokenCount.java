package claudegateway.claude;

import claudegateway.json.Json;

/** Tokens as the API counts them; cached ones are not part of {@code input}. */
public record TokenCount(long input, long output, long cacheRead, long cacheCreation, long thinking) {
  public static final TokenCount NONE = new TokenCount(0, 0, 0, 0, 0);

  /** From a {@code usage} object of the Messages API or of a {@code result} line. */
  static TokenCount of(Json.Obj usage) {
    long thinking = usage.object("output_tokens_details").flatMap(details -> details.integer("thinking_tokens"))
        .orElse(0L);
    return new TokenCount(
        usage.integer("input_tokens").orElse(0L),
        usage.integer("output_tokens").orElse(0L),
        usage.integer("cache_read_input_tokens").orElse(0L),
        usage.integer("cache_creation_input_tokens").orElse(0L),
        thinking);
  }

  public TokenCount plus(TokenCount other) {
    return new TokenCount(input + other.input, output + other.output, cacheRead + other.cacheRead,
        cacheCreation + other.cacheCreation, thinking + other.thinking);
  }

  /** The larger figure of each kind: a message's later reports repeat the earlier ones or leave them out. */
  public TokenCount max(TokenCount other) {
    return new TokenCount(Math.max(input, other.input), Math.max(output, other.output),
        Math.max(cacheRead, other.cacheRead), Math.max(cacheCreation, other.cacheCreation),
        Math.max(thinking, other.thinking));
  }

  public boolean isZero() {
    return equals(NONE);
  }
}

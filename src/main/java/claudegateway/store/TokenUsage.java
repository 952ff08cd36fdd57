package claudegateway.store;

import java.sql.SQLException;

/**
 * Tokens and cost of a turn, or a sum of them.
 *
 * @param input prompt tokens that were neither read from nor written to the cache
 * @param reasoning the share of output that was thinking
 * @param cost US dollars
 */
public record TokenUsage(
    long input, long output, long cacheRead, long cacheCreation, long reasoning, double cost) {
  public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, 0);

  /** The columns of a sum, under the names that {@link #of} reads. */
  static final String SUMS = """
      coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens,
      coalesce(sum(cache_read_tokens), 0) AS cache_read_tokens,
      coalesce(sum(cache_creation_tokens), 0) AS cache_creation_tokens,
      coalesce(sum(reasoning_tokens), 0) AS reasoning_tokens, coalesce(sum(cost), 0.0) AS cost""";

  /** Everything that went in and out, cached or not. */
  public long total() {
    return input + cacheRead + cacheCreation + output;
  }

  static TokenUsage of(Row row) throws SQLException {
    return new TokenUsage(row.number("input_tokens"), row.number("output_tokens"),
        row.number("cache_read_tokens"), row.number("cache_creation_tokens"),
        row.number("reasoning_tokens"), row.real("cost"));
  }
}

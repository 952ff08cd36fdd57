package claudegateway.chat;

import claudegateway.store.TokenUsage;

/**
 * What a turn cost, as the CLI reported it (never estimated).
 *
 * @param inputTokens prompt tokens that were neither read from nor written to the cache
 * @param reasoningTokens the share of outputTokens that was thinking
 * @param costUsd US dollars, this turn's share
 */
public record Usage(
    long inputTokens,
    long outputTokens,
    long cacheReadTokens,
    long cacheCreationTokens,
    long reasoningTokens,
    double costUsd) {
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);

  static Usage of(TokenUsage stored) {
    return new Usage(stored.input(), stored.output(), stored.cacheRead(), stored.cacheCreation(),
        stored.reasoning(), stored.cost());
  }

  /** OpenAI's prompt_tokens: cached tokens are part of the prompt. */
  public long promptTokens() {
    return inputTokens + cacheReadTokens + cacheCreationTokens;
  }

  public long totalTokens() {
    return promptTokens() + outputTokens;
  }
}

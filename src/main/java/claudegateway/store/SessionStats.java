package claudegateway.store;

/**
 * @param messages in the history, inherited ones included
 * @param turns without inherited ones
 * @param durationMs time in which turns ran, all together
 */
public record SessionStats(long messages, long turns, long durationMs, TokenUsage usage) {
  public static final SessionStats NONE = new SessionStats(0, 0, 0, TokenUsage.NONE);
}

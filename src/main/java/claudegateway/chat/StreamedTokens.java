package claudegateway.chat;

import claudegateway.claude.TokenCount;

/**
 * What the stream of one turn tells of tokens: each message's at its beginning, and its output's at its end.
 * One thread writes, any reads {@link #total}.
 */
final class StreamedTokens {
  private TokenCount finished = TokenCount.NONE;
  private TokenCount brokenOff = TokenCount.NONE;
  private TokenCount message = TokenCount.NONE;
  private volatile TokenCount total = TokenCount.NONE;

  /** A message begins; one that has not ended by now never will. */
  void begins(TokenCount usage) {
    brokenOff = brokenOff.plus(message);
    message = usage;
    sum();
  }

  /** @param ends false when the CLI made the report up, after an interrupt */
  void reports(TokenCount usage, boolean ends) {
    message = message.max(usage);
    if (ends) {
      finished = finished.plus(message);
      message = TokenCount.NONE;
    }
    sum();
  }

  private void sum() {
    total = finished.plus(brokenOff());
  }

  /** Of messages that were said to their end. */
  TokenCount finished() {
    return finished;
  }

  /** Of messages that were not: the CLI does not count them, the model's API does. */
  TokenCount brokenOff() {
    return brokenOff.plus(message);
  }

  TokenCount total() {
    return total;
  }
}

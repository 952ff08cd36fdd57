package claudegateway.chat;

import claudegateway.claude.ClaudeEvent;
import claudegateway.claude.CliVersion;
import claudegateway.claude.ModelUse;
import claudegateway.claude.TokenCount;

/**
 * Reads off what each turn of one process cost. The CLI sums up over the process's life, in newer versions
 * over the session's. On the child's reader thread.
 */
final class Meter {
  private final CliVersion version;
  private ModelUse soFar = ModelUse.NONE;
  private boolean known;

  /** @param fromZero whether the process's sums begin with nothing */
  Meter(CliVersion version, boolean fromZero) {
    this.version = version;
    this.known = fromZero;
  }

  /**
   * A turn's usage: what the CLI booked, sub-agents included, and the tokens of messages that were broken off
   * where it does not book those. Without a result, as far as the stream told.
   */
  Usage of(Outcome outcome) {
    ModelUse booked = outcome.result().map(this::share).orElse(ModelUse.NONE);
    StreamedTokens streamed = outcome.streamed();
    TokenCount said = booked.tokens().isZero()
        ? outcome.result().map(ClaudeEvent.Result::usage).orElse(TokenCount.NONE).max(streamed.finished())
        : booked.tokens();
    boolean all = outcome.result().isPresent() && version.booksWhatIsBrokenOff();
    TokenCount tokens = all ? said : said.plus(streamed.brokenOff());
    // 2.1.197 books no thinking; its stream tells of it.
    return new Usage(tokens.input(), tokens.output(), tokens.cacheRead(), tokens.cacheCreation(),
        Math.max(tokens.thinking(), streamed.total().thinking()), rounded(booked.costUsd()));
  }

  private ModelUse share(ClaudeEvent.Result result) {
    ModelUse difference = result.total().minus(soFar);
    boolean goesOn = known && difference.costUsd() >= 0 && difference.tokens().output() >= 0;
    ModelUse share = goesOn ? difference : result.sinceLast().orElse(result.total());
    soFar = result.total();
    known = true;
    return share;
  }

  /** A difference of sums has digits that no price has. */
  private static double rounded(double usd) {
    return Math.round(usd * 1e9) / 1e9;
  }
}

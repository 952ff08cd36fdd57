package claudegateway.chat;

import claudegateway.claude.ClaudeEvent;
import claudegateway.claude.TokenCount;
import java.util.Optional;

/**
 * How a turn ended, before it is stored.
 *
 * @param last Finished (its usage still to be filled in) or Failed
 * @param firstTokenMillis since the user line was sent; -1 when there was none
 * @param tokens as the CLI counted them, or as far as the stream told
 * @param exited the process is gone
 */
record Outcome(
    TurnEvent last,
    Answer answer,
    String model,
    String lastUuid,
    long firstTokenMillis,
    TokenCount tokens,
    Optional<ClaudeEvent.Result> result,
    boolean exited) {}

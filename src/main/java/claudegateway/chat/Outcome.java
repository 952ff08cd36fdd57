package claudegateway.chat;

import claudegateway.claude.ClaudeEvent;
import java.util.Optional;

/**
 * How a turn ended, before it is stored.
 *
 * @param last Finished (its usage still to be filled in) or Failed
 * @param firstTokenMillis since the user line was sent; -1 when there was none
 * @param streamed the tokens that the stream told of
 * @param saidMore whether the CLI has put something of its own behind the answer, at which the turn ended
 * @param exited the process is gone
 */
record Outcome(
    TurnEvent last,
    Answer answer,
    String model,
    String lastUuid,
    long firstTokenMillis,
    StreamedTokens streamed,
    Optional<ClaudeEvent.Result> result,
    boolean saidMore,
    boolean exited) {}

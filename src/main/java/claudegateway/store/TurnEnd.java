package claudegateway.store;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a turn ended. The fields are those of {@link TurnRow}.
 *
 * @param state FINISHED, FAILED or INTERRUPTED
 * @param model the model that answered; empty = the one that was asked
 */
public record TurnEnd(
    TurnRow.State state,
    Optional<String> model,
    Optional<String> lastUuid,
    Optional<String> finishReason,
    Optional<String> errorCode,
    Optional<String> errorMessage,
    OptionalLong firstTokenMs,
    long endedAt,
    TokenUsage usage) {
  public TurnEnd {
    if (state == TurnRow.State.RUNNING) {
      throw new IllegalArgumentException("a turn does not end as running");
    }
  }
}

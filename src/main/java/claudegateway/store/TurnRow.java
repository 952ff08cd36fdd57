package claudegateway.store;

import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One user message to the agent and everything that came back.
 *
 * @param id the completion's id
 * @param seq 0, 1, … within the session
 * @param model the model that answers
 * @param lineage hash of the conversation up to and including this turn's user message, 16 to 32 bytes
 * @param answered the same with every answer so far, this turn's included; empty until it has ended
 * @param inherited part of the history that a fork or a client brought along; carries no usage
 * @param userUuid the transcript line of the user message
 * @param lastUuid the transcript line that the turn ended with
 * @param firstTokenMs milliseconds from the start to the first token
 * @param endedAt empty while the turn runs
 */
public record TurnRow(
    String id,
    String sessionId,
    long seq,
    State state,
    String model,
    Optional<byte[]> lineage,
    Optional<byte[]> answered,
    boolean inherited,
    Optional<String> userUuid,
    Optional<String> lastUuid,
    Optional<String> finishReason,
    Optional<String> errorCode,
    Optional<String> errorMessage,
    long startedAt,
    OptionalLong firstTokenMs,
    OptionalLong endedAt,
    TokenUsage usage) {

  public enum State { RUNNING, FINISHED, FAILED, INTERRUPTED }

  public TurnRow withAnswered(byte[] hash) {
    return new TurnRow(id, sessionId, seq, state, model, lineage, Optional.of(hash), inherited, userUuid, lastUuid,
        finishReason, errorCode, errorMessage, startedAt, firstTokenMs, endedAt, usage);
  }

  static TurnRow of(Row row) throws SQLException {
    return new TurnRow(row.text("id"), row.text("session_id"), row.number("seq"),
        row.constant("state", State.class), row.text("model"), row.maybeBytes("lineage"),
        row.maybeBytes("answered"),
        row.flag("inherited"), row.maybeText("user_uuid"),
        row.maybeText("last_uuid"), row.maybeText("finish_reason"), row.maybeText("error_code"),
        row.maybeText("error_message"), row.number("started_at"), row.maybeNumber("first_token_ms"),
        row.maybeNumber("ended_at"), TokenUsage.of(row));
  }
}

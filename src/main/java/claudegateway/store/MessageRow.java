package claudegateway.store;

import java.sql.SQLException;

/**
 * One message of a session's history. The session's messages in order of {@code seq} are the conversation.
 *
 * @param turnId the turn that brought it or answered it
 * @param seq 0, 1, … within the session
 * @param content JSON
 */
public record MessageRow(
    long id, String sessionId, String turnId, long seq, Role role, String content, long createdAt) {

  public enum Role { USER, ASSISTANT, TOOL }

  static MessageRow of(Row row) throws SQLException {
    return new MessageRow(row.number("id"), row.text("session_id"), row.text("turn_id"), row.number("seq"),
        row.constant("role", Role.class), row.text("content"), row.number("created_at"));
  }
}

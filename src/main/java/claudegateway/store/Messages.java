package claudegateway.store;

import claudegateway.store.MessageRow.Role;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table {@code message}. */
public final class Messages {
  private Messages() {}

  /** Appends to the session's history. @param content JSON */
  public static MessageRow append(
      Sql sql, String sessionId, String turnId, Role role, String content, long now) throws SQLException {
    return sql.one("""
        INSERT INTO message (session_id, turn_id, seq, role, content, created_at)
        VALUES (?1, ?2, coalesce((SELECT max(seq) FROM message WHERE session_id = ?1) + 1, 0), ?3, ?4, ?5)
        RETURNING id, seq""",
        row -> new MessageRow(row.number("id"), sessionId, turnId, row.number("seq"), role, content, now),
        sessionId, turnId, role, content, now).orElseThrow();
  }

  /** The same for a turn's answer, which stands before what was said in later turns, if those have begun already. */
  public static MessageRow appendAnswer(Sql sql, String sessionId, String turnId, String content, long now)
      throws SQLException {
    Optional<Long> place = sql.one("""
        SELECT seq FROM message WHERE turn_id IN (
          SELECT id FROM turn WHERE session_id = ?1 AND seq > (SELECT seq FROM turn WHERE id = ?2))
        ORDER BY seq LIMIT 1""", row -> row.number("seq"), sessionId, turnId);
    if (place.isEmpty()) {
      return append(sql, sessionId, turnId, Role.ASSISTANT, content, now);
    }
    // In two steps: no two may have the same number, not even in between.
    sql.update("UPDATE message SET seq = -seq - 1 WHERE session_id = ? AND seq >= ?", sessionId, place.get());
    sql.update("UPDATE message SET seq = -seq WHERE session_id = ? AND seq < 0", sessionId);
    return sql.one("""
        INSERT INTO message (session_id, turn_id, seq, role, content, created_at) VALUES (?, ?, ?, ?, ?, ?)
        RETURNING id""",
        row -> new MessageRow(row.number("id"), sessionId, turnId, place.get(), Role.ASSISTANT, content, now),
        sessionId, turnId, place.get(), Role.ASSISTANT, content, now).orElseThrow();
  }

  /** In order. */
  public static List<MessageRow> ofSession(Sql sql, String sessionId, int limit, long offset)
      throws SQLException {
    return sql.query("SELECT * FROM message WHERE session_id = ? ORDER BY seq LIMIT ? OFFSET ?",
        MessageRow::of, sessionId, limit, offset);
  }

  /** In order. */
  public static List<MessageRow> ofTurn(Sql sql, String turnId) throws SQLException {
    return sql.query("SELECT * FROM message WHERE turn_id = ? ORDER BY seq", MessageRow::of, turnId);
  }

  /** The turn's assistant message; the last one if there are several. */
  public static Optional<MessageRow> answerOf(Sql sql, String turnId) throws SQLException {
    return sql.one("SELECT * FROM message WHERE turn_id = ? AND role = 'assistant' ORDER BY seq DESC LIMIT 1",
        MessageRow::of, turnId);
  }

  /**
   * What the turns of these neighbouring messages cost, by message id: each turn's whole usage stands at its
   * last message, which is its answer where there is one.
   */
  public static Map<Long, TokenUsage> usage(Sql sql, List<MessageRow> messages) throws SQLException {
    Map<Long, TokenUsage> usage = new HashMap<>();
    if (!messages.isEmpty()) {
      sql.query("""
          SELECT message.id AS message_id, turn.* FROM message JOIN turn ON turn.id = message.turn_id
          WHERE message.session_id = ?1 AND message.seq BETWEEN ?2 AND ?3 AND turn.inherited = 0
            AND message.seq = (SELECT max(seq) FROM message AS other WHERE other.turn_id = turn.id)""",
          row -> usage.put(row.number("message_id"), TokenUsage.of(row)),
          messages.getFirst().sessionId(), messages.getFirst().seq(), messages.getLast().seq());
    }
    return usage;
  }

  public static long count(Sql sql, String sessionId) throws SQLException {
    return sql.number("SELECT count(*) AS n FROM message WHERE session_id = ?", sessionId);
  }

  /** In all sessions that the owner may see. */
  public static long countVisible(Sql sql, String owner) throws SQLException {
    return sql.number("""
        SELECT count(*) AS n FROM session CROSS JOIN message ON message.session_id = session.id
        WHERE owner IN ('', ?)""", owner);
  }
}

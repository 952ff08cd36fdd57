package claudegateway.store;

import java.sql.SQLException;
import java.util.List;

/** The table {@code open_call}: finds the session that a client's function result belongs to. */
public final class OpenCalls {
  private OpenCalls() {}

  public static void add(Sql sql, OpenCallRow call) throws SQLException {
    sql.update("""
        INSERT OR REPLACE INTO open_call (tool_call_id, session_id, turn_id, name) VALUES (?, ?, ?, ?)""",
        call.toolCallId(), call.sessionId(), call.turnId(), call.name());
  }

  /** Where this call waits, the newest first: a forked session waits for the same results as its parent. */
  public static List<OpenCallRow> find(Sql sql, String toolCallId) throws SQLException {
    return sql.query("SELECT * FROM open_call WHERE tool_call_id = ? ORDER BY rowid DESC", OpenCalls::row,
        toolCallId);
  }

  /** In the order in which they were added. */
  public static List<OpenCallRow> ofSession(Sql sql, String sessionId) throws SQLException {
    return sql.query("SELECT * FROM open_call WHERE session_id = ? ORDER BY rowid", OpenCalls::row,
        sessionId);
  }

  /** @return whether it was open */
  public static boolean remove(Sql sql, String toolCallId, String sessionId) throws SQLException {
    return sql.update("DELETE FROM open_call WHERE tool_call_id = ? AND session_id = ?",
        toolCallId, sessionId) > 0;
  }

  public static void removeAll(Sql sql, String sessionId) throws SQLException {
    sql.update("DELETE FROM open_call WHERE session_id = ?", sessionId);
  }

  private static OpenCallRow row(Row row) throws SQLException {
    return new OpenCallRow(row.text("tool_call_id"), row.text("session_id"), row.text("turn_id"),
        row.text("name"));
  }
}

package claudegateway.store;

import java.sql.SQLException;
import java.util.List;

/** The table {@code child}: the processes that must not outlive a gateway that was killed. */
public final class Children {
  private Children() {}

  public static void add(Sql sql, ChildRow child) throws SQLException {
    sql.update("INSERT OR REPLACE INTO child (pid, start_time, session_uuid, started_at) VALUES (?, ?, ?, ?)",
        child.pid(), child.startTime(), child.sessionUuid(), child.startedAt());
  }

  /** Also a row whose pid is no number: it reads as 0. */
  public static void remove(Sql sql, long pid, String sessionUuid) throws SQLException {
    sql.update("DELETE FROM child WHERE CAST(pid AS INTEGER) = ? AND session_uuid = ?", pid, sessionUuid);
  }

  public static List<ChildRow> all(Sql sql) throws SQLException {
    return sql.query("SELECT * FROM child ORDER BY started_at", row -> new ChildRow(row.number("pid"),
        row.number("start_time"), row.text("session_uuid"), row.number("started_at")));
  }
}

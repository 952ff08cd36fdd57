package claudegateway.store;

import claudegateway.store.SessionRow.Origin;
import claudegateway.store.SessionRow.Transcript;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table {@code session}. */
public final class Sessions {
  private Sessions() {}

  /** Throws SQLException when the id is taken. */
  public static void insert(Sql sql, SessionRow session) throws SQLException {
    sql.update("""
        INSERT INTO session (id, project_id, owner, title, model, system_prompt, origin, metadata, transcript,
          transcript_mark, parent_id, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        session.id(), session.projectId(), session.owner(), session.title(), session.model(),
        session.systemPrompt(), session.origin(), session.metadata(), session.transcript(),
        session.transcriptMark(), session.parentId(), session.createdAt(), session.updatedAt());
  }

  public static Optional<SessionRow> find(Sql sql, String id) throws SQLException {
    return sql.one("SELECT * FROM session WHERE id = ?", SessionRow::of, id);
  }

  /** Newest first. */
  public static List<SessionRow> page(Sql sql, SessionFilter filter, int limit, long offset)
      throws SQLException {
    List<Object> arguments = new ArrayList<>();
    String selects = selects("SELECT *", filter, arguments);
    arguments.add(limit);
    arguments.add(offset);
    return sql.query(selects + " ORDER BY created_at DESC, number DESC LIMIT ? OFFSET ?", SessionRow::of,
        arguments.toArray());
  }

  public static long count(Sql sql, SessionFilter filter) throws SQLException {
    List<Object> arguments = new ArrayList<>();
    String selects = selects("SELECT count(*) AS n", filter, arguments);
    return sql.number("SELECT sum(n) AS n FROM (" + selects + ")", arguments.toArray());
  }

  /**
   * One SELECT for each combination of owner and origin, because only for fixed values does the index give
   * its rows in order; SQLite merges them and stops after the page. With IN it would read and sort all.
   */
  static String selects(String columns, SessionFilter filter, List<Object> arguments) {
    List<String> owners = filter.owner().isEmpty() ? List.of("") : List.of("", filter.owner());
    List<Origin> origins = filter.origin().map(List::of).orElse(List.of(Origin.values()));
    List<String> selects = new ArrayList<>();
    for (String owner : owners) {
      for (Origin origin : origins) {
        selects.add(columns + " FROM session WHERE owner = ? AND origin = ?"
            + (filter.projectId().isPresent() ? " AND project_id = ?" : ""));
        arguments.add(owner);
        arguments.add(origin);
        filter.projectId().ifPresent(arguments::add);
      }
    }
    return String.join(" UNION ALL ", selects);
  }

  /** Counts and sums of these sessions, in one query; a session without messages has none. */
  public static Map<String, SessionStats> stats(Sql sql, List<String> ids) throws SQLException {
    String list = ids.stream().map(id -> '"' + id.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "[", "]"));
    Map<String, SessionStats> stats = new LinkedHashMap<>();
    ids.forEach(id -> stats.put(id, SessionStats.NONE));
    sql.query("""
        SELECT wanted.value AS session_id,
          (SELECT count(*) FROM message WHERE session_id = wanted.value) AS messages,
          coalesce(sum(inherited = 0), 0) AS turns, coalesce(sum(ended_at - started_at), 0) AS duration, %s
        FROM json_each(?) AS wanted LEFT JOIN turn ON turn.session_id = wanted.value
        GROUP BY wanted.value""".formatted(TokenUsage.SUMS),
        row -> stats.put(row.text("session_id"), new SessionStats(row.number("messages"), row.number("turns"),
            row.number("duration"), TokenUsage.of(row))),
        list);
    return stats;
  }

  /**
   * Writes every field but id, owner, origin, parent and creation.
   *
   * @return whether there is such a session
   */
  public static boolean update(Sql sql, SessionRow session) throws SQLException {
    return sql.update("""
        UPDATE session SET project_id = ?, title = ?, model = ?, system_prompt = ?, metadata = ?,
          transcript = ?, transcript_mark = ?, updated_at = ? WHERE id = ?""",
        session.projectId(), session.title(), session.model(), session.systemPrompt(), session.metadata(),
        session.transcript(), session.transcriptMark(), session.updatedAt(), session.id()) > 0;
  }

  public static void touch(Sql sql, String id, long now) throws SQLException {
    sql.update("UPDATE session SET updated_at = ? WHERE id = ?", now, id);
  }

  public static void transcript(Sql sql, String id, Transcript state, Optional<String> mark)
      throws SQLException {
    sql.update("UPDATE session SET transcript = ?, transcript_mark = ? WHERE id = ?", state, mark, id);
  }

  /** A session made for a history becomes one that its client names. */
  public static void name(Sql sql, String id) throws SQLException {
    sql.update("UPDATE session SET origin = 'named' WHERE id = ?", id);
  }

  /**
   * With its turns, messages, chunks and open calls; what it used stays in the sums.
   *
   * @return whether it was there
   */
  public static boolean delete(Sql sql, String id) throws SQLException {
    UsageSums.keep(sql, id);
    return sql.update("DELETE FROM session WHERE id = ?", id) > 0;
  }

  /**
   * Deletes up to {@code limit} sessions made for histories that rest since before {@code time}, the oldest
   * first; one with a running turn stays.
   *
   * @return their rows, so that their transcripts can go too
   */
  public static List<SessionRow> deleteHistoriesBefore(Sql sql, long time, int limit) throws SQLException {
    List<SessionRow> stale = sql.query("""
        SELECT * FROM session WHERE origin = 'history' AND updated_at < ?
          AND id NOT IN (SELECT session_id FROM turn WHERE state = 'running')
        ORDER BY updated_at LIMIT ?""", SessionRow::of, time, limit);
    for (SessionRow session : stale) {
      delete(sql, session.id());
    }
    return stale;
  }
}

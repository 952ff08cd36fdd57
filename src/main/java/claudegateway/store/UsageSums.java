package claudegateway.store;

import java.sql.SQLException;
import java.util.List;

/**
 * What was used: turns that began in a range of time, of sessions that an owner may see. Turns of deleted
 * sessions are still counted, by whole days (UTC): a day counts when it begins within the range.
 */
public final class UsageSums {
  private static final long DAY_MS = 86_400_000;

  private UsageSums() {}

  public static UsageSum total(Sql sql, String owner, TimeRange range) throws SQLException {
    return grouped(sql, "''", owner, range).stream().findFirst()
        .orElse(new UsageSum("", 0, 0, TokenUsage.NONE));
  }

  /** Days with use, in order. */
  public static List<UsageSum> byDay(Sql sql, String owner, TimeRange range) throws SQLException {
    return grouped(sql, "date(day * 86400, 'unixepoch')", owner, range);
  }

  public static List<UsageSum> byModel(Sql sql, String owner, TimeRange range) throws SQLException {
    return grouped(sql, "model", owner, range);
  }

  public static List<UsageSum> byProject(Sql sql, String owner, TimeRange range) throws SQLException {
    return grouped(sql, "project_id", owner, range);
  }

  private static List<UsageSum> grouped(Sql sql, String key, String owner, TimeRange range)
      throws SQLException {
    return sql.query("""
        SELECT %s AS key, count(DISTINCT session_id) + sum(sessions) AS sessions, sum(turns) AS turns, %s
        FROM (
          SELECT started_at / %d AS day, session_id, 0 AS sessions, 1 AS turns, turn.model, project_id,
            input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens, reasoning_tokens, cost
          FROM turn JOIN session ON session.id = turn.session_id
          WHERE inherited = 0 AND owner IN ('', ?1) AND started_at >= ?2 AND started_at < ?3
          UNION ALL
          SELECT day, NULL, sessions, turns, model, project_id,
            input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens, reasoning_tokens, cost
          FROM past_usage WHERE owner IN ('', ?1) AND day >= ?4 AND day < ?5
        ) GROUP BY 1 ORDER BY 1""".formatted(key, TokenUsage.SUMS, DAY_MS),
        row -> new UsageSum(row.text("key"), row.number("sessions"), row.number("turns"), TokenUsage.of(row)),
        owner, range.from(), range.to(), Math.ceilDiv(range.from(), DAY_MS),
        Math.ceilDiv(range.to(), DAY_MS));
  }

  /** Before a session is deleted. */
  static void keep(Sql sql, String sessionId) throws SQLException {
    sql.update("""
        INSERT INTO past_usage
        SELECT started_at / %d, owner, project_id, turn.model,
          sum(turn.seq = (SELECT max(seq) FROM turn WHERE session_id = ?1 AND inherited = 0)), count(*),
          sum(input_tokens), sum(output_tokens), sum(cache_read_tokens), sum(cache_creation_tokens),
          sum(reasoning_tokens), sum(cost)
        FROM turn JOIN session ON session.id = turn.session_id
        WHERE turn.session_id = ?1 AND inherited = 0
        GROUP BY 1, 2, 3, 4
        ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions, turns = turns + excluded.turns,
          input_tokens = input_tokens + excluded.input_tokens,
          output_tokens = output_tokens + excluded.output_tokens,
          cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
          cache_creation_tokens = cache_creation_tokens + excluded.cache_creation_tokens,
          reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
          cost = cost + excluded.cost""".formatted(DAY_MS), sessionId);
  }
}

package claudegateway.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The table {@code turn}. */
public final class Turns {
  /** Sessions that are looked at for one hash: many conversations begin with the same words. */
  public static final int CANDIDATES_MAX = 64;

  private Turns() {}

  /** Appends a turn to its session. @return its seq. Throws SQLException when the id is taken. */
  public static long insert(Sql sql, NewTurn turn) throws SQLException {
    return sql.one("""
        INSERT INTO turn (id, session_id, seq, state, model, lineage, inherited, user_uuid, last_uuid,
          started_at, ended_at)
        VALUES (?1, ?2, coalesce((SELECT max(seq) FROM turn WHERE session_id = ?2) + 1, 0),
          ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING seq""", row -> row.number("seq"),
        turn.id(), turn.sessionId(), turn.inherited() ? TurnRow.State.FINISHED : TurnRow.State.RUNNING,
        turn.model(), turn.lineage(), turn.inherited(), turn.userUuid(), turn.lastUuid(), turn.startedAt(),
        turn.inherited() ? OptionalLong.of(turn.startedAt()) : OptionalLong.empty()).orElseThrow();
  }

  /** What is known of a running turn so far: it counts when the turn never ends properly. */
  public static void progress(Sql sql, String id, OptionalLong firstTokenMs, TokenUsage usage)
      throws SQLException {
    sql.update("UPDATE turn SET first_token_ms = ?" + USAGE_SET + " WHERE id = ? AND state = 'running'",
        firstTokenMs, usage.input(), usage.output(), usage.cacheRead(), usage.cacheCreation(),
        usage.reasoning(), usage.cost(), id);
  }

  /** Ends a running turn. @return false when there is no such turn or it has ended before */
  public static boolean finish(Sql sql, String id, TurnEnd end) throws SQLException {
    TokenUsage usage = end.usage();
    return sql.update("UPDATE turn SET state = ?, model = coalesce(?, model), last_uuid = ?,"
        + " finish_reason = ?, error_code = ?, error_message = ?, first_token_ms = ?, ended_at = ?"
        + USAGE_SET + " WHERE id = ? AND state = 'running'",
        end.state(), end.model(), end.lastUuid(), end.finishReason(), end.errorCode(), end.errorMessage(),
        end.firstTokenMs(), end.endedAt(), usage.input(), usage.output(), usage.cacheRead(),
        usage.cacheCreation(), usage.reasoning(), usage.cost(), id) > 0;
  }

  /** Notes the hash of the conversation with its answers, up to and including this turn's. */
  public static void answered(Sql sql, String id, byte[] hash) throws SQLException {
    sql.update("UPDATE turn SET answered = ? WHERE id = ?", hash, id);
  }

  /** The same of the turn before one; empty for a session's first. */
  public static Optional<byte[]> answeredBefore(Sql sql, String sessionId, long seq) throws SQLException {
    return sql.one("SELECT answered FROM turn WHERE session_id = ? AND seq = ?",
        row -> row.maybeBytes("answered"), sessionId, seq - 1).flatMap(hash -> hash);
  }

  private static final String USAGE_SET = ", input_tokens = ?, output_tokens = ?, cache_read_tokens = ?,"
      + " cache_creation_tokens = ?, reasoning_tokens = ?, cost = ?";

  /** Whether there is such a turn; cheaper than to {@linkplain #find read} it. */
  public static boolean exists(Sql sql, String id) throws SQLException {
    return sql.number("SELECT count(*) AS n FROM turn WHERE id = ?", id) > 0;
  }

  public static Optional<TurnRow> find(Sql sql, String id) throws SQLException {
    return sql.one("SELECT * FROM turn WHERE id = ?", TurnRow::of, id);
  }

  /** Turns whose conversation hashes to this, newest first, {@link #CANDIDATES_MAX} at most. */
  public static List<TurnRow> byLineage(Sql sql, byte[] lineage) throws SQLException {
    return sql.query("SELECT * FROM turn WHERE lineage = ? ORDER BY started_at DESC, number DESC LIMIT "
        + CANDIDATES_MAX, TurnRow::of, lineage);
  }

  /** The same that hash to this with their answers too, however many began with the same words later. */
  public static List<TurnRow> byAnswers(Sql sql, byte[] lineage, byte[] answered) throws SQLException {
    return sql.query("SELECT * FROM turn WHERE lineage = ? AND answered = ? ORDER BY started_at DESC, number DESC"
        + " LIMIT " + CANDIDATES_MAX, TurnRow::of, lineage, answered);
  }

  public static Optional<TurnRow> lastOf(Sql sql, String sessionId) throws SQLException {
    return sql.one("SELECT * FROM turn WHERE session_id = ? ORDER BY seq DESC LIMIT 1", TurnRow::of,
        sessionId);
  }

  /** The last but for this one. */
  public static Optional<TurnRow> lastBefore(Sql sql, String sessionId, String turnId) throws SQLException {
    return sql.one("SELECT * FROM turn WHERE session_id = ? AND id <> ? ORDER BY seq DESC LIMIT 1", TurnRow::of,
        sessionId, turnId);
  }

  /** In order. */
  public static List<TurnRow> ofSession(Sql sql, String sessionId) throws SQLException {
    return sql.query("SELECT * FROM turn WHERE session_id = ? ORDER BY seq", TurnRow::of, sessionId);
  }

  /** Marks a running turn as failed, whose real end could not be stored; empty when it does not run. */
  public static Optional<TurnRow> fail(Sql sql, String id, long now, String errorCode, String message)
      throws SQLException {
    return sql.one("UPDATE turn SET state = 'failed', error_code = ?, error_message = ?, ended_at = ?"
        + " WHERE id = ? AND state = 'running' RETURNING *", TurnRow::of, errorCode, message, now, id);
  }

  /**
   * At the start: what runs in the database was left by a gateway that did not end properly. Marks it as
   * interrupted; tokens known by then stay counted.
   *
   * @return the turns, as they are now
   */
  public static List<TurnRow> interruptRunning(Sql sql, long now, String errorCode, String message)
      throws SQLException {
    return sql.query("UPDATE turn SET state = 'interrupted', error_code = ?, error_message = ?, ended_at = ?"
        + " WHERE state = 'running' RETURNING *", TurnRow::of, errorCode, message, now);
  }
}

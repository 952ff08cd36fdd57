package claudegateway.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table {@code turn_chunk}: the log of a running or long answer, piece by piece. */
public final class TurnChunks {
  private TurnChunks() {}

  /** Throws SQLException when the position is taken. */
  public static void append(Sql sql, String turnId, ChunkRow chunk) throws SQLException {
    sql.update("INSERT INTO turn_chunk (turn_id, position, kind, bytes) VALUES (?, ?, ?, ?)", turnId,
        chunk.position(), chunk.kind(), chunk.bytes());
  }

  /** In order of position, those behind {@code after} (-1 = from the beginning). */
  public static List<ChunkRow> after(Sql sql, String turnId, long after, int limit) throws SQLException {
    return sql.query("SELECT position, kind, bytes FROM turn_chunk WHERE turn_id = ? AND position > ?"
        + " ORDER BY position LIMIT ?",
        row -> new ChunkRow(row.number("position"), row.text("kind"), row.bytes("bytes")),
        turnId, after, limit);
  }

  /** The position of the turn's last chunk; empty when it has none. */
  public static Optional<Long> lastPosition(Sql sql, String turnId) throws SQLException {
    return sql.one("SELECT position FROM turn_chunk WHERE turn_id = ? ORDER BY position DESC LIMIT 1",
        row -> row.number("position"), turnId);
  }

  public static void drop(Sql sql, String turnId) throws SQLException {
    sql.update("DELETE FROM turn_chunk WHERE turn_id = ?", turnId);
  }

  /** Drops the chunks of turns that ended before {@code time}. @return how many */
  public static int dropEndedBefore(Sql sql, long time) throws SQLException {
    return sql.update("""
        DELETE FROM turn_chunk WHERE turn_id IN (
          SELECT id FROM turn
          WHERE id IN (SELECT DISTINCT turn_id FROM turn_chunk) AND ended_at < ?)""", time);
  }
}

package claudegateway.store;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;

/** A session that begins with a part of another one's history. */
public final class Forks {
  private Forks() {}

  /**
   * Appends the turns of session {@code from} up to and including {@code lastSeq} to session {@code to}, with
   * their messages and open calls, as inherited ones: without usage, and with the transcript lines and hashes
   * of the originals. Turns of {@code from} that still run are copied as finished.
   *
   * @param ids gives a new id for each turn
   * @return how many turns
   */
  public static int copy(Sql sql, String from, String to, long lastSeq, Supplier<String> ids)
      throws SQLException {
    List<TurnRow> turns = sql.query("SELECT * FROM turn WHERE session_id = ? AND seq <= ? ORDER BY seq",
        TurnRow::of, from, lastSeq);
    for (TurnRow turn : turns) {
      String id = ids.get();
      Turns.insert(sql, new NewTurn(id, to, turn.model(), turn.lineage(), true, turn.userUuid(),
          turn.lastUuid(), turn.startedAt()));
      sql.update("UPDATE turn SET finish_reason = ?, answered = ? WHERE id = ?", turn.finishReason(),
          turn.answered(), id);
      sql.update("""
          INSERT INTO message (session_id, turn_id, seq, role, content, created_at)
          SELECT ?1, ?2, coalesce((SELECT max(seq) FROM message WHERE session_id = ?1), -1)
            + row_number() OVER (ORDER BY seq), role, content, created_at
          FROM message WHERE turn_id = ?3 ORDER BY seq""", to, id, turn.id());
      sql.update("INSERT INTO open_call SELECT tool_call_id, ?1, ?2, name FROM open_call WHERE turn_id = ?3"
          + " ORDER BY rowid", to, id, turn.id());
    }
    return turns.size();
  }
}

package claudegateway.bench;

import claudegateway.store.Database;
import claudegateway.store.SessionRow;
import claudegateway.store.Sessions;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** A database with a past, as a gateway has it after months. */
final class StoredPast {
  private static final int SESSIONS_A_WORK = 500;
  private static final String TEXT = "[{\"type\":\"text\",\"text\":\"" + "What was said a while ago. ".repeat(4) + "\"}]";

  private StoredPast() {}

  /** Sessions that are idle and have no turns. */
  static void sessions(Database database, int count) {
    for (int done = 0; done < count; done += SESSIONS_A_WORK) {
      int most = Math.min(SESSIONS_A_WORK, count - done);
      database.write(sql -> {
        for (int i = 0; i < most; i++) {
          Sessions.insert(sql, session(System.currentTimeMillis()));
        }
        return null;
      }).join();
    }
  }

  /** So many sessions with so many turns each, by SQL's own loops: one insert after the other takes half a minute. */
  static void turns(Database database, int sessions, int turnsEach) {
    sessions(database, sessions);
    String seqs = IntStream.range(0, turnsEach).boxed().toList().toString();
    database.write(sql -> {
      sql.update("""
          INSERT INTO turn (id, session_id, seq, state, model, lineage, inherited, started_at, ended_at)
          SELECT 'chatcmpl-' || lower(hex(randomblob(16))), session.id, nth.value, 'finished', session.model,
            randomblob(16), 1, session.created_at, session.created_at
          FROM session, json_each(?) AS nth""", seqs);
      sql.update("""
          INSERT INTO message (session_id, turn_id, seq, role, content, created_at)
          SELECT turn.session_id, turn.id, 2 * turn.seq + speaker.key, speaker.value, ?, turn.started_at
          FROM turn, json_each('["user", "assistant"]') AS speaker""", TEXT);
      return null;
    }).join();
  }

  private static SessionRow session(long now) {
    return new SessionRow(UUID.randomUUID().toString(), "default", "", "A conversation of a while ago", Lab.MODEL,
        Optional.empty(), SessionRow.Origin.NAMED, "{}", SessionRow.Transcript.WHOLE, Optional.empty(),
        Optional.empty(), now, now);
  }
}

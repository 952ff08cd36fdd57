package claudegateway.bench;

import claudegateway.store.Database;
import claudegateway.store.MessageRow;
import claudegateway.store.Messages;
import claudegateway.store.NewTurn;
import claudegateway.store.SessionRow;
import claudegateway.store.Sessions;
import claudegateway.store.Turns;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** A database with a past, as a gateway has it after months. */
final class StoredPast {
  private static final int SESSIONS_A_WORK = 500;
  private static final int LINEAGE_BYTES = 16;
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

  /** So many sessions with so many turns each. */
  static void turns(Database database, int sessions, int turnsEach) {
    Random random = new Random(1);
    for (int i = 0; i < sessions; i++) {
      SessionRow session = session(System.currentTimeMillis());
      database.write(sql -> {
        Sessions.insert(sql, session);
        for (int turn = 0; turn < turnsEach; turn++) {
          byte[] lineage = new byte[LINEAGE_BYTES];
          random.nextBytes(lineage);
          String id = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
          Turns.insert(sql, new NewTurn(id, session.id(), Lab.MODEL, Optional.of(lineage), true, Optional.empty(),
              Optional.empty(), System.currentTimeMillis()));
          Messages.append(sql, session.id(), id, MessageRow.Role.USER, TEXT, System.currentTimeMillis());
          Messages.append(sql, session.id(), id, MessageRow.Role.ASSISTANT, TEXT, System.currentTimeMillis());
        }
        return null;
      }).join();
    }
  }

  private static SessionRow session(long now) {
    return new SessionRow(UUID.randomUUID().toString(), "default", "", "A conversation of a while ago", Lab.MODEL,
        Optional.empty(), SessionRow.Origin.NAMED, "{}", SessionRow.Transcript.WHOLE, Optional.empty(),
        Optional.empty(), now, now);
  }
}

package claudegateway.chat;

import claudegateway.store.TurnRow;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a session's last turn without a look at the database: what it was, how it ended, and in what the CLI
 * knows of it more or less than was said. Any thread.
 */
final class LastTurn {
  private byte[] lineage;
  private TurnRow head;
  private volatile End end;
  private volatile boolean astray;
  private volatile boolean goneOn;
  private volatile List<Message> unsaid = List.of();

  /** When a turn ended, and the uuid of the CLI's last line of it, "" when it said none. */
  record End(Instant at, String lastUuid) {}

  /** How it ended; empty when that was before the session was in use here. */
  Optional<End> end() {
    return Optional.ofNullable(end);
  }

  void ended(End now) {
    end = now;
  }

  /** The hash after its messages, which the store may not have yet; empty before the first one here. */
  synchronized Optional<byte[]> lineage() {
    return Optional.ofNullable(lineage);
  }

  /** The next one begins, with this hash. */
  synchronized void begins(byte[] hash) {
    lineage = hash;
    head = null;
    goneOn = false;
  }

  /** The store has refused its message: what the store has counts, and the CLI knows more. */
  void refused() {
    begins(null);
    astray = true;
  }

  /** The store has the end of a turn, which is the last one unless another one has begun. */
  synchronized void stored(TurnRow ended) {
    if (lineage != null && !isBeyond(ended)) {
      head = ended;
    }
  }

  /** The turn, when it ended here and is stored. */
  synchronized Optional<TurnRow> head() {
    return Optional.ofNullable(head);
  }

  /** Whether it is another one than this, as far as is known. */
  synchronized boolean isBeyond(TurnRow turn) {
    return lineage != null && turn.lineage().filter(hash -> Arrays.equals(hash, lineage)).isEmpty();
  }

  /** The CLI has put more behind it than was said. */
  void astray() {
    astray = true;
  }

  /** Another program has gone on from it: what is behind it belongs to the session. */
  void goneOn() {
    astray = false;
    goneOn = true;
  }

  boolean hasGoneOn() {
    return goneOn;
  }

  /** Whether the CLI knows more than belongs to the session; for whoever has claimed it, and undoes that. */
  boolean isAstray() {
    return astray;
  }

  void undone() {
    astray = false;
  }

  /** What the user has said to no answer, and the session's process does not know. */
  void unsaid(List<Message> messages) {
    unsaid = messages;
  }

  /** The same, for whoever has claimed the session, and says it with what comes next. */
  List<Message> takeUnsaid() {
    List<Message> now = unsaid;
    unsaid = List.of();
    return now;
  }
}

package claudegateway.chat;

import claudegateway.claude.ClaudeProcess;
import claudegateway.store.SessionRow;
import claudegateway.store.TurnRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions that are in use in this process. One object per session, so that its claim is the lock that the CLI
 * does not have (two processes on one session lose a branch of it).
 */
final class LiveSessions {
  private final ConcurrentHashMap<String, LiveSession> sessions = new ConcurrentHashMap<>();

  LiveSession open(SessionRow row, Path folder) {
    return sessions.computeIfAbsent(row.id(), _ -> new LiveSession(row, folder));
  }

  Optional<LiveSession> find(String id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /** One that no client names, and that ended its last turn here, with this hash ({@link Lineage#answered}). */
  Optional<LiveSession> unnamedEndingWith(byte[] answered, Caller caller) {
    return sessions.values().stream().filter(session -> session.last().head().flatMap(TurnRow::answered)
        .filter(hash -> Arrays.equals(hash, answered)).isPresent()
        && session.row().origin() == SessionRow.Origin.HISTORY && session.row().owner().equals(caller.owner())
        && !session.isDeleted()).findAny();
  }

  void remove(LiveSession session) {
    sessions.remove(session.id(), session);
  }

  List<LiveSession> all() {
    return List.copyOf(sessions.values());
  }

  /** Ends the process that was idle longest; empty when all are busy. */
  Optional<ClaudeProcess> evictOne() {
    return sessions.values().stream().filter(LiveSession::isEvictable)
        .min(Comparator.comparingLong(LiveSession::usedNanos))
        .flatMap(this::evict);
  }

  /** Ends processes that were idle for that long, and forgets sessions that have none. */
  void closeIdle(Duration idleMax) {
    long now = System.nanoTime();
    for (LiveSession session : sessions.values()) {
      if (session.idleNanos(now) > idleMax.toNanos() && evict(session).isEmpty()) {
        // In one step for whoever looks for it: an object that is not found any more is never claimed.
        sessions.computeIfPresent(session.id(), (_, found) -> found == session && found.closeIfUnused() ? null : found);
      }
    }
  }

  /** A claim keeps everybody else away while the process is handed to its end. */
  private Optional<ClaudeProcess> evict(LiveSession session) {
    if (!session.claimForUpkeep()) {
      return Optional.empty();
    }
    try {
      return session.endProcess();
    } finally {
      session.release();
    }
  }
}

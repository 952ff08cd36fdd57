package claudegateway.chat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last turns that have ended, for clients that come back to the end of a broken stream. Any thread.
 *
 * <p>Only as long as the store keeps the logs of ended turns: memory has no more than the end of a long one.
 */
final class RecentTurns {
  private record Ended(Turn turn, long nanos) {}

  private final Duration kept;
  private final Map<String, Ended> turns;

  RecentTurns(int max, Duration kept) {
    this.kept = kept;
    this.turns = new LinkedHashMap<>() {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Ended> eldest) {
        return size() > max;
      }
    };
  }

  synchronized void add(Turn turn) {
    turns.put(turn.id(), new Ended(turn, System.nanoTime()));
  }

  synchronized Optional<Turn> find(String id) {
    return Optional.ofNullable(turns.get(id))
        .filter(ended -> System.nanoTime() - ended.nanos < kept.toNanos()).map(Ended::turn);
  }
}

package claudegateway.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The last turns that have ended, for clients that come back to the end of a broken stream. Any thread. */
final class RecentTurns {
  private final Map<String, Turn> turns;

  RecentTurns(int max) {
    this.turns = new LinkedHashMap<>() {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Turn> eldest) {
        return size() > max;
      }
    };
  }

  synchronized void add(Turn turn) {
    turns.put(turn.id(), turn);
  }

  synchronized Optional<Turn> find(String id) {
    return Optional.ofNullable(turns.get(id));
  }
}

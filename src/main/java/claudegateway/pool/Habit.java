package claudegateway.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the last conversations of a profile were told, and what the next one is likely to be told. An app mostly tells
 * all of them the same; some ask for a title of each by a conversation of its own.
 *
 * @param recent the newest first, {@value #MAX} at most; empty for one that was told too much to be kept
 */
record Habit(List<Optional<AgentSpec>> recent) {
  private static final int MAX = 4;

  static final Habit NONE = new Habit(List.of());

  Habit then(AgentSpec next) {
    List<Optional<AgentSpec>> now = new ArrayList<>(recent.subList(0, Math.min(recent.size(), MAX - 1)));
    now.addFirst(Optional.of(next).filter(AgentSpec::isShort));
    return new Habit(List.copyOf(now));
  }

  /**
   * What the last two were told alike; else what most were told, and more than one. Of two that take turns it is the
   * one that was not the last.
   */
  Optional<AgentSpec> expected() {
    if (recent.size() < 2) {
      return Optional.empty();
    }
    Optional<AgentSpec> last = recent.getFirst();
    if (last.isPresent() && last.equals(recent.get(1))) {
      return last;
    }
    return recent.stream().filter(told -> told.isPresent() && times(told) > 1)
        .max(Comparator.comparingLong(this::times).thenComparing(told -> !told.equals(last)))
        .orElse(Optional.empty());
  }

  private long times(Optional<AgentSpec> told) {
    return recent.stream().filter(told::equals).count();
  }

  boolean includes(AgentSpec told) {
    return recent.contains(Optional.of(told));
  }
}

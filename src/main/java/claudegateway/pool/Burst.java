package claudegateway.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How many conversations of a profile began together lately: a client that sends a batch sends another one soon.
 *
 * @param recent when the last ones began, the newest last; {@value #MAX} at most
 * @param largest of those since then
 * @param before the largest of the {@link #KEPT} before that
 */
record Burst(List<Instant> recent, Instant since, int largest, int before) {
  /** More are not told apart. */
  static final int MAX = 100;

  static final Burst NONE = new Burst(List.of(), Instant.MIN, 0, 0);

  /** Too short for one person's conversations, long enough for a batch on a busy machine. */
  private static final Duration TOGETHER = Duration.ofSeconds(2);

  /** It is remembered so long at least, and twice as long at most. */
  static final Duration KEPT = Duration.ofMinutes(10);

  Burst then(Instant now) {
    List<Instant> together = new ArrayList<>(recent);
    together.removeIf(began -> began.isBefore(now.minus(TOGETHER)));
    if (together.size() == MAX) {
      together.removeFirst();
    }
    together.add(now);
    boolean over = since.isBefore(now.minus(KEPT));
    return new Burst(List.copyOf(together), over ? now : since,
        Math.max(over ? 0 : largest, together.size()), over ? size(now) : before);
  }

  int size(Instant now) {
    if (since.isBefore(now.minus(KEPT.multipliedBy(2)))) {
      return 0;
    }
    return since.isBefore(now.minus(KEPT)) ? largest : Math.max(largest, before);
  }
}

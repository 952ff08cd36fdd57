package claudegateway;

import static claudegateway.HeapUpkeep.BUSY_GROWTH;
import static claudegateway.HeapUpkeep.QUIET_GROWTH;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** When the whole heap is looked through. */
final class HeapUpkeepTest {
  private static final long LIVE = 20L << 20;

  private long used = LIVE;
  private int turns;
  private int collected;
  private final HeapUpkeep upkeep = new HeapUpkeep(() -> used, () -> turns, () -> {
    collected++;
    used = LIVE;
  });

  @Test
  void aQuietHeapIsCollectedWhenItHasGrown() {
    used = LIVE + QUIET_GROWTH;
    upkeep.look();
    assertEquals(0, collected);
    used++;
    upkeep.look();
    upkeep.look();
    assertEquals(1, collected);
  }

  @Test
  void runningTurnsArePausedOnlyForMuch() {
    turns = 1;
    used = LIVE + BUSY_GROWTH;
    upkeep.look();
    assertEquals(0, collected);
    used++;
    upkeep.look();
    assertEquals(1, collected);
  }

  @Test
  void whatStaysInUseIsNotLookedAtAgain() {
    HeapUpkeep full = new HeapUpkeep(() -> used, () -> turns, () -> collected++);
    used = LIVE + 2 * QUIET_GROWTH;
    full.look();
    full.look();
    assertEquals(1, collected);
  }
}

package claudegateway.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class BurstTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  @Test
  void countsWhatBeginsWithinTwoSeconds() {
    assertEquals(0, Burst.NONE.size(NOON));
    assertEquals(1, at(0).size(NOON));
    assertEquals(3, at(0, 1, 2).size(seconds(2)));
    assertEquals(1, at(0, 3, 6).size(seconds(6)));
    assertEquals(2, at(0, 1, 3, 60).size(seconds(60)), "0 and 1, or 1 and 3");
  }

  @Test
  void theLargestIsRememberedForTenMinutesAtLeastAndTwentyAtMost() {
    Burst three = at(0, 0, 0);
    assertEquals(3, three.size(seconds(600)));
    assertEquals(3, three.then(seconds(590)).then(seconds(700)).size(seconds(1_300)));
    assertEquals(0, three.size(seconds(1_201)));
    assertEquals(1, three.then(seconds(590)).then(seconds(700)).size(seconds(1_301)));
    assertEquals(2, three.then(seconds(650)).then(seconds(650)).size(seconds(1_500)));
    assertEquals(1, three.then(seconds(5_000)).size(seconds(5_000)));
  }

  @Test
  void isBounded() {
    Burst burst = Burst.NONE;
    for (int i = 0; i < 3 * Burst.MAX; i++) {
      burst = burst.then(NOON);
    }
    assertEquals(Burst.MAX, burst.size(NOON));
    assertEquals(Burst.MAX, burst.recent().size());
  }

  private static Burst at(int... seconds) {
    Burst burst = Burst.NONE;
    for (int each : seconds) {
      burst = burst.then(seconds(each));
    }
    return burst;
  }

  private static Instant seconds(int after) {
    return NOON.plus(Duration.ofSeconds(after));
  }
}

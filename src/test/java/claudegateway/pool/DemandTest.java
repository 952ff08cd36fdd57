package claudegateway.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import claudegateway.claude.Launch.Profile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** For whom processes wait; the rest of it is seen in {@code SparesTest}. */
final class DemandTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final Profile USUAL = in("usual");
  private static final Profile OTHER = in("other");
  private static final Profile NEW = in("new");
  private static final Profile NEWER = in("newer");

  private final Demand demand = new Demand(2, 2);

  private static Profile in(String folder) {
    return new Profile(Path.of("/" + folder), "model", true);
  }

  @Test
  void theDefaultHasAll() {
    assertEquals(List.of(), demand.wanted(NOON));
    demand.always(USUAL);
    assertEquals(List.of(USUAL, USUAL), demand.wanted(NOON));
  }

  /** What was used alone is no reason for more than the limit. */
  @Test
  void moreThanTheLimitOnlyForThoseThatBeganTogether() {
    Demand wide = new Demand(1, 5);
    wide.always(USUAL);
    wide.used(OTHER, NOON);
    wide.used(NEW, NOON.plusSeconds(10));
    assertEquals(List.of(USUAL), wide.wanted(NOON.plusSeconds(20)));
    wide.used(NEW, NOON.plusSeconds(30));
    wide.used(NEW, NOON.plusSeconds(31));
    assertEquals(List.of(USUAL, NEW, NEW), wide.wanted(NOON.plusSeconds(40)));
  }

  @Test
  void whatIsExpectedHasOneUntilItIsUsedOrNobodyCame() {
    demand.always(USUAL);
    demand.used(OTHER, NOON);
    assertEquals(List.of(USUAL, OTHER), demand.wanted(NOON));
    demand.expect(NEW, NOON);
    assertEquals(List.of(USUAL, NEW), demand.wanted(NOON.plusSeconds(599)));
    assertEquals(List.of(USUAL, OTHER), demand.wanted(NOON.plusSeconds(600)));
    demand.expect(NEWER, NOON);
    assertEquals(List.of(USUAL, NEWER), demand.wanted(NOON), "only the last one");
    assertFalse(demand.isInUse(NEWER));
    demand.used(NEWER, NOON);
    demand.used(OTHER, NOON);
    assertEquals(List.of(USUAL, OTHER), demand.wanted(NOON), "it is used as all others are");
  }
}

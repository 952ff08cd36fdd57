package claudegateway.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Changes that are not committed, of which nobody tells: git is asked, not too often. */
final class WorkingTreesTest {
  private static final Path CODE = Path.of("/code");
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private Instant now = START;
  private Optional<String> status = Optional.of("");
  private Duration took = Duration.ZERO;
  private final List<Long> asked = new ArrayList<>();
  private final WorkingTrees trees = new WorkingTrees(_ -> {
    asked.add(Duration.between(START, now).toSeconds());
    Thread.sleep(took);
    return status;
  }, Runnable::run, () -> now);

  /** Looks once a second. */
  private void pass(int seconds, boolean turnsRun) {
    for (int second = 0; second < seconds; second++) {
      trees.look(CODE, turnsRun);
      now = now.plusSeconds(1);
    }
  }

  @Test
  void whatStartedBeforeAChangeKnowsOtherChanges() {
    pass(1, false);
    assertFalse(trees.haveChanged(CODE, START.minusSeconds(60)), "nothing is known of the time before");
    pass(20, false);
    assertFalse(trees.haveChanged(CODE, START));
    status = Optional.of(" M Main.java");
    Instant before = now;
    pass(40, false);
    assertTrue(trees.haveChanged(CODE, before));
    assertFalse(trees.haveChanged(CODE, now), "one that started since then was told by git itself");
    trees.keepOnly(Set.of());
    assertFalse(trees.haveChanged(CODE, before));
  }

  @Test
  void whatStartsIsToldWhatHasChangedUntilThen() {
    pass(5, false);
    status = Optional.of(" M Main.java");
    trees.look(CODE);
    Instant started = now.plusMillis(1);
    pass(60, false);
    assertTrue(trees.haveChanged(CODE, START));
    assertFalse(trees.haveChanged(CODE, started));
  }

  @Test
  void gitThatDoesNotAnswerChangesNothing() {
    pass(1, false);
    status = Optional.empty();
    pass(60, false);
    assertTrue(asked.size() > 1);
    assertFalse(trees.haveChanged(CODE, START));
    status = Optional.of("");
    pass(300, false);
    assertFalse(trees.haveChanged(CODE, START), "it says the same as before");
  }

  @Test
  void gitIsAskedLessOftenWhileItSaysTheSame() {
    pass(1_300, false);
    assertEquals(List.of(0L, 20L, 60L, 140L, 300L, 600L, 900L, 1_200L), asked);
    asked.clear();
    status = Optional.of(" M Main.java");
    pass(250, false);
    assertEquals(List.of(1_500L, 1_510L, 1_530L), asked, "after a change there may be more of them");
  }

  @Test
  void aClockThatIsPutBackStopsNothing() {
    pass(1, false);
    now = now.minus(Duration.ofDays(1));
    status = Optional.of(" M Main.java");
    pass(1, false);
    assertTrue(trees.haveChanged(CODE, now.minusSeconds(60)));
    now = now.minus(Duration.ofDays(1));
    pass(1, false);
    assertFalse(trees.haveChanged(CODE, now));
  }

  @Test
  void besideTurnsGitIsAskedAllTheTime() {
    pass(35, true);
    assertEquals(List.of(0L, 10L, 20L, 30L), asked);
  }

  /** A tree of so many files that git is busy with it. */
  @Test
  void gitThatTakesLongIsAskedSeldom() {
    took = Duration.ofMillis(200);
    pass(20, true);
    assertEquals(List.of(0L), asked);
    took = Duration.ZERO;
    pass(300, true);
    assertTrue(asked.get(1) >= 20, asked.toString());
  }
}

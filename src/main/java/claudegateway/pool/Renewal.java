package claudegateway.pool;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Which of the processes that wait are to be replaced, because they would tell their conversation what is no longer so.
 * Not at once, so that something that changes its files all the time, or with each start of a CLI, does not keep the
 * machine busy. Asked by one thread; the others may say that a conversation begins.
 */
final class Renewal {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** How old one must be. */
  private static final Duration AGE_MIN = Duration.ofSeconds(10);

  /** The same beside running turns, which change files again and again, and have better use for the cores. */
  private static final Duration AGE_MIN_BESIDE_TURNS = Duration.ofMinutes(1);

  /** How often that doubles, while no conversation begins that would need them. */
  private static final int DOUBLED_MAX = 7;

  private final WorkingTrees trees;
  private final InstantSource time;
  /** Since a conversation began. */
  private final AtomicInteger renewals = new AtomicInteger();
  private Instant lastLook = Instant.MIN;

  Renewal(WorkingTrees trees, InstantSource time) {
    this.trees = trees;
    this.time = time;
  }

  void conversationBegins() {
    renewals.set(0);
  }

  /** Those to be replaced now; none most of the time, because it is not looked each time. Blocks on the file system. */
  Set<Spare> of(List<Spare> ready, boolean turnsRun) {
    Instant now = time.instant();
    // Either way: a clock that was put back must not stop it.
    if (Duration.between(lastLook, now).abs().compareTo(LOOK_EVERY) < 0) {
      return Set.of();
    }
    lastLook = now;
    Set<Path> repositories = ready.stream().flatMap(spare -> spare.surroundings().repository().stream())
        .collect(Collectors.toSet());
    trees.keepOnly(repositories);
    repositories.forEach(each -> trees.look(each, turnsRun));
    Instant oldEnough = now.minus((turnsRun ? AGE_MIN_BESIDE_TURNS : AGE_MIN)
        .multipliedBy(1L << Math.min(renewals.get(), DOUBLED_MAX)));
    Set<Spare> outdated = ready.stream()
        .filter(spare -> !spare.since().isAfter(oldEnough) && isOutdated(spare)).collect(Collectors.toSet());
    if (!outdated.isEmpty()) {
      renewals.incrementAndGet();
    }
    return outdated;
  }

  private boolean isOutdated(Spare spare) {
    return spare.surroundings().repository().filter(each -> trees.haveChanged(each, spare.since())).isPresent()
        || !spare.surroundings().isAsBefore();
  }
}

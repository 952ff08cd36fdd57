package claudegateway.pool;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Since when the changes that are not committed are as they are, in the repositories where processes wait: these tell
 * their conversations what git said when they started.
 *
 * <p>Git is asked in the background, every 10 seconds while turns run, which change files; else half as often each
 * time that it says the same, down to every 5 minutes; and for no more than a hundredth of the time. Any thread.
 */
final class WorkingTrees {
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration PAUSE_MAX = Duration.ofMinutes(5);
  private static final int SHARE = 100;

  /** @param pause until git is asked again when no turn runs; @param shortest the same when turns run */
  private record Tree(Optional<String> status, Instant changed, Instant asked, Duration pause, Duration shortest) {
    static final Tree NEW = new Tree(Optional.empty(), Instant.MIN, Instant.MIN, PAUSE, Duration.ZERO);

    boolean isDue(Instant now, boolean turnsRun) {
      // Either way: a clock that was put back must not stop it.
      return Duration.between(asked, now).abs().compareTo(turnsRun ? shortest : pause) >= 0;
    }

    Tree then(Optional<String> next, Instant now, Duration took) {
      boolean changes = status.isPresent() && next.isPresent() && !next.equals(status);
      Duration shortest = Collections.max(List.of(PAUSE, took.multipliedBy(SHARE)));
      Duration doubled = Collections.min(List.of(pause.multipliedBy(2), PAUSE_MAX));
      // No later than now, should the clock have been put back: what starts from here on knows all.
      return new Tree(next.or(() -> status), changes ? now : Collections.min(List.of(changed, now)), now,
          changes ? shortest : Collections.max(List.of(shortest, doubled)), shortest);
    }
  }

  /** What git says, empty when it does not answer. */
  interface Git {
    Optional<String> status(Path repository) throws InterruptedException;
  }

  private final Git git;
  private final Executor threads;
  private final InstantSource time;
  private final Map<Path, Tree> trees = new HashMap<>();
  private final Set<Path> asking = new HashSet<>();

  /** @param threads platform threads, on which git is waited for */
  WorkingTrees(Git git, Executor threads, InstantSource time) {
    this.git = git;
    this.threads = threads;
    this.time = time;
  }

  /** Asks again, if it is time to. Returns at once. */
  synchronized void look(Path repository, boolean turnsRun) {
    if (trees.getOrDefault(repository, Tree.NEW).isDue(time.instant(), turnsRun)) {
      look(repository);
    }
  }

  /** Asks now, because a process starts that asks the same. Returns at once. */
  synchronized void look(Path repository) {
    Instant now = time.instant();
    if (asking.add(repository)) {
      threads.execute(() -> ask(repository, now));
    }
  }

  /** Forgets the others. */
  synchronized void keepOnly(Set<Path> repositories) {
    trees.keySet().retainAll(repositories);
  }

  /** Whether a process that started then knows other changes than one that starts now. */
  synchronized boolean haveChanged(Path repository, Instant since) {
    return trees.getOrDefault(repository, Tree.NEW).changed.isAfter(since);
  }

  private void ask(Path repository, Instant now) {
    Optional<String> status = Optional.empty();
    long began = System.nanoTime();
    try {
      status = git.status(repository);
    } catch (InterruptedException closing) {
      System.getLogger(WorkingTrees.class.getName()).log(Level.DEBUG, "git was not waited for");
    } finally {
      answered(repository, status, now, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private synchronized void answered(Path repository, Optional<String> status, Instant asked, Duration took) {
    asking.remove(repository);
    trees.put(repository, trees.getOrDefault(repository, Tree.NEW).then(status, asked, took));
  }
}

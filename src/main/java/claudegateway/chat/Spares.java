package claudegateway.chat;

import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.Launch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Processes that are started before anybody needs them, not yet initialized: what a session's process must be told
 * (system prompt, tools, schema) it is told when it is given away, and the spare's id becomes the session's.
 *
 * <p>Kept for the default profile and those that were used last; refilled one at a time, when nobody waits for a
 * start.
 */
final class Spares implements AutoCloseable {
  /** Older ones are replaced: a login or a settings file may have changed. */
  private static final Duration AGE_MAX = Duration.ofMinutes(30);

  private static final int PROFILES_MAX = 8;

  private record Spare(ClaudeProcess process, Instant since) {}

  private final ProcessPool pool;
  private final int max;
  private final InstantSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Spare> ready = new ArrayList<>();
  private final ArrayDeque<Launch.Profile> wanted = new ArrayDeque<>();
  private Optional<Launch.Profile> first = Optional.empty();
  private boolean closed;

  Spares(ProcessPool pool, int max, InstantSource time) {
    this.pool = pool;
    this.max = max;
    this.time = time;
  }

  /** The profile that always has a spare. */
  void keepFor(Launch.Profile profile) {
    lock.lock();
    try {
      first = Optional.of(profile);
    } finally {
      lock.unlock();
    }
  }

  /** A spare of this profile, ready or about to be; and the profile counts as the last used. */
  Optional<ClaudeProcess> take(Launch.Profile profile) {
    lock.lock();
    try {
      wanted.remove(profile);
      wanted.addFirst(profile);
      if (wanted.size() > PROFILES_MAX) {
        wanted.removeLast();
      }
      for (Iterator<Spare> each = ready.iterator(); each.hasNext(); ) {
        Spare spare = each.next();
        if (spare.process.launch().profile().equals(profile)) {
          each.remove();
          if (spare.process.isAlive()) {
            return Optional.of(spare.process);
          }
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return ready.size();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the oldest spare to make room; empty when there is none. */
  Optional<ClaudeProcess> evictOne() {
    lock.lock();
    try {
      if (ready.isEmpty()) {
        return Optional.empty();
      }
      ClaudeProcess oldest = ready.removeFirst().process;
      oldest.close(false);
      return Optional.of(oldest);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all that are ready: what they knew when they started, such as a login, is no longer so. */
  void drop() {
    lock.lock();
    try {
      ready.forEach(spare -> spare.process.close(false));
      ready.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Drops dead and old ones and starts at most one new one; called every second or so, on a platform thread. */
  void refill() {
    Optional<Launch.Profile> missing;
    lock.lock();
    try {
      Instant oldest = time.instant().minus(AGE_MAX);
      ready.removeIf(spare -> {
        boolean old = spare.since.isBefore(oldest);
        if (old) {
          spare.process.close(false);
        }
        return old || !spare.process.isAlive();
      });
      missing = closed || ready.size() >= max ? Optional.empty() : missing();
    } finally {
      lock.unlock();
    }
    missing.flatMap(profile -> pool.startSpare(
        new Launch(profile, UUID.randomUUID().toString(), new Launch.Origin.Fresh()))).ifPresent(this::add);
  }

  private void add(ClaudeProcess process) {
    lock.lock();
    try {
      if (closed) {
        process.close(false);
      } else {
        ready.add(new Spare(process, time.instant()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** The default's first, then the last used ones' in order, then a second of the last used. */
  private Optional<Launch.Profile> missing() {
    List<Launch.Profile> order = new ArrayList<>();
    first.ifPresent(order::add);
    wanted.stream().filter(profile -> !order.contains(profile)).forEach(order::add);
    for (Launch.Profile profile : order.subList(0, Math.min(order.size(), max))) {
      if (ready.stream().noneMatch(spare -> spare.process.launch().profile().equals(profile))) {
        return Optional.of(profile);
      }
    }
    return wanted.isEmpty() ? first : Optional.of(wanted.getFirst());
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      ready.forEach(spare -> spare.process.close(false));
      ready.clear();
    } finally {
      lock.unlock();
    }
  }
}

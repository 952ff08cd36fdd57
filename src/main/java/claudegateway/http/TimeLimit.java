package claudegateway.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the blocking reads and writes of one thread, one after the other: {@code begin}, the call, {@code end}.
 *
 * <p>When the time is over, the {@link Deadlines} thread interrupts the owner: the one way to end a blocked read
 * or write of the JDK's server from outside (it closes the channel). The interrupt never leaks: {@link #end}
 * takes it back, so it can't hit what the thread does next.
 */
final class TimeLimit {
  private static final long NONE = 0;
  private static final long EXPIRED = -1;
  private static final long INTERRUPTED = -2;
  private static final Duration LAST_WORD_MAX = Duration.ofSeconds(1);

  private final Thread owner;
  private final AtomicLong deadline = new AtomicLong(NONE);
  private volatile Runnable lastWord = () -> {};

  TimeLimit(Thread owner) {
    this.owner = owner;
  }

  /** Owner only. */
  void begin(Duration limit) {
    deadline.set(Math.max(1, now() + limit.toNanos()));
  }

  /** Owner only. {@code whenOver} runs on a thread of its own before the interrupt. */
  void begin(Duration limit, Runnable whenOver) {
    lastWord = whenOver;
    begin(limit);
  }

  /** Owner only. False when the time was over and the owner has been interrupted. */
  boolean end() {
    long running = deadline.get();
    if (running == NONE || (running > 0 && deadline.compareAndSet(running, NONE))) {
      lastWord = () -> {};
      return true;
    }
    while (deadline.get() != INTERRUPTED) {
      Thread.yield();
    }
    Thread.interrupted();
    deadline.set(NONE);
    lastWord = () -> {};
    return false;
  }

  /** Called by the watching thread, again and again. */
  void check(long now) {
    long until = deadline.get();
    if (until > 0 && now >= until && deadline.compareAndSet(until, EXPIRED)) {
      Runnable last = lastWord;
      Thread.startVirtualThread(() -> expire(last));
    }
  }

  private void expire(Runnable last) {
    try {
      Thread.startVirtualThread(last).join(LAST_WORD_MAX);
    } catch (InterruptedException impossible) {
      throw new AssertionError("nobody knows this thread", impossible);
    } finally {
      owner.interrupt();
      deadline.set(INTERRUPTED);
    }
  }

  /** Nanoseconds since this class was loaded, so that they are positive. */
  static long now() {
    return System.nanoTime() - ORIGIN;
  }

  private static final long ORIGIN = System.nanoTime();
}

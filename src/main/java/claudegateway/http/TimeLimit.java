package claudegateway.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the blocking reads and writes of one exchange, one after the other: {@code begin}, the call, {@code
 * end}, all three on one thread, the call's owner.
 *
 * <p>When the time is over, the {@link Deadlines} thread interrupts the owner: the one way to end a blocked
 * read or write of the JDK's server from outside (it closes the channel). The interrupt never leaks: {@link
 * #end} takes it back, so it can't hit what the thread does next. Nobody else may interrupt the owner.
 */
final class TimeLimit {
  private static final long ORIGIN = System.nanoTime();
  private static final long NONE = 0;
  private static final long EXPIRED = -1;
  private static final Duration LAST_WORD_MAX = Duration.ofSeconds(1);

  /** Who is in the call. */
  private volatile Thread owner;
  /** In the time of {@link #now}, or NONE or EXPIRED. */
  private final AtomicLong deadline = new AtomicLong(NONE);
  private Runnable lastWord;
  private volatile CountDownLatch interrupted;

  /** The caller is the owner until {@link #end}. */
  void begin(Duration limit) {
    begin(limit, null);
  }

  /** The same. {@code whenOver} runs on a thread of its own before the interrupt, for at most a second. */
  void begin(Duration limit, Runnable whenOver) {
    owner = Thread.currentThread();
    lastWord = whenOver;
    deadline.set(Math.max(1, now() + limit.toNanos()));
  }

  /** Owner only. False when the time was over and the owner has been interrupted. */
  boolean end() {
    long running = deadline.get();
    if (running == NONE || (running > 0 && deadline.compareAndSet(running, NONE))) {
      return true;
    }
    // Waits without spinning: a virtual thread that yields in a loop starves the one that it waits for.
    while (interrupted.getCount() > 0) {
      try {
        interrupted.await();
      } catch (InterruptedException _) {
        // The one that this loop waits for.
      }
    }
    Thread.interrupted();
    deadline.set(NONE);
    return false;
  }

  /** Called by the watching thread, again and again. */
  void check(long now) {
    long until = deadline.get();
    if (until > 0 && now >= until) {
      Runnable last = lastWord;
      interrupted = new CountDownLatch(1);
      if (deadline.compareAndSet(until, EXPIRED)) {
        if (last == null) {
          interrupt();
        } else {
          Thread.startVirtualThread(() -> interruptAfter(last));
        }
      }
    }
  }

  private void interruptAfter(Runnable last) {
    try {
      Thread.startVirtualThread(last).join(LAST_WORD_MAX);
    } catch (InterruptedException impossible) {
      throw new AssertionError("nobody knows this thread", impossible);
    } finally {
      interrupt();
    }
  }

  private void interrupt() {
    owner.interrupt();
    interrupted.countDown();
  }

  /** Nanoseconds since this class was loaded, so that they are positive. */
  static long now() {
    return System.nanoTime() - ORIGIN;
  }
}

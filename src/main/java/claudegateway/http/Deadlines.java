package claudegateway.http;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The thread that looks after the {@link TimeLimit}s of all calls, {@value #TICK_MILLIS} ms apart; it sleeps while
 * there is none.
 */
final class Deadlines implements AutoCloseable {
  private static final long TICK_MILLIS = 100;

  /** Ticks without a call before it sleeps: not to be woken for each of requests that come one after the other. */
  private static final int PATIENCE = 20;

  private final Collection<TimeLimit> running;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean asleep;
  private boolean closed;

  /** @param running a live view that may be read while others change it */
  Deadlines(Collection<TimeLimit> running) {
    this.running = running;
    Thread.ofPlatform().daemon().name("http-deadlines").start(this::watch);
  }

  /** To be called when there is one more to look after, behind its having been added. */
  void added() {
    if (asleep) {
      lock.lock();
      try {
        changed.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Whether it looks at nothing until {@link #added}. */
  boolean isAsleep() {
    return asleep;
  }

  private void watch() {
    int empty = 0;
    while (sleep(empty == PATIENCE)) {
      empty = empty < PATIENCE && running.isEmpty() ? empty + 1 : 0;
      long now = TimeLimit.now();
      for (TimeLimit limit : running) {
        limit.check(now);
      }
    }
  }

  /** @param untilAdded not only until the next tick. @return false when it was closed */
  private boolean sleep(boolean untilAdded) {
    lock.lock();
    try {
      // First this, then the look: who adds one in between sees it, and signals when the wait has begun.
      asleep = untilAdded;
      while (untilAdded && !closed && running.isEmpty()) {
        changed.await();
      }
      if (!untilAdded && !closed) {
        changed.await(TICK_MILLIS, TimeUnit.MILLISECONDS);
      }
      return !closed;
    } catch (InterruptedException _) {
      return false;
    } finally {
      asleep = false;
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}

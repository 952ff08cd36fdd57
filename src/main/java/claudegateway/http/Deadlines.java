package claudegateway.http;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The thread that looks after the {@link TimeLimit}s of all calls, {@value #TICK_MILLIS} ms apart. */
final class Deadlines implements AutoCloseable {
  private static final long TICK_MILLIS = 100;

  private final Collection<TimeLimit> running;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;

  /** @param running a live view that may be read while others change it */
  Deadlines(Collection<TimeLimit> running) {
    this.running = running;
    Thread.ofPlatform().daemon().name("http-deadlines").start(this::watch);
  }

  private void watch() {
    while (sleep()) {
      long now = TimeLimit.now();
      for (TimeLimit limit : running) {
        limit.check(now);
      }
    }
  }

  private boolean sleep() {
    lock.lock();
    try {
      if (!closed) {
        closing.await(TICK_MILLIS, TimeUnit.MILLISECONDS);
      }
      return !closed;
    } catch (InterruptedException _) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signal();
    } finally {
      lock.unlock();
    }
  }
}

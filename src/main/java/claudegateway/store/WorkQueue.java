package claudegateway.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** First in, first out, bounded; any thread offers, the room's own threads take. */
final class WorkQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Job<?>> jobs = new ArrayDeque<>();
  private final int max;
  private boolean closed;

  WorkQueue(int max) {
    this.max = max;
  }

  /** Never waits. Throws StoreException: BUSY when the queue is full, CLOSED after {@link #close}. */
  void offer(Job<?> job) {
    lock.lock();
    try {
      if (closed) {
        throw closed();
      }
      if (jobs.size() >= max) {
        throw new StoreException(StoreException.Kind.BUSY,
            "The database is busy: " + max + " requests wait for it already. Try again later.");
      }
      jobs.add(job);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for work and takes up to {@code most} of it. @return empty only when closed and drained */
  List<Job<?>> take(int most) {
    lock.lock();
    try {
      while (jobs.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      List<Job<?>> taken = new ArrayList<>(Math.min(most, jobs.size()));
      while (taken.size() < most && !jobs.isEmpty()) {
        taken.add(jobs.poll());
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** What nobody will take any more. */
  List<Job<?>> takeLeft() {
    lock.lock();
    try {
      List<Job<?>> left = List.copyOf(jobs);
      jobs.clear();
      return left;
    } finally {
      lock.unlock();
    }
  }

  static StoreException closed() {
    return new StoreException(StoreException.Kind.CLOSED, "The database is closed.");
  }

  int size() {
    lock.lock();
    try {
      return jobs.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more; what is queued can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

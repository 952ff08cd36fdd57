package claudegateway.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounded; any thread offers, the room's own threads take. Two lanes, each first in, first out: bulk works, and the
 * prompt ones, which go before them.
 */
final class WorkQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Job<?>> prompt = new ArrayDeque<>();
  private final ArrayDeque<Job<?>> bulk = new ArrayDeque<>();
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
      if (waiting() >= max) {
        throw new StoreException(StoreException.Kind.BUSY,
            "The database is busy: " + max + " requests wait for it already. Try again later.");
      }
      (job.bulk == 0 ? prompt : bulk).add(job);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for work and takes up to {@code most} prompt works, and bulk works of up to so many bytes: one at least,
   * so that they go on however many others come.
   *
   * @return empty only when closed and drained
   */
  List<Job<?>> take(int most, long bulkBytes) {
    lock.lock();
    try {
      while (waiting() == 0 && !closed) {
        changed.awaitUninterruptibly();
      }
      List<Job<?>> taken = new ArrayList<>(Math.min(most + 1, waiting()));
      while (taken.size() < most && !prompt.isEmpty()) {
        taken.add(prompt.poll());
      }
      long bytes = 0;
      while (!bulk.isEmpty() && (bytes == 0 || taken.size() < most && bytes + bulk.peek().bulk <= bulkBytes)) {
        bytes += bulk.peek().bulk;
        taken.add(bulk.poll());
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
      List<Job<?>> left = new ArrayList<>(prompt);
      left.addAll(bulk);
      prompt.clear();
      bulk.clear();
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
      return waiting();
    } finally {
      lock.unlock();
    }
  }

  private int waiting() {
    return prompt.size() + bulk.size();
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

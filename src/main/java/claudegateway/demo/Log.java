package claudegateway.demo;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What happened lately, bounded in entries and bytes; the oldest goes first. Thread-safe. */
final class Log<T> {
  private final int entriesMax;
  private final long bytesMax;
  private final ToLongFunction<T> size;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<T> entries = new ArrayDeque<>();
  private long bytes;

  Log(int entriesMax, long bytesMax, ToLongFunction<T> size) {
    this.entriesMax = entriesMax;
    this.bytesMax = bytesMax;
    this.size = size;
  }

  void add(T entry) {
    lock.lock();
    try {
      entries.addLast(entry);
      bytes += size.applyAsLong(entry);
      while (entries.size() > entriesMax || (bytes > bytesMax && entries.size() > 1)) {
        bytes -= size.applyAsLong(entries.removeFirst());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<T> entries() {
    lock.lock();
    try {
      return List.copyOf(entries);
    } finally {
      lock.unlock();
    }
  }

  void clear() {
    lock.lock();
    try {
      entries.clear();
      bytes = 0;
    } finally {
      lock.unlock();
    }
  }

  /** The entries, once the condition holds of them; throws IllegalStateException when it doesn't in time. */
  List<T> await(Predicate<List<T>> condition, Duration limit) {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (true) {
        List<T> now = new ArrayList<>(entries);
        if (condition.test(now)) {
          return List.copyOf(now);
        }
        if (left <= 0) {
          throw new IllegalStateException("not within " + limit + ": " + now);
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", interrupted);
    } finally {
      lock.unlock();
    }
  }
}

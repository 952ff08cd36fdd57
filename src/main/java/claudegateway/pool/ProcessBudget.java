package claudegateway.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The budget of live processes: so many, and so many bytes of memory. Who finds no room makes idle ones end and
 * waits, in a bounded queue that serves the credentials in turn, so that one with a hundred requests does not hold
 * up another with one. Nobody overtakes one who needs much.
 */
public final class ProcessBudget {
  private final int processesMax;
  private final long bytesMax;
  private final int queueMax;
  private final BooleanSupplier evict;
  private final ReentrantLock lock = new ReentrantLock();
  /** One at a time makes room, or two would end twice as many as are in the way. Never taken within the lock. */
  private final ReentrantLock evicting = new ReentrantLock();
  private final Map<String, ArrayDeque<Waiter>> queues = new LinkedHashMap<>();
  private int processes;
  private long bytes;
  private int leaving;
  private long leavingBytes;
  private int queued;
  private long queuedBytes;

  private static final class Waiter {
    private final long bytes;
    private final Condition served;
    private Charge charge;

    Waiter(long bytes, Condition served) {
      this.bytes = bytes;
      this.served = served;
    }
  }

  /**
   * @param bytesMax a single process may need more: it gets room when it would be the only one
   * @param evict ends an idle process and tells its charge by {@link Charge#leaves}; false when all are busy. Not
   *     called under a lock of this class
   */
  ProcessBudget(int processesMax, long bytesMax, int queueMax, BooleanSupplier evict) {
    this.processesMax = processesMax;
    this.bytesMax = bytesMax;
    this.queueMax = queueMax;
    this.evict = evict;
  }

  /** One process's part of the budget, until it is closed. Any thread. */
  final class Charge implements AutoCloseable {
    private long size;
    private boolean goes;
    private boolean closed;

    private Charge(long size) {
      this.size = size;
      processes++;
      bytes += size;
    }

    /** It needs that much now. More than there is room for makes idle processes end; less lets others in. */
    void become(long now) {
      lock.lock();
      try {
        if (!closed) {
          bytes += now - size;
          leavingBytes += goes ? now - size : 0;
          size = now;
          serve();
        }
      } finally {
        lock.unlock();
      }
      makeRoom();
    }

    /** Its process was told to end: it is in nobody's way for long. */
    void leaves() {
      lock.lock();
      try {
        if (!closed && !goes) {
          goes = true;
          leaving++;
          leavingBytes += size;
        }
      } finally {
        lock.unlock();
      }
    }

    /** Its process is gone. */
    @Override
    public void close() {
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          processes--;
          bytes -= size;
          leaving -= goes ? 1 : 0;
          leavingBytes -= goes ? size : 0;
          serve();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Room at once, when the same again would still be free. */
  Optional<Charge> tryTake(long size) {
    lock.lock();
    try {
      return queued == 0 && processes + 1 < processesMax && bytes + 2 * size <= bytesMax
          ? Optional.of(new Charge(size)) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Room for so many bytes, waiting at most so long; empty when there was none, or the queue is full. */
  Optional<Charge> take(String owner, long size, Duration wait) throws InterruptedException {
    Waiter me;
    lock.lockInterruptibly();
    try {
      if (queued == 0 && fits(size)) {
        return Optional.of(new Charge(size));
      }
      if (queued >= queueMax) {
        return Optional.empty();
      }
      me = new Waiter(size, lock.newCondition());
      queues.computeIfAbsent(owner, _ -> new ArrayDeque<>()).add(me);
      queued++;
      queuedBytes += size;
    } finally {
      lock.unlock();
    }
    makeRoom();
    lock.lock();
    try {
      long left = wait.toNanos();
      while (me.charge == null && left > 0) {
        left = me.served.awaitNanos(left);
      }
      if (me.charge == null) {
        leave(owner, me);
      }
      return Optional.ofNullable(me.charge);
    } catch (InterruptedException stop) {
      if (me.charge == null) {
        leave(owner, me);
      } else {
        me.charge.close();
      }
      throw stop;
    } finally {
      lock.unlock();
    }
  }

  /** A process has just become idle: whoever waits may have it ended. */
  public void idleAppeared() {
    makeRoom();
  }

  public int processes() {
    lock.lock();
    try {
      return processes;
    } finally {
      lock.unlock();
    }
  }

  /** What the processes count for. */
  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  public int queued() {
    lock.lock();
    try {
      return queued;
    } finally {
      lock.unlock();
    }
  }

  private void makeRoom() {
    if (isShort()) {
      evicting.lock();
      try {
        while (isShort() && evict.getAsBoolean()) { }
      } finally {
        evicting.unlock();
      }
    }
  }

  /** Whether those who wait find no room even when all that leave are gone; or the living need too much. */
  private boolean isShort() {
    lock.lock();
    try {
      int stay = processes - leaving;
      // One alone may need more than there is.
      return stay > (queued > 0 ? 0 : 1)
          && (stay + queued > processesMax || bytes - leavingBytes + queuedBytes > bytesMax);
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(long size) {
    return processes == 0 || (processes < processesMax && bytes + size <= bytesMax);
  }

  private void serve() {
    while (queued > 0) {
      Map.Entry<String, ArrayDeque<Waiter>> turn = queues.entrySet().iterator().next();
      Waiter first = turn.getValue().element();
      if (!fits(first.bytes)) {
        return;
      }
      turn.getValue().remove();
      // To the end of the round.
      queues.remove(turn.getKey());
      if (!turn.getValue().isEmpty()) {
        queues.put(turn.getKey(), turn.getValue());
      }
      queued--;
      queuedBytes -= first.bytes;
      first.charge = new Charge(first.bytes);
      first.served.signal();
    }
  }

  private void leave(String owner, Waiter me) {
    ArrayDeque<Waiter> queue = queues.get(owner);
    if (queue != null && queue.remove(me)) {
      queued--;
      queuedBytes -= me.bytes;
      if (queue.isEmpty()) {
        queues.remove(owner);
      }
      // It may have been the one who needs much.
      serve();
    }
  }
}

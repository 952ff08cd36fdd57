package claudegateway.chat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The budget of live processes. Who finds none free makes an idle one end and waits, in a bounded queue that serves
 * the credentials in turn, so that one with a hundred requests does not hold up another with one.
 */
final class Slots {
  private final int max;
  private final int queueMax;
  private final BooleanSupplier evict;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, ArrayDeque<Waiter>> queues = new LinkedHashMap<>();
  private int taken;
  private int queued;

  private static final class Waiter {
    private final Condition served;
    private boolean has;

    Waiter(Condition served) {
      this.served = served;
    }
  }

  /** @param evict ends an idle process, whose slot comes back when it is gone; false when all are busy */
  Slots(int max, int queueMax, BooleanSupplier evict) {
    this.max = max;
    this.queueMax = queueMax;
    this.evict = evict;
  }

  /** A slot at once, leaving so many free. */
  boolean tryTake(int leaveFree) {
    lock.lock();
    try {
      if (queued > 0 || taken + leaveFree >= max) {
        return false;
      }
      taken++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A slot, waiting at most so long; false when there was none, or the queue is full. */
  boolean take(String owner, Duration wait) throws InterruptedException {
    Waiter me;
    lock.lockInterruptibly();
    try {
      if (queued == 0 && taken < max) {
        taken++;
        return true;
      }
      if (queued >= queueMax) {
        return false;
      }
      me = new Waiter(lock.newCondition());
      queues.computeIfAbsent(owner, _ -> new ArrayDeque<>()).add(me);
      queued++;
    } finally {
      lock.unlock();
    }
    evict.getAsBoolean();
    lock.lock();
    try {
      long left = wait.toNanos();
      while (!me.has && left > 0) {
        left = me.served.awaitNanos(left);
      }
      if (!me.has) {
        leave(owner, me);
      }
      return me.has;
    } catch (InterruptedException stop) {
      if (me.has) {
        taken--;
        serve();
      } else {
        leave(owner, me);
      }
      throw stop;
    } finally {
      lock.unlock();
    }
  }

  /** Whoever waits may have an idle process ended for it: one has just become idle. */
  void idleAppeared() {
    if (queued() > 0) {
      evict.getAsBoolean();
    }
  }

  void giveBack() {
    lock.lock();
    try {
      taken--;
      serve();
    } finally {
      lock.unlock();
    }
  }

  int taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  int queued() {
    lock.lock();
    try {
      return queued;
    } finally {
      lock.unlock();
    }
  }

  private void serve() {
    while (queued > 0 && taken < max) {
      Map.Entry<String, ArrayDeque<Waiter>> turn = queues.entrySet().iterator().next();
      Waiter first = turn.getValue().poll();
      // To the end of the round.
      queues.remove(turn.getKey());
      if (!turn.getValue().isEmpty()) {
        queues.put(turn.getKey(), turn.getValue());
      }
      queued--;
      taken++;
      first.has = true;
      first.served.signal();
    }
  }

  private void leave(String owner, Waiter me) {
    ArrayDeque<Waiter> queue = queues.get(owner);
    if (queue != null && queue.remove(me)) {
      queued--;
      if (queue.isEmpty()) {
        queues.remove(owner);
      }
    }
  }
}

package claudegateway.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Who reads a {@link Turn}, and how they hear of what is new: those whose threads wait are woken, or handed a few
 * events by the thread that appends. All with the turn's lock, but that nothing is handed out under it.
 */
final class Readers {
  /** Cursors that are served by whoever appends; each one takes some 10 µs of it. */
  private static final int SERVED_MAX = 8;

  private final ReentrantLock lock;
  private final EventWindow window;
  private final BooleanSupplier ended;
  /** Cursors whose threads wait for an event. */
  private final List<Cursor> waiting = new ArrayList<>();
  /** Whether an event was added that nobody was told of. */
  private boolean news;
  private int count;

  /**
   * @param lock the turn's; its window is only touched with it
   * @param ended whether the turn has its last event; asked with the lock
   */
  Readers(ReentrantLock lock, EventWindow window, BooleanSupplier ended) {
    this.lock = lock;
    this.window = window;
    this.ended = ended;
  }

  void begin() {
    lock.lock();
    try {
      count++;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether that was the last one of a turn that has not ended. */
  boolean end(Cursor cursor) {
    lock.lock();
    try {
      count--;
      cursor.wake();
      return count == 0 && !ended.getAsBoolean();
    } finally {
      lock.unlock();
    }
  }

  boolean any() {
    lock.lock();
    try {
      return count > 0;
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held: there is an event of which {@link #announce} is to tell. */
  void news() {
    news = true;
  }

  /**
   * Tells the waiting cursors what was added: hands a few events out on this thread where a cursor can take them so
   * ({@link Cursor.AtOnce}), wakes the other cursors' threads. Any thread.
   */
  void announce() {
    List<Cursor> served = claimed();
    int done = 0;
    try {
      while (done < served.size()) {
        giveBack(served.get(done), served.get(done).serve());
        done++;
      }
    } finally {
      // Whatever was thrown, no cursor's thread waits for ever.
      for (int i = done; i < served.size(); i++) {
        giveBack(served.get(i), false);
      }
    }
  }

  private void giveBack(Cursor cursor, boolean all) {
    lock.lock();
    try {
      cursor.giveBack(all && !isDue(cursor));
    } finally {
      lock.unlock();
    }
  }

  /** The cursors that this thread is to serve; the others that wait are woken. */
  private List<Cursor> claimed() {
    lock.lock();
    try {
      if (!news) {
        return List.of();
      }
      news = false;
      if (waiting.size() == 1) {
        // Mostly one client reads; what is made here is made for each delta.
        return claim(waiting.getFirst()) ? List.of(waiting.getFirst()) : List.of();
      }
      List<Cursor> served = new ArrayList<>(Math.min(waiting.size(), SERVED_MAX));
      for (Cursor cursor : waiting) {
        if (served.size() == SERVED_MAX) {
          cursor.wake();
        } else if (claim(cursor)) {
          served.add(cursor);
        }
      }
      return served;
    } finally {
      lock.unlock();
    }
  }

  /** Whether this thread is to serve it; its own is woken if not. */
  private boolean claim(Cursor cursor) {
    List<TurnEvent> few = cursor.canBeServed() ? few(cursor.position()) : List.of();
    if (few.isEmpty()) {
      cursor.wake();
      return false;
    }
    cursor.claim(few);
    return true;
  }

  /** The events after a position; none when they are many or no longer in memory. */
  private List<TurnEvent> few(long after) {
    return window.reaches(after) && window.end() - after <= Cursor.BEHIND ? window.after(after) : List.of();
  }

  /** Whether there is a reason for the cursor's thread to go on. */
  private boolean isDue(Cursor cursor) {
    return cursor.position() < window.end() || ended.getAsBoolean() || cursor.isClosed();
  }

  /** With the lock held, by the cursor's thread: waits until there is a reason to go on, at most so long. */
  void await(Cursor cursor, long nanos) throws InterruptedException {
    if (isDue(cursor)) {
      return;
    }
    waiting.add(cursor);
    try {
      long left = nanos;
      while (left > 0 && !isDue(cursor)) {
        left = cursor.sleep(left);
      }
    } finally {
      cursor.awaitGivenBack();
      waiting.remove(cursor);
    }
  }
}

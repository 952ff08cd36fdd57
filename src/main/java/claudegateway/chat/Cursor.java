package claudegateway.chat;

import claudegateway.json.Slice;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;

/**
 * A reader's place in a {@link Turn}. Every event is seen once, in order; a cursor that is behind (by more than
 * {@link #BEHIND} events) gets neighbouring pieces of the same text folded into one, under the position of the last.
 *
 * <p>Used by one thread; {@link #close()} may be called by another and ends a wait.
 *
 * <p>Waking that thread for each event costs more than what it then does. So it may leave a part of its work to the
 * thread that appends ({@link AtOnce}): only while it waits in {@link #next}, and it does not return from there
 * before the other one has finished. Whatever the two share needs no other lock.
 */
public final class Cursor implements AutoCloseable {
  /** Takes an event on the thread that appended it. */
  public interface AtOnce {
    AtOnce NEVER = (_, _) -> false;

    /**
     * Must not block and not throw. False leaves the event to the cursor's own thread: it is the next that it gets.
     *
     * @param position the event's place in the log
     */
    boolean take(long position, TurnEvent event);
  }

  /** Events that are taken from the log at once. */
  private static final int BATCH_MAX = 512;

  /** A hiccup of the machine is not worth folding: clients see tokens come one by one. */
  static final int BEHIND = 8;

  /** Bytes of text in one folded event. */
  public static final int FOLD_MAX = 32 << 10;

  private final Turn turn;
  private final ArrayDeque<Turn.Entry> ahead = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private long position;
  private boolean begun;
  private boolean behind;
  private AtOnce atOnce = AtOnce.NEVER;

  /** With the turn's lock, as all below. */
  private final Condition woken;
  /** What the appending thread is about to hand out; empty unless it has claimed this cursor. */
  private List<TurnEvent> claimed = List.of();
  private boolean leaving;

  Cursor(Turn turn, long after) {
    this.turn = turn;
    this.position = after;
    this.woken = turn.newCondition();
  }

  /** From now on, who appends may hand events out itself while this cursor's thread waits. */
  public void atOnce(AtOnce taker) {
    atOnce = taker;
  }

  /**
   * The next event, waiting for it at most so long. Nothing is handed out before the user's message is
   * committed. Empty at the time limit, and after {@link #close()} (see {@link #isClosed()}).
   */
  public Optional<Turn.Entry> next(Duration wait) throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    if (ahead.isEmpty()) {
      ahead.addAll(turn.await(this, BATCH_MAX, wait.toNanos()));
      behind = ahead.size() > BEHIND;
    }
    if (closed.get() || ahead.isEmpty() || !acceptedBy(deadline)) {
      return Optional.empty();
    }
    Turn.Entry entry = fold(ahead.removeFirst());
    position = entry.position();
    return Optional.of(entry);
  }

  /** The position of the last event that was handed out. */
  public long position() {
    return position;
  }

  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      turn.closed(this);
    }
  }

  /** With the lock held, while this cursor's thread waits. */
  boolean canBeServed() {
    return atOnce != AtOnce.NEVER && begun && !isClaimed() && !closed.get();
  }

  /** With the lock held, when it can be served. @param few the next events, for {@link #serve}; not empty */
  void claim(List<TurnEvent> few) {
    claimed = few;
  }

  private boolean isClaimed() {
    return !claimed.isEmpty();
  }

  /** Hands out what was claimed, without the lock; returns whether all was taken. */
  boolean serve() {
    // Without an iterator, which would be one object more for each delta.
    for (int i = 0; i < claimed.size(); i++) {
      if (!atOnce.take(position + 1, claimed.get(i))) {
        return false;
      }
      position++;
    }
    return true;
  }

  /** With the lock held. @param sleepOn whether there is nothing for the cursor's own thread to do */
  void giveBack(boolean sleepOn) {
    claimed = List.of();
    if (!sleepOn || leaving) {
      wake();
    }
  }

  /** With the lock held. */
  void wake() {
    woken.signal();
  }

  /** With the lock held, by this cursor's thread. Returns the nanoseconds that are left. */
  long sleep(long nanos) throws InterruptedException {
    return woken.awaitNanos(nanos);
  }

  /** With the lock held, by this cursor's thread: the end of a claim may have to wait for one write to a socket. */
  void awaitGivenBack() {
    leaving = true;
    while (isClaimed()) {
      woken.awaitUninterruptibly();
    }
    leaving = false;
  }

  private boolean acceptedBy(long deadline) throws InterruptedException {
    if (begun) {
      return true;
    }
    try {
      turn.accepted().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException notYet) {
      return false;
    } catch (ExecutionException refused) {
      // The log says so too: a turn whose message was not stored ends with Failed.
    }
    begun = true;
    return true;
  }

  private Turn.Entry fold(Turn.Entry first) {
    Slice start = first.event().piece();
    if (start.isEmpty() || !behind || ahead.isEmpty() || !sameText(first.event(), ahead.getFirst().event())) {
      return first;
    }
    List<Slice> parts = new ArrayList<>();
    parts.add(start);
    int length = start.length();
    long end = first.position();
    while (!ahead.isEmpty() && sameText(first.event(), ahead.getFirst().event())) {
      Slice more = ahead.getFirst().event().piece();
      length += more.length();
      if (length > FOLD_MAX) {
        break;
      }
      parts.add(more);
      end = ahead.removeFirst().position();
    }
    Slice all = Slice.join(parts);
    return new Turn.Entry(end, switch (first.event()) {
      case TurnEvent.Text _ -> new TurnEvent.Text(all);
      case TurnEvent.Thinking _ -> new TurnEvent.Thinking(all);
      case TurnEvent.ToolArguments(int index, _) -> new TurnEvent.ToolArguments(index, all);
      case TurnEvent other -> other;
    });
  }

  private static boolean sameText(TurnEvent one, TurnEvent other) {
    return one.getClass() == other.getClass()
        && (!(one instanceof TurnEvent.ToolArguments(int index, _))
            || index == ((TurnEvent.ToolArguments) other).index());
  }
}

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

/**
 * A reader's place in a {@link Turn}. Every event is seen once, in order; a cursor that is behind (by more than
 * {@link #BEHIND} events) gets neighbouring pieces of the same text folded into one, under the position of the last.
 *
 * <p>Used by one thread; {@link #close()} may be called by another and ends a wait.
 */
public final class Cursor implements AutoCloseable {
  /** Events that are taken from the log at once. */
  private static final int BATCH_MAX = 512;

  /** A hiccup of the machine is not worth folding: clients see tokens come one by one. */
  private static final int BEHIND = 8;

  /** Bytes of text in one folded event. */
  public static final int FOLD_MAX = 32 << 10;

  private final Turn turn;
  private final ArrayDeque<Turn.Entry> ahead = new ArrayDeque<>();
  private long position;
  private boolean begun;
  private boolean behind;
  private final AtomicBoolean closed = new AtomicBoolean();

  Cursor(Turn turn, long after) {
    this.turn = turn;
    this.position = after;
  }

  /**
   * The next event, waiting for it at most so long. Nothing is handed out before the user's message is
   * committed. Empty at the time limit, and after {@link #close()} (see {@link #isClosed()}).
   */
  public Optional<Turn.Entry> next(Duration wait) throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    if (ahead.isEmpty()) {
      ahead.addAll(turn.await(position, BATCH_MAX, wait.toNanos(), this));
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
      turn.closed();
    }
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
    Slice start = text(first.event());
    if (start == null || !behind || ahead.isEmpty() || !sameText(first.event(), ahead.getFirst().event())) {
      return first;
    }
    List<Slice> parts = new ArrayList<>();
    parts.add(start);
    int length = start.length();
    long end = first.position();
    while (!ahead.isEmpty() && sameText(first.event(), ahead.getFirst().event())) {
      Slice more = text(ahead.getFirst().event());
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

  /** The event's text when it is one that can be folded, else null. */
  private static Slice text(TurnEvent event) {
    return switch (event) {
      case TurnEvent.Text(Slice json) -> json;
      case TurnEvent.Thinking(Slice json) -> json;
      case TurnEvent.ToolArguments(_, Slice json) -> json;
      default -> null;
    };
  }
}

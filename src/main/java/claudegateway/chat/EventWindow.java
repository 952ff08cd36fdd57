package claudegateway.chat;

import java.util.ArrayList;
import java.util.List;

/**
 * The events of a turn that are in memory: all of them, or the last ones, when there are many and the store has the
 * earlier ones. Not thread-safe; by a {@link Turn} with its lock.
 */
final class EventWindow {
  /** What one event costs beside its text. */
  private static final int EVENT_OVERHEAD = 96;

  /** Indices that are left empty at the front, before the others move there. */
  private static final int EMPTY_MAX = 1024;

  /** Position {@code dropped + i + 1} is at index {@code first + i}; what is before {@code first} is gone. */
  private final ArrayList<TurnEvent> events = new ArrayList<>();
  private int first;
  private long dropped;
  private long stored;
  private long bytes;
  private long bytesMax;

  /**
   * @param stored so many events are with the store, and not here
   * @param bytesMax what is kept of that which the store has, with what it has not
   */
  EventWindow(long stored, long bytesMax) {
    this.dropped = stored;
    this.stored = stored;
    this.bytesMax = bytesMax;
  }

  void add(TurnEvent event) {
    events.add(event);
    bytes += cost(event);
    trim();
  }

  /** The store has everything up to this position. */
  void storedUpTo(long position) {
    stored = Math.max(stored, position);
    trim();
  }

  void bytesMax(long most) {
    bytesMax = most;
    trim();
  }

  /** Of the events here, with their overhead. */
  long bytes() {
    return bytes;
  }

  /** The last event's position. */
  long end() {
    return dropped + held();
  }

  /** Whether what follows the position is here, as far as there is any. */
  boolean reaches(long position) {
    return position >= dropped;
  }

  /** Up to so many events after a position that the window reaches. */
  List<Turn.Entry> entries(long after, int most) {
    int from = index(after);
    int count = Math.clamp(events.size() - from, 0, most);
    List<Turn.Entry> found = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      found.add(new Turn.Entry(after + i + 1, events.get(from + i)));
    }
    return found;
  }

  /** All events after a position that the window reaches; mostly it is one. */
  List<TurnEvent> after(long position) {
    return position == end() - 1 ? List.of(events.getLast())
        : List.copyOf(events.subList(index(position), events.size()));
  }

  /** The same until they have so many bytes, without a turn's end; empty when the window does not reach so far. */
  Turn.Run run(long after, int most) {
    int from = reaches(after) ? index(after) : events.size();
    int to = from;
    for (long cost = 0; to < events.size() && cost < most && !events.get(to).isLast(); to++) {
      cost += cost(events.get(to));
    }
    return new Turn.Run(after + 1, List.copyOf(events.subList(from, to)));
  }

  /** Where the event after a position is. One beyond the end, as a client may make it up, is compared first. */
  private int index(long after) {
    return first + (int) Math.min(after - dropped, held());
  }

  private int held() {
    return events.size() - first;
  }

  private void trim() {
    while (bytes > bytesMax && dropped < stored && held() > 1) {
      bytes -= cost(events.set(first, null));
      first++;
      dropped++;
    }
    if (first > EMPTY_MAX && first > events.size() / 2) {
      events.subList(0, first).clear();
      first = 0;
    }
  }

  private static int cost(TurnEvent event) {
    return EVENT_OVERHEAD + (event instanceof TurnEvent.Activity activity ? activity.size() : event.piece().length());
  }
}

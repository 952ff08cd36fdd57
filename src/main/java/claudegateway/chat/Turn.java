package claudegateway.chat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One user message and all that comes back: a log with one writer and any number of {@link Cursor}s.
 *
 * <p>A position is the number of events before an event's end: the first event is at position 1, and a cursor
 * "after 0" sees everything. The log keeps at most {@link #MEMORY_MAX} bytes; what is older is dropped once the
 * store has it, and a cursor that is further behind reads it from the {@link Archive}.
 *
 * <p>Thread rules: {@link #append} by one thread at a time (the child's reader, later the thread that ends the
 * turn); everything else by any thread. Nothing here blocks on a reader of the log; {@link #awaitRoom} is for a
 * child that says more than the store takes.
 */
public final class Turn {
  /** Bytes of events, with their overhead, that one turn keeps in memory. */
  public static final int MEMORY_MAX = 16 << 20;

  /** The same for one that has ended and is kept for clients that come back. */
  static final int ENDED_MEMORY_MAX = 256 << 10;

  /**
   * What may wait for the store beyond that, before the one that writes the log is asked to wait too: the store
   * takes a multiple of it in a second.
   */
  static final int BACKLOG_MAX = 32 << 20;

  /** What a reader gets in the place of events that are neither here nor in the store: the session was deleted, say. */
  private static final TurnEvent NO_LONGER_KEPT = new TurnEvent.Failed(Failure.of(Failure.Kind.LIMIT_EXCEEDED,
      "What this answer said before is no longer kept."));

  /** Where the events are that memory no longer holds. */
  public interface Archive {
    /** Events after a position, in order, at least one unless they are no longer kept; blocks on the store. */
    List<Entry> read(String turnId, long after);

    /** A log that is never longer than its memory. */
    Archive NONE = (_, _) -> List.of();
  }

  /** @param position the event's place in the log; for folded events the place of the last one */
  public record Entry(long position, TurnEvent event) {}

  /** Neighbours in the log, unfolded. @param first the place of the first of them */
  record Run(long first, List<TurnEvent> events) {
    boolean isEmpty() {
      return events.isEmpty();
    }

    /** The place of the last of them; of no meaning when there are none. */
    long last() {
      return first + events.size() - 1;
    }
  }

  private final String id;
  private final String sessionId;
  private final String projectId;
  private final Instant created;
  private final Archive archive;
  private final List<String> ignored;
  private final CompletableFuture<Void> accepted = new CompletableFuture<>();
  private final CompletableFuture<TurnEvent> ended = new CompletableFuture<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomMade = lock.newCondition();
  private final EventWindow window;
  private long backlogMax = BACKLOG_MAX;
  private volatile boolean full;
  private final Readers readers;
  private volatile Runnable deserted = () -> {};
  private TurnEvent last;
  private long firstContent;

  public Turn(String id, String sessionId, String projectId, Instant created, Archive archive) {
    this(id, sessionId, projectId, created, archive, List.of());
  }

  /** @param ignored names of parameters that the answering model would have refused */
  Turn(String id, String sessionId, String projectId, Instant created, Archive archive, List<String> ignored) {
    this(id, sessionId, projectId, created, archive, ignored, 0);
  }

  private Turn(String id, String sessionId, String projectId, Instant created, Archive archive,
      List<String> ignored, long stored) {
    this.window = new EventWindow(stored, MEMORY_MAX);
    this.readers = new Readers(lock, window, () -> last != null);
    this.ignored = List.copyOf(ignored);
    this.id = id;
    this.sessionId = sessionId;
    this.projectId = projectId;
    this.created = created;
    this.archive = archive;
  }

  /** A turn that has ended, whose log but for its end is in the archive. @param stored the archive's last position */
  static Turn ended(String id, String sessionId, String projectId, Instant created, Archive archive, long stored,
      TurnEvent last) {
    Turn turn = new Turn(id, sessionId, projectId, created, archive, List.of(), stored);
    turn.accepted.complete(null);
    turn.append(last);
    return turn;
  }

  /** The completion's id, {@code chatcmpl-…}. */
  public String id() {
    return id;
  }

  public String sessionId() {
    return sessionId;
  }

  public String projectId() {
    return projectId;
  }

  public Instant created() {
    return created;
  }

  /** What the request asked and the answering model would have refused, and so was not sent. */
  public List<String> ignored() {
    return ignored;
  }

  /** Done when the user's message is committed; exceptionally (ChatException) when that failed. */
  public CompletableFuture<Void> accepted() {
    return accepted;
  }

  /** Done with the last event; never exceptionally. */
  public CompletableFuture<TurnEvent> ended() {
    return ended;
  }

  /** Adds an event. After the last one (Finished, Failed) nothing more is taken; returns whether it was. */
  boolean append(TurnEvent event) {
    boolean taken = add(event);
    announce();
    return taken;
  }

  /** The same, but that who waits is told by the next {@link #announce}, which the caller owes before it waits. */
  boolean add(TurnEvent event) {
    lock.lock();
    try {
      if (last != null) {
        return false;
      }
      if (firstContent == 0 && isContent(event)) {
        firstContent = System.nanoTime();
      }
      if (event.isLast()) {
        last = event;
        window.bytesMax(ENDED_MEMORY_MAX);
      }
      window.add(event);
      judge();
      readers.news();
    } finally {
      lock.unlock();
    }
    if (event.isLast()) {
      // An ended turn is kept for a while, what ran it is not.
      deserted = () -> {};
      ended.complete(event);
    }
    return true;
  }

  /** Tells the readers what was added. Any thread. */
  void announce() {
    readers.announce();
  }

  /** Whether more of it waits for the store than may wait. */
  boolean isFull() {
    return full;
  }

  /** Waits until it is no longer full, at most so long; returns whether it came to that. By whoever appends. */
  boolean awaitRoom(Duration limit) throws InterruptedException {
    announce();
    lock.lockInterruptibly();
    try {
      long left = limit.toNanos();
      while (full && left > 0) {
        left = roomMade.awaitNanos(left);
      }
      return !full;
    } finally {
      lock.unlock();
    }
  }

  /** Whether so much is in memory that the store should have it soon. */
  boolean isPressing() {
    lock.lock();
    try {
      return window.bytes() > MEMORY_MAX / 2;
    } finally {
      lock.unlock();
    }
  }

  /** The store has everything up to this position: it may be dropped from memory. */
  void storedUpTo(long position) {
    lock.lock();
    try {
      window.storedUpTo(position);
      makeRoom();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more comes but the end: what the store has need not stay in memory. */
  void saidAll() {
    lock.lock();
    try {
      window.bytesMax(ENDED_MEMORY_MAX);
      makeRoom();
    } finally {
      lock.unlock();
    }
  }

  /** What of it may wait for the store, in bytes; {@link #BACKLOG_MAX} at first. */
  void backlogMax(long bytes) {
    lock.lock();
    try {
      backlogMax = bytes;
      makeRoom();
    } finally {
      lock.unlock();
    }
  }

  private void makeRoom() {
    judge();
    if (!full) {
      roomMade.signalAll();
    }
  }

  /** What to do when the last client's cursor is closed before the end; called without the lock held. */
  void onDeserted(Runnable action) {
    deserted = action;
  }

  /** Whether a client reads this turn now. */
  boolean hasReaders() {
    return readers.any();
  }

  /** A reader for a client, from after a position. It counts as a reader until it is closed. */
  public Cursor cursor(long after) {
    readers.begin();
    return new Cursor(this, after);
  }

  public long position() {
    lock.lock();
    try {
      return window.end();
    } finally {
      lock.unlock();
    }
  }

  /** When the model's first words came ({@link System#nanoTime}); empty before, and for a turn read from the store. */
  public OptionalLong firstContentNanos() {
    lock.lock();
    try {
      return firstContent == 0 ? OptionalLong.empty() : OptionalLong.of(firstContent);
    } finally {
      lock.unlock();
    }
  }

  private static boolean isContent(TurnEvent event) {
    return event instanceof TurnEvent.Text || event instanceof TurnEvent.Thinking
        || event instanceof TurnEvent.ToolCall;
  }

  public Optional<TurnEvent> lastEvent() {
    lock.lock();
    try {
      return Optional.ofNullable(last);
    } finally {
      lock.unlock();
    }
  }

  /** The text so far; without its beginning none, when that is no longer in memory. */
  Message said() {
    Answer answer = new Answer();
    peek(0, Integer.MAX_VALUE).events().forEach(answer::text);
    return answer.message();
  }

  /**
   * Events after a position that are in memory now, until they have so many bytes, without the turn's end. Empty when
   * there are none, or when what follows the position is not in memory any more.
   */
  Run peek(long after, int bytes) {
    lock.lock();
    try {
      return window.run(after, bytes);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Events after the cursor's position, waiting for the first one at most so long. Empty at the time limit or when
   * the cursor was closed in between. The position may have moved on meanwhile (see {@link Cursor.AtOnce}).
   */
  List<Entry> await(Cursor cursor, int max, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      readers.await(cursor, nanos);
      if (window.reaches(cursor.position())) {
        return window.entries(cursor.position(), max);
      }
    } finally {
      lock.unlock();
    }
    List<Entry> earlier = archive.read(id, cursor.position());
    return earlier.isEmpty() ? List.of(new Entry(position(), NO_LONGER_KEPT)) : earlier;
  }

  Condition newCondition() {
    return lock.newCondition();
  }

  void closed(Cursor cursor) {
    if (readers.end(cursor)) {
      deserted.run();
    }
  }

  /** Finds out whether it is full; the field is volatile, and so is written only when that changes. */
  private void judge() {
    boolean now = window.bytes() > MEMORY_MAX + backlogMax;
    if (full != now) {
      full = now;
    }
  }
}

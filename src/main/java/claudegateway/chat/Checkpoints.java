package claudegateway.chat;

import claudegateway.store.ChunkRow;
import claudegateway.store.Database;
import claudegateway.store.Sql;
import claudegateway.store.TurnChunks;
import claudegateway.store.Turns;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The logs of running turns on their way into the store, in chunks: what is there survives a crash, need not stay in
 * memory, and is read back by whoever is behind.
 *
 * <p>Of each turn one piece of work waits for the store's writer at a time. One that fails is done again.
 */
final class Checkpoints implements Turn.Archive {
  /** Bytes of events, as {@link Turn} counts them, in one chunk; only a single event may be larger. */
  static final int CHUNK_MAX = 512 << 10;

  /** The same for what the store is given of one turn at a time, as bytes of chunks. */
  private static final int CHECKPOINT_MAX = 4 << 20;

  /** Bytes that others' small writes may wait for; more is bulk to the store. */
  static final int PROMPT_MAX = 256 << 10;

  /** Bytes that wait for the store in all turns together, as {@link Turn} counts them; each has its share. */
  private static final long BACKLOGS_MAX = 64 << 20;

  /** Chunks that are read back at once: with {@link #CHUNK_MAX} what a client that does not read holds in memory. */
  private static final int READ_MAX = 4;

  /** In one pass. All of 200 at once keep a core busy so long that everybody's deltas are late by it. */
  static final int TURNS_MAX = 40;

  private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());

  private final Database database;
  private final ConcurrentHashMap<Turn, Progress> running = new ConcurrentHashMap<>();
  private volatile long pass;

  Checkpoints(Database database) {
    this.database = database;
  }

  /** How far the store has got with a turn. */
  private static final class Progress {
    private long stored;
    /** Bytes of what the store is busy with; 0 when that is nothing. */
    private long underWay;
    private boolean ended;
    /** The pass in which it last had its turn, or before which it began; only the passes' own thread asks. */
    private long lastPass;

    Progress(long lastPass) {
      this.lastPass = lastPass;
    }

    /** What the store shall have next; empty while it is still busy with the last. */
    synchronized List<ChunkRow> next(Turn turn) {
      if (ended || underWay > 0) {
        return List.of();
      }
      List<ChunkRow> chunks = chunks(turn, stored);
      for (ChunkRow chunk : chunks) {
        underWay += chunk.bytes().length;
      }
      return chunks;
    }

    /** Nothing more comes. @return whether what is under way, or still missing of the turn that has ended, is bulk */
    synchronized boolean end(Turn turn) {
      ended = true;
      if (isBulk(underWay)) {
        return true;
      }
      Turn.Run rest = turn.peek(stored, PROMPT_MAX);
      return !rest.isEmpty() && rest.last() < turn.position();
    }

    synchronized void done(long position) {
      stored = Math.max(stored, position);
      underWay = 0;
    }
  }

  void begin(Turn turn) {
    running.put(turn, new Progress(pass));
    turn.backlogMax(backlogMax());
  }

  /**
   * Gives the store what running turns have said since the last time; called every 200 ms or so, by one thread at a
   * time. Of more than {@link #TURNS_MAX} that said something those have their turn that waited longest, and those
   * besides that hold much in memory.
   */
  void run() {
    long now = ++pass;
    long backlogMax = backlogMax();
    List<Map.Entry<Turn, Progress>> waiting = new ArrayList<>(running.entrySet());
    waiting.sort(Comparator.comparingLong(entry -> entry.getValue().lastPass));
    int left = TURNS_MAX;
    for (Map.Entry<Turn, Progress> entry : waiting) {
      Turn turn = entry.getKey();
      turn.backlogMax(backlogMax);
      if ((left > 0 || turn.isPressing()) && checkpoint(turn, entry.getValue())) {
        entry.getValue().lastPass = now;
        left--;
      }
    }
  }

  /** @return whether it had said anything that the store is not busy with */
  private boolean checkpoint(Turn turn, Progress progress) {
    // With its lock: the turn's end must not come between, and be offered to the store before this.
    synchronized (progress) {
      List<ChunkRow> chunks = progress.next(turn);
      if (chunks.isEmpty()) {
        return false;
      }
      write(turn, chunks, progress.underWay)
          .whenComplete((known, failure) -> written(turn, progress, chunks, known, failure));
      return true;
    }
  }

  private long backlogMax() {
    return Math.min(Turn.BACKLOG_MAX, BACKLOGS_MAX / Math.max(1, running.size()));
  }

  private static void written(Turn turn, Progress progress, List<ChunkRow> chunks, Boolean known, Throwable failure) {
    if (failure == null && known) {
      long position = chunks.getLast().position();
      progress.done(position);
      turn.storedUpTo(position);
    } else {
      progress.done(0);
      if (failure != null) {
        LOG.log(Level.ERROR, "a running answer could not be checkpointed: {0}", failure.getMessage());
      }
    }
  }

  /** @return false when the store does not know the turn: its beginning is still to come, or it was deleted */
  private CompletableFuture<Boolean> write(Turn turn, List<ChunkRow> chunks, long bytes) {
    Database.Work<Boolean> work = sql -> {
      if (!Turns.exists(sql, turn.id())) {
        return false;
      }
      append(sql, turn, chunks);
      return true;
    };
    return isBulk(bytes) ? database.writeBulk(bytes, work) : database.write(work);
  }

  static boolean isBulk(long bytes) {
    return bytes > PROMPT_MAX;
  }

  /**
   * No more checkpoints of a turn: it has ended.
   *
   * @return whether so much of it is still on its way that the store should have it by {@link #rest} first
   */
  boolean end(Turn turn) {
    return Optional.ofNullable(running.remove(turn)).map(progress -> progress.end(turn)).orElse(false);
  }

  /**
   * Gives the store what it does not have of a long turn that has ended, part by part, so that others' come between.
   * Never fails: what is left is for {@link #appendRest}.
   */
  CompletableFuture<Void> rest(Turn turn) {
    turn.saidAll();
    return rest(turn, -1);
  }

  private CompletableFuture<Void> rest(Turn turn, long before) {
    return database.writeBulk(CHECKPOINT_MAX, sql -> appendNext(sql, turn)).thenCompose(stored -> {
      turn.storedUpTo(stored);
      return goesOn(turn, before, stored) ? rest(turn, stored) : CompletableFuture.<Void>completedFuture(null);
    }).exceptionally(_ -> null);
  }

  /** On the store's writer thread: appends what the store does not have of a turn that has ended. */
  static void appendRest(Sql sql, Turn turn) throws SQLException {
    long before = -1;
    long stored = appendNext(sql, turn);
    while (goesOn(turn, before, stored)) {
      before = stored;
      stored = appendNext(sql, turn);
    }
  }

  /** It goes no further when the session was deleted meanwhile, with what is no longer in memory. */
  private static boolean goesOn(Turn turn, long before, long stored) {
    return stored > before && stored < turn.position();
  }

  /** @return the position up to which the store has it now */
  private static long appendNext(Sql sql, Turn turn) throws SQLException {
    long stored = TurnChunks.lastPosition(sql, turn.id()).orElse(0L);
    List<ChunkRow> chunks = chunks(turn, stored);
    append(sql, turn, chunks);
    return chunks.isEmpty() ? stored : chunks.getLast().position();
  }

  private static void append(Sql sql, Turn turn, List<ChunkRow> chunks) throws SQLException {
    for (ChunkRow chunk : chunks) {
      TurnChunks.append(sql, turn.id(), chunk);
    }
  }

  /** What a turn has said after a position, until that is {@link #CHECKPOINT_MAX}. */
  private static List<ChunkRow> chunks(Turn turn, long after) {
    List<ChunkRow> chunks = new ArrayList<>();
    long bytes = 0;
    Optional<ChunkRow> chunk = chunk(turn, after);
    while (chunk.isPresent()) {
      chunks.add(chunk.get());
      bytes += chunk.get().bytes().length;
      chunk = bytes < CHECKPOINT_MAX ? chunk(turn, chunk.get().position()) : Optional.empty();
    }
    return chunks;
  }

  /** What a turn has said after a position, without its end. */
  private static Optional<ChunkRow> chunk(Turn turn, long after) {
    Turn.Run run = turn.peek(after, CHUNK_MAX);
    return run.isEmpty() ? Optional.empty()
        : Optional.of(new ChunkRow(run.last(), TurnCodec.KIND, TurnCodec.encode(run)));
  }

  @Override
  public List<Turn.Entry> read(String turnId, long after) {
    List<Turn.Entry> entries = new ArrayList<>();
    long last = after;
    for (ChunkRow chunk : database.read(sql -> TurnChunks.after(sql, turnId, after, READ_MAX))) {
      for (Turn.Entry entry : TurnCodec.decode(chunk.bytes())) {
        // Chunks that were stored in earlier versions may overlap.
        if (entry.position() > last) {
          entries.add(entry);
          last = entry.position();
        }
      }
    }
    return entries;
  }
}

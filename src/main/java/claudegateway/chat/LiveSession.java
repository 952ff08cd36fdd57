package claudegateway.chat;

import claudegateway.claude.ClaudeProcess;
import claudegateway.store.SessionRow;
import claudegateway.store.TurnRow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A session that is in use: its row, its process if it has one, and who may use it now. One turn at a time: whoever
 * has claimed it may change its process.
 */
final class LiveSession {
  /** How long somebody waits for us, when no turn runs: a fork takes some milliseconds. */
  private static final Duration UPKEEP_MAX = Duration.ofSeconds(5);

  private final Path folder;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private volatile SessionRow row;
  private final AtomicReference<Agent> agent = new AtomicReference<>();
  private final AtomicReference<TurnRelay> homeless = new AtomicReference<>();
  private volatile ClaudeProcess warm;
  private volatile ClaudeProcess leaving;
  private byte[] lineage;
  private volatile TurnRow head;
  private volatile End lastEnd;
  private volatile boolean claimed;
  private volatile boolean deleted;
  private boolean promised;
  private boolean upkeep;
  private volatile long usedNanos = System.nanoTime();
  private int waiting;

  LiveSession(SessionRow row, Path folder) {
    this.row = row;
    this.folder = folder;
  }

  String id() {
    return row.id();
  }

  SessionRow row() {
    return row;
  }

  void row(SessionRow changed) {
    row = changed;
  }

  Path folder() {
    return folder;
  }

  Optional<Agent> agent() {
    Agent now = agent.get();
    return now != null && now.isAlive() ? Optional.of(now) : Optional.empty();
  }

  void agent(Agent next) {
    agent.set(next);
    // One that ended by itself is not kept, with its buffers, until the session's next message.
    next.process().exited().thenRun(() -> agent.compareAndSet(next, null));
  }

  /** When a turn ended, and the uuid of the CLI's last line of it, "" when it said none. */
  record End(Instant at, String lastUuid) {}

  /** How its last turn ended; empty when that was before it was in use here. */
  Optional<End> lastEnd() {
    return Optional.ofNullable(lastEnd);
  }

  void lastEnd(End end) {
    lastEnd = end;
  }

  /** The hash after its last message, which the store may not have yet; empty before the first one here. */
  Optional<byte[]> lineage() {
    lock.lock();
    try {
      return Optional.ofNullable(lineage);
    } finally {
      lock.unlock();
    }
  }

  /** Its next turn begins, with this hash. */
  void lineage(byte[] hash) {
    lock.lock();
    try {
      lineage = hash;
      head = null;
    } finally {
      lock.unlock();
    }
  }

  /** The store has refused the last message: what it has counts. */
  void forgetLineage() {
    lineage(null);
  }

  /** The store has the end of a turn, which is the session's head unless another one has begun. */
  void stored(TurnRow ended) {
    lock.lock();
    try {
      if (lineage != null && !isBeyond(ended)) {
        head = ended;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Its last turn, when that ended here and is stored. */
  Optional<TurnRow> head() {
    return Optional.ofNullable(head);
  }

  /** Whether its last turn is another one than this, as far as is known without a look at the database. */
  boolean isBeyond(TurnRow turn) {
    return lineage().filter(last -> turn.lineage().filter(hash -> Arrays.equals(hash, last)).isEmpty()).isPresent();
  }

  /** A process that was started ahead of the first message and has not been told anything yet. */
  Optional<ClaudeProcess> warm() {
    ClaudeProcess now = warm;
    return now != null && now.isAlive() ? Optional.of(now) : Optional.empty();
  }

  void warm(ClaudeProcess process) {
    warm = process;
  }

  boolean hasProcess() {
    return agent().isPresent() || warm().isPresent();
  }

  /** Hands its process, if there is one, to its end; returns it. Only for whoever has claimed it. */
  Optional<ClaudeProcess> endProcess() {
    Optional<ClaudeProcess> process = agent().map(Agent::process).or(this::warm);
    process.ifPresent(idle -> {
      leaving = idle;
      idle.close(false);
      // A session that is idle for long does not hold on to its last process's buffers.
      idle.exited().thenRun(() -> forget(idle));
    });
    agent.set(null);
    warm = null;
    return process;
  }

  private void forget(ClaudeProcess gone) {
    lock.lock();
    try {
      if (leaving == gone) {
        leaving = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Done when no process that was ended still writes to the transcript. */
  CompletableFuture<Void> left() {
    ClaudeProcess last = leaving;
    return last == null ? CompletableFuture.completedFuture(null) : last.exited();
  }

  boolean isClaimed() {
    return claimed;
  }

  /** The turn that runs now. */
  Optional<TurnRelay> running() {
    Agent now = agent.get();
    return Optional.ofNullable(now == null ? null : now.current())
        .or(() -> Optional.ofNullable(homeless.get()).filter(relay -> !relay.isOver()));
  }

  /** Its turn runs on while it gets another process. */
  void homeless(TurnRelay relay) {
    homeless.set(relay);
  }

  /** The turn has a process, or has ended. */
  void housed(TurnRelay relay) {
    homeless.compareAndSet(relay, null);
  }

  /** Nanoseconds since the last turn ended; of no meaning while one runs. */
  long idleNanos(long now) {
    return now - usedNanos;
  }

  long usedNanos() {
    return usedNanos;
  }

  /**
   * Takes the session for one turn, waiting for a running one at most so long; false when it is still busy then, or
   * deleted. The gateway's own upkeep is waited for in any case: it is no answer to anybody.
   */
  boolean claim(Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = wait.toNanos();
      long upkeepLeft = UPKEEP_MAX.toNanos();
      waiting++;
      try {
        while (claimed && !deleted && (upkeep ? upkeepLeft : left) > 0) {
          if (upkeep) {
            upkeepLeft = freed.awaitNanos(upkeepLeft);
          } else {
            left = freed.awaitNanos(left);
          }
        }
      } finally {
        waiting--;
      }
      if (claimed || deleted) {
        return false;
      }
      claimed = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the session for a moment, to start or end its process; false when anybody else has it or wants it. */
  boolean claimForUpkeep() {
    lock.lock();
    try {
      if (claimed || deleted || waiting > 0) {
        return false;
      }
      claimed = upkeep = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Who gets the session. */
  enum Claim { FREE, PROMISED, REFUSED }

  /**
   * Takes the session although a turn runs, to replace it: FREE when none runs any more, PROMISED when the session
   * stays claimed, for the caller, at the running turn's end. One may wait like that.
   */
  Claim claimNext() {
    lock.lock();
    try {
      if (deleted || promised || upkeep) {
        return Claim.REFUSED;
      }
      Claim claim = claimed ? Claim.PROMISED : Claim.FREE;
      promised = claimed;
      claimed = true;
      return claim;
    } finally {
      lock.unlock();
    }
  }

  /** Gives it back; called by whoever has claimed it, or on its behalf when its turn is over. */
  void release() {
    lock.lock();
    try {
      claimed = promised;
      promised = upkeep = false;
      usedNanos = System.nanoTime();
      freed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** No more claims. */
  void delete() {
    lock.lock();
    try {
      deleted = true;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isDeleted() {
    return deleted;
  }

  /** Whether its process can be ended without harm: nobody uses it or waits for it. */
  boolean isEvictable() {
    lock.lock();
    try {
      return !claimed && waiting == 0 && hasProcess();
    } finally {
      lock.unlock();
    }
  }
}

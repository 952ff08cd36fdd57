package claudegateway.chat;

import claudegateway.claude.ClaudeProcess;
import claudegateway.store.SessionRow;
import java.nio.file.Path;
import java.time.Duration;
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

  private static final long ANY_PLACE = 0;

  private final Path folder;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private volatile SessionRow row;
  private final AtomicReference<Agent> agent = new AtomicReference<>();
  private final AtomicReference<TurnRelay> homeless = new AtomicReference<>();
  private volatile ClaudeProcess warm;
  private volatile ClaudeProcess leaving;
  private final LastTurn last = new LastTurn();
  private volatile boolean claimed;
  private volatile boolean deleted;
  /** Deleted, or forgotten: nobody finds this object any more. */
  private volatile boolean closed;
  private volatile boolean stopWanted;
  private boolean promised;
  private boolean upkeep;
  private volatile long usedNanos = System.nanoTime();
  private int waiting;
  private long places;

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

  /** What is known of its last turn. */
  LastTurn last() {
    return last;
  }

  Optional<Agent> agent() {
    Agent now = agent.get();
    return now != null && now.isAlive() ? Optional.of(now) : Optional.empty();
  }

  /**
   * Gives it a process; only for whoever has claimed it. Throws ChatException, and ends the process, when the session
   * was deleted meanwhile: nobody would end it later.
   */
  void agent(Agent next) {
    if (!settles(() -> agent.set(next))) {
      next.process().close(false);
      throw Conversations.unknownSession(id());
    }
    // One that ended by itself is not kept, with its buffers, until the session's next message.
    next.process().exited().thenRun(() -> agent.compareAndSet(next, null));
  }

  /** A process that was started ahead of the first message and has not been told anything yet. */
  Optional<ClaudeProcess> warm() {
    ClaudeProcess now = warm;
    return now != null && now.isAlive() ? Optional.of(now) : Optional.empty();
  }

  /** Gives it such a process, which is ended when the session was deleted meanwhile. */
  void warm(ClaudeProcess process) {
    if (!settles(() -> warm = process)) {
      process.close(false);
    }
  }

  /** Takes it away, for whoever has claimed the session. */
  Optional<ClaudeProcess> takeWarm() {
    Optional<ClaudeProcess> taken = warm();
    warm = null;
    return taken;
  }

  private boolean settles(Runnable move) {
    lock.lock();
    try {
      if (!closed) {
        move.run();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
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

  /** The turn that runs now; where another one takes its place, that one. */
  Optional<TurnRelay> running() {
    return Optional.ofNullable(agent.get()).flatMap(Agent::turn).filter(relay -> !relay.isOver())
        .or(() -> Optional.ofNullable(homeless.get()).filter(relay -> !relay.isOver()));
  }

  /** Whether its turn is being stopped, or is over, so that it is free in a moment. */
  boolean isBeingFreed() {
    return Optional.ofNullable(agent.get()).flatMap(Agent::turn).or(() -> Optional.ofNullable(homeless.get()))
        .filter(relay -> relay.isStopping() || relay.isOver()).isPresent();
  }

  /** Whether somebody has it for a turn, which runs or is about to begin. */
  boolean isBusy() {
    lock.lock();
    try {
      return claimed && !upkeep;
    } finally {
      lock.unlock();
    }
  }

  /** Has a turn that is about to begin, perhaps in the place of the running one, not begin; false when there is none. */
  boolean stopBeginning() {
    lock.lock();
    try {
      boolean begins = running().isEmpty() || (promised && agent().filter(Agent::isReplacing).isEmpty());
      stopWanted = claimed && !upkeep && begins;
      return stopWanted;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the turn is not to begin, as whoever has claimed the session finds out before it does. */
  boolean isStopWanted() {
    return stopWanted;
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
   * {@link #isClosed closed}. The gateway's own upkeep is waited for in any case: it is no answer to anybody.
   */
  boolean claim(Duration wait) throws InterruptedException {
    return claim(wait, ANY_PLACE);
  }

  /** The same for a message that {@link #wantPlace wants a place}; false also when it is overtaken. */
  boolean claim(Duration wait, long place) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = wait.toNanos();
      long upkeepLeft = UPKEEP_MAX.toNanos();
      waiting++;
      try {
        while (claimed && !closed && !isOvertaken(place) && (upkeep ? upkeepLeft : left) > 0) {
          if (upkeep) {
            upkeepLeft = freed.awaitNanos(upkeepLeft);
          } else {
            left = freed.awaitNanos(left);
          }
        }
      } finally {
        waiting--;
      }
      if (claimed || closed || isOvertaken(place)) {
        return false;
      }
      claimed = true;
      stopWanted = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A message wants the place of whatever runs: those that want it already, and wait, give up for it. */
  long wantPlace() {
    lock.lock();
    try {
      freed.signalAll();
      return ++places;
    } finally {
      lock.unlock();
    }
  }

  /** Does something to what is there for a message that wants its place, unless it is overtaken: not to the newer one. */
  void underPlace(long place, Runnable action) {
    lock.lock();
    try {
      if (!isOvertaken(place)) {
        action.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether another message has wanted that place since. */
  boolean isOvertaken(long place) {
    lock.lock();
    try {
      return place != ANY_PLACE && place != places;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the session for a moment, to start or end its process; false when anybody else has it or wants it. */
  boolean claimForUpkeep() {
    lock.lock();
    try {
      if (claimed || closed || waiting > 0) {
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
      if (closed || promised || upkeep) {
        return Claim.REFUSED;
      }
      Claim claim = claimed ? Claim.PROMISED : Claim.FREE;
      promised = claimed;
      claimed = true;
      stopWanted = false;
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

  /** Gives back what {@link #claimNext} gave, before a turn has begun with it. */
  void withdraw() {
    lock.lock();
    try {
      if (promised) {
        promised = false;
      } else {
        release();
      }
    } finally {
      lock.unlock();
    }
  }

  /** No more claims, and no more processes. */
  void delete() {
    lock.lock();
    try {
      deleted = closed = true;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether nobody uses it and it has no process: then this object can be forgotten, and is closed with this. */
  boolean closeIfUnused() {
    lock.lock();
    try {
      boolean unused = !claimed && waiting == 0 && !hasProcess();
      closed |= unused;
      return unused;
    } finally {
      lock.unlock();
    }
  }

  /** Whether this object is none that a session is used by any more: there may be another one. */
  boolean isClosed() {
    return closed;
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

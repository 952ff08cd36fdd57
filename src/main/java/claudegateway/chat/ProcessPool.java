package claudegateway.chat;

import claudegateway.claude.ClaudeException;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.Launch;
import claudegateway.json.Json;
import claudegateway.store.ChildRow;
import claudegateway.store.Children;
import claudegateway.store.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Where processes come from: a spare that is ready, or a cold start, within the budget; at most one cold start per
 * core at a time, because ten at once are all served later than one after the other.
 */
final class ProcessPool implements AutoCloseable {
  /** To end what an earlier gateway left takes less; a process that takes longer is not waited for. */
  private static final Duration LEFTOVERS_MAX = Duration.ofSeconds(10);

  private final ClaudeLauncher launcher;
  private final Database database;
  private final ChatSettings settings;
  private final Slots slots;
  private final LongAdder evicted = new LongAdder();
  private final Semaphore coldStarts = new Semaphore(Runtime.getRuntime().availableProcessors(), true);
  private final Spares spares;
  private volatile CompletableFuture<Void> leftoversGone = CompletableFuture.completedFuture(null);
  private final ExecutorService forks =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("claude-fork-", 0).daemon(true).factory());

  /** @param evictIdle ends the process of the longest idle session; false when none is idle */
  ProcessPool(ClaudeLauncher launcher, Database database, ChatSettings settings, BooleanSupplier evictIdle) {
    this.launcher = launcher;
    this.database = database;
    this.settings = settings;
    this.spares = new Spares(this, settings.sparesMax());
    this.slots = new Slots(settings.liveMax(), settings.queueMax(), () -> {
      boolean found = spares.evictOne() || evictIdle.getAsBoolean();
      if (found) {
        evicted.increment();
      }
      return found;
    });
  }

  /** Idle processes that were ended to make room. */
  long evicted() {
    return evicted.sum();
  }

  Slots slots() {
    return slots;
  }

  Spares spares() {
    return spares;
  }

  ClaudeLauncher launcher() {
    return launcher;
  }

  /** @param gone done when nothing is left that an earlier gateway started */
  void startAfter(CompletableFuture<Void> gone) {
    leftoversGone = gone;
  }

  /** Two CLIs on one transcript lose a branch of it: an earlier gateway's goes first. */
  void awaitLeftovers() throws InterruptedException {
    try {
      leftoversGone.get(LEFTOVERS_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException stays) {
      System.getLogger(ProcessPool.class.getName()).log(System.Logger.Level.WARNING,
          "what an earlier gateway left running could not be ended", stays);
    }
  }

  /**
   * A process for a launch; blocks for a slot and a place among the cold starts, at most {@link
   * ChatSettings#slotWait}, and for the fork. Throws ChatException when there is no slot or it can't be started.
   */
  ClaudeProcess start(Launch launch, String owner) throws InterruptedException {
    if (!slots.take(owner, settings.slotWait())) {
      throw new ChatException(Failure.of(Failure.Kind.OVERLOADED, "All " + settings.liveMax()
          + " process slots are busy (MAX_CONCURRENT_SESSIONS). Try again later.", Duration.ofSeconds(5)));
    }
    try {
      coldStarts.acquire();
    } catch (InterruptedException stopped) {
      slots.giveBack();
      throw stopped;
    }
    try {
      return fork(launch);
    } catch (InterruptedException | ClaudeException failed) {
      slots.giveBack();
      coldStarts.release();
      if (failed instanceof InterruptedException stopped) {
        throw stopped;
      }
      throw new ChatException(Failure.of(Failure.Kind.CLAUDE_UNAVAILABLE, failed.getMessage()));
    }
  }

  /** A process that nobody waits for, if there is room and no cold start is held up by it. */
  Optional<ClaudeProcess> startSpare(Launch launch) {
    if (coldStarts.hasQueuedThreads() || !coldStarts.tryAcquire()) {
      return Optional.empty();
    }
    if (!slots.tryTake(1)) {
      coldStarts.release();
      return Optional.empty();
    }
    try {
      return Optional.of(fork(launch));
    } catch (ClaudeException | InterruptedException failed) {
      slots.giveBack();
      coldStarts.release();
      System.getLogger(ProcessPool.class.getName()).log(System.Logger.Level.WARNING,
          "a spare process could not be started: {0}", failed.getMessage());
      return Optional.empty();
    }
  }

  /** The fork blocks in native code, so not on a virtual thread; the start counts as one until the CLI answers. */
  private ClaudeProcess fork(Launch launch) throws InterruptedException {
    CompletableFuture<ClaudeProcess> forking = CompletableFuture.supplyAsync(() -> launcher.start(launch), forks);
    ClaudeProcess process;
    try {
      process = forking.get();
    } catch (InterruptedException stopped) {
      forking.thenAccept(unwanted -> unwanted.close(false));
      throw stopped;
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof ClaudeException known ? known
          : new ClaudeException("the claude program could not be started", failed.getCause());
    }
    ChildRow child = new ChildRow(process.pid(), process.startTime(), process.sessionId(), System.currentTimeMillis());
    database.write(sql -> {
      Children.add(sql, child);
      return null;
    });
    process.exited().whenComplete((_, _) -> {
      slots.giveBack();
      database.write(sql -> {
        Children.remove(sql, child.pid(), child.sessionUuid());
        return null;
      });
    });
    process.ask(Json.object("subtype", "get_binary_version"), ClaudeProcess.START_MAX)
        .whenComplete((_, _) -> coldStarts.release());
    return process;
  }

  @Override
  public void close() {
    spares.close();
    forks.shutdown();
  }
}

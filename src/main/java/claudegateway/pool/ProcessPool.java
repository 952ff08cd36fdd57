package claudegateway.pool;

import claudegateway.claude.ClaudeException;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.Launch;
import claudegateway.claude.Surroundings;
import claudegateway.json.Json;
import claudegateway.pool.ProcessBudget.Charge;
import claudegateway.store.ChildRow;
import claudegateway.store.Children;
import claudegateway.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where processes come from: a spare that is ready, or a cold start, within the budget; at most one cold start per
 * core at a time, until it asks the model, because ten at once are all served later than one after the other.
 */
public final class ProcessPool implements AutoCloseable {
  /** To end what an earlier gateway left takes less; a process that takes longer is not waited for. */
  private static final Duration LEFTOVERS_MAX = Duration.ofSeconds(10);

  /**
   * From its start's end to its first question, which takes 0.25 s of a core with others beside it; one that waits for
   * something else by then, such as the user's MCP servers, does not hold others up any more.
   */
  private static final Duration FIRST_QUESTION_MAX = Duration.ofMillis(750);

  /** A start's peak, and the reading of a transcript, are over by then. */
  private static final Duration SETTLED = Duration.ofSeconds(5);

  private final ClaudeLauncher launcher;
  private final Database database;
  private final PoolSettings settings;
  private final ProcessBudget budget;
  /** Of the living, by pid. */
  private final Map<Long, Charge> charges = new ConcurrentHashMap<>();
  private final LongAdder evicted = new LongAdder();
  private final int coldStartsMax = Runtime.getRuntime().availableProcessors();
  private final Semaphore coldStarts = new Semaphore(coldStartsMax, true);
  private final InstantSource time;
  private final WorkingTrees trees;
  private final Spares spares;
  private volatile CompletableFuture<Void> leftoversGone = CompletableFuture.completedFuture(null);
  private final ExecutorService forks =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("claude-fork-", 0).daemon(true).factory());

  /**
   * @param evictIdle ends the process of the longest idle session; empty when none is idle
   * @param time by which a spare grows old
   */
  public ProcessPool(ClaudeLauncher launcher, Database database, PoolSettings settings,
      Supplier<Optional<ClaudeProcess>> evictIdle, InstantSource time) {
    this.launcher = launcher;
    this.database = database;
    this.settings = settings;
    this.time = time;
    this.trees = new WorkingTrees(launcher::uncommitted, forks, time);
    this.spares = new Spares(this, new Renewal(trees, time), settings.sparesMax(), settings.sparesAfterBurst(), time);
    this.budget = new ProcessBudget(settings.liveMax(), settings.memoryMax(), settings.queueMax(), () -> {
      Optional<ClaudeProcess> ending = spares.evictOne().or(evictIdle);
      ending.ifPresent(process -> {
        evicted.increment();
        Optional.ofNullable(charges.get(process.pid())).ifPresent(Charge::leaves);
      });
      return ending.isPresent();
    });
  }

  /** Idle processes that were ended to make room. */
  public long evicted() {
    return evicted.sum();
  }

  public ProcessBudget budget() {
    return budget;
  }

  public Spares spares() {
    return spares;
  }

  public ClaudeLauncher launcher() {
    return launcher;
  }

  /** @param gone done when nothing is left that an earlier gateway started */
  public void startAfter(CompletableFuture<Void> gone) {
    leftoversGone = gone;
  }

  /** Two CLIs on one transcript lose a branch of it: an earlier gateway's goes first. */
  public void awaitLeftovers() throws InterruptedException {
    try {
      leftoversGone.get(LEFTOVERS_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException stays) {
      System.getLogger(ProcessPool.class.getName()).log(System.Logger.Level.WARNING,
          "what an earlier gateway left running could not be ended", stays);
    }
  }

  /**
   * A process for a launch; blocks for a slot and a place among the cold starts, at most {@link
   * PoolSettings#slotWait}, and for the fork.
   *
   * @param owner the credential whose turn it is in the queue
   * @throws NoRoomException when there is no slot
   * @throws ClaudeException when it can't be started
   */
  public ClaudeProcess start(Launch launch, String owner) throws InterruptedException {
    long transcript = transcriptBytes(launch);
    Charge charge = budget.take(owner, Footprint.starting(transcript), settings.slotWait())
        .orElseThrow(() -> new NoRoomException("There is no room for another process: " + budget.processes() + " of "
            + settings.liveMax() + " live (MAX_CONCURRENT_SESSIONS), they count for " + (budget.bytes() >> 20) + " of "
            + (settings.memoryMax() >> 20) + " MiB (process-memory-mib). Try again later."));
    try {
      coldStarts.acquire();
    } catch (InterruptedException stopped) {
      charge.close();
      throw stopped;
    }
    return holding(charge, () -> fork(launch, charge, transcript, process -> process.modelAsked().copy()
        .completeOnTimeout(null, FIRST_QUESTION_MAX.toMillis(), TimeUnit.MILLISECONDS)));
  }

  private interface Start<T> {
    T run() throws InterruptedException;
  }

  /** Whatever a start throws, and be it for want of a thread: its room and its place are there again. */
  private <T> T holding(Charge charge, Start<T> start) throws InterruptedException {
    boolean started = false;
    try {
      T process = start.run();
      started = true;
      return process;
    } finally {
      if (!started) {
        charge.close();
        coldStarts.release();
      }
    }
  }

  /**
   * A process that nobody waits for, if there is room and no cold start is held up by it.
   *
   * @throws ClaudeException when it can't be started
   */
  public Optional<Spare> startSpare(Launch.Profile profile, String sessionId) {
    if (coldStarts.hasQueuedThreads() || !coldStarts.tryAcquire()) {
      return Optional.empty();
    }
    Optional<Charge> charge = budget.tryTake(Footprint.STARTING);
    if (charge.isEmpty()) {
      coldStarts.release();
      return Optional.empty();
    }
    try {
      return Optional.of(holding(charge.get(), () -> {
        // Before the CLI looks at the same: what changes in between counts as changed.
        Surroundings surroundings = launcher.surroundings(profile.cwd());
        surroundings.repository().ifPresent(trees::look);
        ClaudeProcess process = fork(new Launch(profile, sessionId, new Launch.Origin.Fresh()), charge.get(), 0,
            _ -> CompletableFuture.completedFuture(null));
        launcher.prepare(process);
        return new Spare(process, time.instant(), surroundings, Optional.empty());
      }));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Whether any process starts at present. */
  boolean isStarting() {
    return coldStarts.availablePermits() < coldStartsMax;
  }

  /**
   * The fork blocks in native code, so not on a virtual thread.
   *
   * @param andThen until when the start counts as one after the CLI has answered
   */
  private ClaudeProcess fork(Launch launch, Charge charge, long transcript,
      Function<ClaudeProcess, CompletableFuture<Void>> andThen) throws InterruptedException {
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
    charges.put(process.pid(), charge);
    process.exited().whenComplete((_, _) -> {
      charges.remove(process.pid(), charge);
      charge.close();
      database.write(sql -> {
        Children.remove(sql, child.pid(), child.sessionUuid());
        return null;
      });
    });
    process.ask(Json.object("subtype", "get_binary_version"), ClaudeProcess.START_MAX)
        .handle((_, _) -> {
          charge.become(Footprint.live(transcript));
          return andThen.apply(process);
        })
        .thenCompose(Function.identity()).whenComplete((_, _) -> coldStarts.release());
    return process;
  }

  /** What a process will read before its first turn. */
  private long transcriptBytes(Launch launch) {
    return switch (launch.origin()) {
      case Launch.Origin.Fresh _ -> 0;
      case Launch.Origin.Resume _ -> launcher.transcripts().size(launch.profile().cwd(), launch.sessionId());
      case Launch.Origin.Fork(String parent, _) -> launcher.transcripts().size(launch.profile().cwd(), parent);
    };
  }

  /**
   * Corrects what the processes count for by what they hold; idle ones end when that is too much. Called every few
   * seconds, on a platform thread.
   */
  public void measure() throws InterruptedException {
    for (Map.Entry<Long, Long> held : launcher.residentBytesOfEach(SETTLED).entrySet()) {
      Optional.ofNullable(charges.get(held.getKey()))
          .ifPresent(charge -> charge.become(Footprint.measured(held.getValue())));
    }
  }

  @Override
  public void close() {
    spares.close();
    forks.shutdown();
  }
}

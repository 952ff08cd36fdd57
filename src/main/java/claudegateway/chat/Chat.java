package claudegateway.chat;

import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.Launch.Profile;
import claudegateway.claude.ModelCatalogue;
import claudegateway.pool.ProcessPool;
import claudegateway.store.ChildRow;
import claudegateway.store.Children;
import claudegateway.store.Database;
import claudegateway.store.TurnChunks;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;

/** The running engine: everything behind {@link Conversations} and {@link Sessions}, and its clockwork. */
public final class Chat implements AutoCloseable {
  /** While a turn runs; otherwise {@link #IDLE}. */
  private static final Duration CHECKPOINT_EVERY = Duration.ofMillis(200);
  private static final Duration WATCH_EVERY = Duration.ofMillis(500);
  private static final Duration SPARES_EVERY = Duration.ofMillis(100);

  /** Then there is still a process to be seen that ended, or grew old. */
  private static final Duration IDLE = Duration.ofSeconds(1);

  private static final Duration MEASURE_EVERY = Duration.ofSeconds(5);

  private static final System.Logger LOG = System.getLogger(Chat.class.getName());

  private final ChatSettings settings;
  private final Database database;
  private final ProcessPool pool;
  private final LiveSessions live = new LiveSessions();
  private final RunningTurns turns;
  private final TurnStore store;
  private final Conversations conversations;
  private final Sessions sessions;
  private final CliReports reports = new CliReports();
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2,
      Thread.ofPlatform().name("chat-clock-", 0).daemon(true).factory());
  private final Beat checkpoints;
  private final Beat watch;
  private final Beat spares;

  /**
   * Sets everything going; what an earlier gateway with the same database left behind is ended first, in the
   * background.
   *
   * @param models is kept up to date with what the CLI lists
   */
  public Chat(ChatSettings settings, Database database, ClaudeLauncher launcher, Folders folders,
      AtomicReference<ModelCatalogue> models) {
    this(settings, database, launcher, folders, models, InstantSource.system());
  }

  /** @param time by which it is seen that something is old */
  Chat(ChatSettings settings, Database database, ClaudeLauncher launcher, Folders folders,
      AtomicReference<ModelCatalogue> models, InstantSource time) {
    this.settings = settings;
    this.database = database;
    this.pool = new ProcessPool(launcher, database, settings.pool(), live::evictOne, time);
    this.store = new TurnStore(database);
    this.turns = new RunningTurns(settings, store, clock, () -> pool.budget().idleAppeared(),
        () -> pool.spares().drop(), this::hurry);
    Agents agents = new Agents(pool, database, models, reports);
    this.conversations = new Conversations(settings, database, folders, models, agents,
        new OtherWriter(launcher.transcripts(), time), live, turns);
    this.sessions = new Sessions(database, folders, models, live, pool);
    store.recover();
    sweep();
    pool.spares().keepFor(new Profile(settings.defaultFolder(), models.get().defaultModel().id(), true));
    checkpoints = new Beat(clock, CHECKPOINT_EVERY, IDLE, () -> {
      store.checkpoint();
      return turns.count() > 0;
    });
    watch = new Beat(clock, WATCH_EVERY, IDLE, () -> {
      turns.watch();
      launcher.boundStderr();
      live.closeIdle(settings.idleMax());
      return turns.count() > 0;
    });
    spares = new Beat(clock, SPARES_EVERY, IDLE,
        () -> turns.anyStarting() || agents.anyBeingTold() || pool.spares().refill(turns.count() > 0));
    every(MEASURE_EVERY, this::measure);
    every(MEASURE_EVERY, store::endRefused);
    every(settings.cleanEvery(), this::clean);
  }

  /** A turn has begun. */
  private void hurry() {
    checkpoints.hurry();
    watch.hurry();
    spares.hurry();
  }

  public Conversations conversations() {
    return conversations;
  }

  public Sessions sessions() {
    return sessions;
  }

  public CliReports reports() {
    return reports;
  }

  /** Asks the machine for the processes' memory: not to be called more often than somebody looks. */
  public ChatFigures figures() throws InterruptedException {
    TurnCounts counts = turns.counts();
    return new ChatFigures(turns.count(), counts.ended(), counts.deltas(), counts.models(),
        pool.budget().processes(), settings.pool().liveMax(), pool.budget().bytes(), settings.pool().memoryMax(),
        pool.spares().count(), pool.budget().queued(), pool.launcher().started(), pool.evicted(),
        pool.launcher().residentBytes());
  }

  public int runningTurns() {
    return turns.count();
  }

  public int liveProcesses() {
    return pool.budget().processes();
  }

  /** Requests that wait for a process. */
  public int queued() {
    return pool.budget().queued();
  }

  public int spares() {
    return pool.spares().count();
  }

  private void every(Duration period, Runnable task) {
    new Beat(clock, period, period, () -> {
      task.run();
      return true;
    });
  }

  private void measure() {
    try {
      pool.measure();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void clean() {
    try {
      sessions.dropOldHistories(settings.historyKept());
    } catch (RuntimeException failed) {
      LOG.log(Level.ERROR, "old sessions could not be dropped", failed);
    }
    long before = System.currentTimeMillis() - RunningTurns.LOG_KEPT.toMillis();
    database.write(sql -> TurnChunks.dropEndedBefore(sql, before)).join();
  }

  /** Ends what a killed gateway left running: only what is recorded whole and still the same process. */
  private void sweep() {
    List<ChildRow> left = database.read(Children::all);
    if (left.isEmpty()) {
      return;
    }
    pool.startAfter(CompletableFuture.allOf(left.stream().map(child -> CompletableFuture.runAsync(() -> {
      if (pool.launcher().endLeftover(child.pid(), child.startTime(), child.sessionUuid())) {
        LOG.log(Level.INFO, "ended claude {0}, which an earlier gateway left running", child.pid());
      }
      database.write(sql -> {
        Children.remove(sql, child.pid(), child.sessionUuid());
        return null;
      });
    }, task -> Thread.ofPlatform().name("sweep").daemon(true).start(task))).toArray(CompletableFuture[]::new)));
  }

  /**
   * Ends: lets running turns finish for so long, interrupts the rest, ends every process. Blocks until all of that
   * is done; afterwards no process of ours is left.
   */
  public void close(Duration grace) {
    pool.close();
    await(() -> turns.count() == 0, grace);
    turns.stopAll("The gateway is shutting down.");
    await(() -> turns.count() == 0, Duration.ofSeconds(3));
    clock.shutdownNow();
    List<ClaudeProcess> living = pool.launcher().living();
    living.forEach(process -> process.close(false));
    await(() -> pool.launcher().living().isEmpty(), Duration.ofSeconds(5));
    await(() -> !store.isBehind(), Database.CLOSE_MAX);
    pool.launcher().close();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  private static void await(java.util.function.BooleanSupplier done, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() < deadline) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

package claudegateway.claude;

import claudegateway.json.Json;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One live CLI: its lines come out as events, what it is told goes in as lines.
 *
 * <p>A platform thread of its own reads its stdout (a blocking read of a pipe pins a virtual thread's carrier);
 * {@link Listener}s are called on that thread and must not block. All other methods may be called by any thread
 * and don't block, unless they say so.
 */
public final class ClaudeProcess {
  /** A process that has not answered {@code initialize} by then never will. Starting ten at once takes seconds. */
  public static final Duration START_MAX = Duration.ofSeconds(60);

  /** An answer to any later control request; the slowest known takes 0.1 s. */
  public static final Duration CONTROL_MAX = Duration.ofSeconds(15);

  /** Measured: within 30 ms of the answer to {@code initialize}, often before it. */
  private static final Duration CALLS_TRIED_MAX = Duration.ofSeconds(3);

  private static final int READER_STACK_BYTES = 512 << 10;
  private static final System.Logger LOG = System.getLogger(ClaudeProcess.class.getName());

  /** Who is told what a process says. */
  public interface Listener {
    /** On the reader thread, in the order of the lines. */
    void event(ClaudeEvent event);

    /** On the reader thread, which is about to wait for more: what came was handed out, but for a begun line. */
    default void caughtUp() {}

    /** Once, when nothing more will come. @param why for people */
    void exited(String why);

    Listener NONE = new Listener() {
      @Override
      public void event(ClaudeEvent event) {}

      @Override
      public void exited(String why) {}
    };
  }

  private final Launch launch;
  private final Mark mark;
  private final MarkedProcesses marked;
  private final Process process;
  private final Stdin stdin;
  private final StderrFile stderr;
  private final AgentControl control;
  private final Instant startedAt = Instant.now();
  private final long startTime;
  private final Map<String, CompletableFuture<Json.Obj>> asked = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> exited = new CompletableFuture<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicBoolean initialized = new AtomicBoolean();
  private final CompletableFuture<Void> callsTried = new CompletableFuture<>();
  private final CompletableFuture<Void> modelAsked = new CompletableFuture<>();
  private volatile CompletableFuture<Json.Obj> ready = new CompletableFuture<>();
  private volatile Listener listener = Listener.NONE;

  private ClaudeProcess(Launch launch, Mark mark, MarkedProcesses marked, Process process, StderrFile stderr,
      Stdin.Pool writers) {
    this.launch = launch;
    this.mark = mark;
    this.marked = marked;
    this.process = process;
    this.stderr = stderr;
    this.stdin = new Stdin(process.getOutputStream(), writers);
    this.control = new AgentControl();
    this.startTime = ProcessTree.startTime(process.toHandle());
  }

  /** Starts a child. Blocks for the fork only; throws ClaudeException when it can't be started. */
  static ClaudeProcess start(Launch launch, Mark mark, MarkedProcesses marked, ProcessBuilder builder,
      Path stderrFolder, Stdin.Pool writers) {
    StderrFile stderr = new StderrFile(stderrFolder, mark);
    builder.environment().put(ClaudeEnvironment.MARK, mark.value());
    builder.directory(launch.profile().cwd().toFile()).redirectError(stderr.redirect());
    Process process;
    try {
      process = builder.start();
    } catch (IOException notStarted) {
      throw new ClaudeException("the claude program could not be started: " + notStarted.getMessage(), notStarted);
    }
    try {
      ClaudeProcess started = new ClaudeProcess(launch, mark, marked, process, stderr, writers);
      Thread.ofPlatform().name("claude-" + process.pid()).daemon(true).stackSize(READER_STACK_BYTES)
          .start(started::readAll);
      process.onExit().thenRunAsync(started::exitedWithoutEnd,
          CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS));
      return started;
    } catch (RuntimeException | Error noReader) {
      // For want of a thread, say. Nobody knows of the child yet, and it has started nothing.
      process.destroyForcibly();
      throw noReader;
    }
  }

  public Launch launch() {
    return launch;
  }

  public String sessionId() {
    return launch.sessionId();
  }

  public long pid() {
    return process.pid();
  }

  /** See {@link ProcessTree#startTime}: with the pid it names this process and no later one. */
  public long startTime() {
    return startTime;
  }

  public Instant startedAt() {
    return startedAt;
  }

  public boolean isAlive() {
    return !over.get() && process.isAlive();
  }

  /** Done when the process is gone and its last line was handed out. */
  public CompletableFuture<Void> exited() {
    return exited;
  }

  /**
   * Done when the model is asked for the first time, or a turn or the process has ended without that: what a start
   * takes of the processor is over.
   */
  public CompletableFuture<Void> modelAsked() {
    return modelAsked;
  }

  /** What it is asked to decide: permissions, the client's functions. */
  public AgentControl control() {
    return control;
  }

  public boolean isInitialized() {
    return initialized.get();
  }

  /** Replaces who is told. An exit that happened before is told at once. */
  public void listener(Listener next) {
    listener = next;
    if (over.get()) {
      next.exited(stderr.lastWords());
    }
  }

  /**
   * Sends {@code initialize}, once: only the first one's settings count. The answer lists commands, models and the
   * account. Fails with ClaudeException when the process ends or says nothing for {@link #START_MAX}.
   */
  public CompletableFuture<Json.Obj> initialize(Json.Obj settings) {
    if (initialized.compareAndSet(false, true)) {
      CompletableFuture<Json.Obj> waiting = ready;
      if (!control.tools().isEmpty()) {
        ask(AgentControl.withoutToolSearch(), START_MAX);
      }
      ask(settings.with("subtype", Json.of("initialize")), START_MAX).whenComplete((answer, failure) -> {
        if (failure == null) {
          waiting.complete(answer);
        } else {
          waiting.completeExceptionally(failure);
        }
      });
    }
    return ready;
  }

  /**
   * Waits until a resumed CLI has tried, in vain, to run the calls that waited in its transcript: it says so with a
   * result that nobody asked for, its first. A message that comes before is lost (2.1.330) or answered without tools
   * (2.1.197). Blocks for {@link #CALLS_TRIED_MAX} at most, so that a version that doesn't try is no worse off.
   */
  public void awaitCallsTried() throws InterruptedException {
    try {
      callsTried.get(CALLS_TRIED_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException not) {
      LOG.log(Level.DEBUG, "claude {0} has not tried the calls that wait", pid());
    }
  }

  /** A control request; the answer's body. Fails with ClaudeException on an error, an exit, or after the limit. */
  public CompletableFuture<Json.Obj> ask(Json.Obj request, Duration limit) {
    String id = UUID.randomUUID().toString();
    CompletableFuture<Json.Obj> answer = new CompletableFuture<Json.Obj>()
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    asked.put(id, answer);
    answer.whenComplete((_, _) -> asked.remove(id));
    if (over.get() || !stdin.write(StdinLine.controlRequest(id, request))) {
      answer.completeExceptionally(new ClaudeException("the claude process has ended" + stderr.lastWords()));
    }
    return answer;
  }

  /** Queues a line for stdin; false when the process has ended or takes no more (see {@link Stdin#QUEUE_MAX}). */
  public boolean send(byte[] line) {
    return !over.get() && stdin.write(line);
  }

  /** Asks the CLI to stop what it does; it answers with the turn's result. */
  public CompletableFuture<Json.Obj> interrupt() {
    return ask(Json.object("subtype", "interrupt"), CONTROL_MAX);
  }

  /**
   * Ends the process and all that it started, in steps with deadlines: interrupt if it is busy, EOF, SIGINT,
   * SIGKILL. Returns at once; {@link #exited()} tells when.
   */
  public void close(boolean busy) {
    Thread.ofVirtual().name("closing-claude-" + pid()).start(
        () -> teardown(busy ? this::interrupt : null, stdin::close).run());
  }

  /** SIGKILL for the process and all that it started, now. Blocks for some milliseconds. */
  public void kill() {
    teardown(null, stdin::close).kill();
  }

  private Teardown teardown(Supplier<CompletableFuture<Json.Obj>> interrupt, Runnable endOfInput) {
    return new Teardown(process.toHandle(), marked, mark::isOn, interrupt, endOfInput);
  }

  /** Bounds the file that the child's stderr goes to; called now and then. */
  void boundStderr() {
    stderr.bound();
  }

  private void readAll() {
    ClaudeLines lines = new ClaudeLines(stdout());
    try {
      Optional<ClaudeEvent> event = lines.next();
      while (event.isPresent()) {
        handle(event.get());
        event = lines.next();
      }
    } catch (IOException broken) {
      LOG.log(Level.DEBUG, "stdout of claude {0} broke: {1}", pid(), broken.getMessage());
    } catch (RuntimeException | Error fault) {
      LOG.log(Level.ERROR, "reading from claude " + pid() + " failed, it is ended", fault);
      kill();
    } finally {
      end();
    }
  }

  private InputStream stdout() {
    return new FilterInputStream(process.getInputStream()) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        listener.caughtUp();
        return super.read(bytes, offset, length);
      }
    };
  }

  private void handle(ClaudeEvent event) {
    switch (event) {
      case ClaudeEvent.ControlResponse(String id, boolean success, Json.Obj body, String error) -> {
        CompletableFuture<Json.Obj> answer = asked.remove(id);
        if (answer != null && success) {
          answer.complete(body);
        } else if (answer != null) {
          answer.completeExceptionally(new ClaudeException("claude refused a control request: " + error));
        }
      }
      case ClaudeEvent.ControlRequest request -> {
        send(control.answer(request));
        control.answered(request);
        listener.event(event);
      }
      case ClaudeEvent.Status _ -> {
        modelAsked.complete(null);
        listener.event(event);
      }
      case ClaudeEvent.Result _ -> {
        callsTried.complete(null);
        modelAsked.complete(null);
        listener.event(event);
      }
      case ClaudeEvent.Unreadable(String what, _) -> {
        LOG.log(Level.WARNING, "claude {0} printed {1}", pid(), what);
        listener.event(event);
      }
      case ClaudeEvent.TooLong(long bytes) -> {
        LOG.log(Level.WARNING, "claude {0} printed a line of {1} bytes, which was skipped", pid(), bytes);
        listener.event(event);
      }
      default -> listener.event(event);
    }
  }

  /** The pipe may be held open by something that the child left behind: its exit ends it all the same. */
  private void exitedWithoutEnd() {
    if (!over.get()) {
      LOG.log(Level.WARNING, "claude {0} has exited, but its output is held open by a process it started", pid());
      end();
    }
  }

  private void end() {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    stdin.close();
    String why = stderr.lastWords();
    ClaudeException ended = new ClaudeException("the claude process has ended" + why);
    ready.completeExceptionally(ended);
    callsTried.completeExceptionally(ended);
    modelAsked.complete(null);
    asked.values().forEach(answer -> answer.completeExceptionally(ended));
    listener.exited(why);
    stderr.delete();
    // What it left running is ended too; that needs a look at all processes, so not on this thread.
    Thread.ofPlatform().name("sweeping-after-claude-" + pid()).daemon(true).start(() -> {
      try {
        teardown(null, () -> {}).sweep();
      } finally {
        exited.complete(null);
      }
    });
  }
}

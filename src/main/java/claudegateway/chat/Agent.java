package claudegateway.chat;

import claudegateway.claude.AgentControl;
import claudegateway.claude.ClaudeEvent;
import claudegateway.claude.ClaudeException;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.ClientTool;
import claudegateway.claude.TurnControls;
import claudegateway.json.Json;
import claudegateway.pool.AgentSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A live process in the service of one session: which turn its lines belong to, and what it has cost so far.
 *
 * <p>The CLI says nothing unasked, so all lines between a user line and the result belong to the running turn.
 */
final class Agent implements ClaudeProcess.Listener {
  /** A history line is confirmed after 4 ms; only a dead process takes this long. */
  private static final Duration HISTORY_LINE_MAX = Duration.ofSeconds(10);

  private final ClaudeProcess process;
  private volatile AgentSpec spec;
  private final CliReports reports;
  private final ReentrantLock lock = new ReentrantLock();
  /** Both are written with the lock. */
  private volatile TurnRelay current;
  private volatile TurnRelay next;
  private volatile CompletableFuture<Void> historyLine;
  private final Meter meter;
  private final TodoList todos = new TodoList();
  private TurnControls controls = TurnControls.DEFAULT;
  private volatile ToolNames names = ToolNames.NONE;
  /** By name: the CLI keeps to the first description and schema that a name had. */
  private final Map<String, ClientTool> offered = new HashMap<>();

  Agent(ClaudeProcess process, AgentSpec spec, Meter meter, CliReports reports) {
    this.process = process;
    this.spec = spec;
    this.reports = reports;
    this.meter = meter;
    spec.tools().forEach(tool -> offered.put(tool.name(), tool));
    process.listener(this);
  }

  ClaudeProcess process() {
    return process;
  }

  AgentSpec spec() {
    return spec;
  }

  /** The client's names of the functions that were offered last. */
  ToolNames names() {
    return names;
  }

  void names(ToolNames offered) {
    names = offered;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether another turn has come in the place of the running one. */
  boolean isReplacing() {
    return next != null;
  }

  /** The turn that was begun last, until its session is free. */
  Optional<TurnRelay> turn() {
    return Optional.ofNullable(next).or(() -> Optional.ofNullable(current));
  }

  /**
   * Turns the process's knobs for the next turn; waits for the CLI only when something differs. False when the process
   * has ended meanwhile; throws ClaudeException when the CLI does not obey.
   */
  boolean control(TurnControls wanted) throws InterruptedException {
    boolean obeyed = obeys(wanted.requestsAfter(controls));
    controls = wanted;
    return obeyed;
  }

  /** Whether nothing would have to be turned for this. */
  boolean isSetTo(TurnControls wanted) {
    return wanted.requestsAfter(controls).isEmpty();
  }

  /** Ends one that has taken only a part of it, or perhaps all: another turn must not run with this one's knobs. */
  private boolean obeys(List<Json.Obj> requests) throws InterruptedException {
    try {
      for (Json.Obj request : requests) {
        await(process.ask(request, ClaudeProcess.CONTROL_MAX));
      }
      return true;
    } catch (InterruptedException | ClaudeException failed) {
      if (failed instanceof ClaudeException && !isAlive()) {
        return false;
      }
      process.kill();
      throw failed;
    }
  }

  /** Whether this process can be made to be what is wanted by other functions of the client's alone. */
  boolean takes(AgentSpec wanted) {
    return !spec.tools().isEmpty() && !wanted.tools().isEmpty() && wanted.with(spec.tools()).equals(spec)
        && wanted.tools().stream().allMatch(tool -> offered.getOrDefault(tool.name(), tool).equals(tool));
  }

  /** Offers other functions from now on; where the CLI can take some away, see {@code CliVersion}. As control. */
  boolean offer(AgentSpec wanted) throws InterruptedException {
    wanted.tools().forEach(tool -> offered.put(tool.name(), tool));
    process.control().tools(wanted.tools());
    boolean obeyed = obeys(AgentControl.reconnected().stream()
        .map(servers -> Json.object("subtype", "mcp_set_servers", "servers", servers)).toList());
    spec = wanted;
    return obeyed;
  }

  /** Begins a turn with its user line. */
  void begin(TurnRelay relay, byte[] userLine) {
    lock.lock();
    try {
      current = relay;
    } finally {
      lock.unlock();
    }
    if (!process.send(userLine)) {
      process.kill();
      lost(relay);
    }
  }

  /** Begins a turn in the place of the running one, whose result comes first. */
  void replace(TurnRelay relay, byte[] replacingLine, Failure reason) {
    lock.lock();
    try {
      if (current == null) {
        current = relay;
      } else {
        next = relay;
        current.replaced(reason);
      }
    } finally {
      lock.unlock();
    }
    if (!process.send(replacingLine)) {
      process.kill();
      lost(relay);
    }
  }

  /** Stops a turn, unless the process has another one by now or is not told of it yet; returns at once. */
  void interrupt(TurnRelay relay) {
    lock.lock();
    try {
      if (current == relay || next == relay) {
        process.interrupt().exceptionally(deaf -> {
          System.getLogger(Agent.class.getName())
              .log(System.Logger.Level.DEBUG, "interrupt of {0}: {1}", process.sessionId(), deaf.getMessage());
          return null;
        });
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Kills the process for the sake of a turn, unless it has another one by now; blocks for some milliseconds. A turn
   * that it should have and does not know, because it is gone, is over with this.
   */
  void kill(TurnRelay relay) {
    boolean known;
    lock.lock();
    try {
      known = current == relay || next == relay;
      if (known) {
        process.kill();
      }
    } finally {
      lock.unlock();
    }
    if (!known && !process.isAlive()) {
      relay.exited("");
    }
  }

  /** Its line was not taken. The reader thread may have told it so already, and it may be another agent's by now. */
  private void lost(TurnRelay relay) {
    boolean untold;
    lock.lock();
    try {
      untold = current == relay || next == relay;
      current = current == relay ? null : current;
      next = next == relay ? null : next;
    } finally {
      lock.unlock();
    }
    if (untold) {
      relay.exited("");
    }
  }

  /** Sends one line of history and waits until the CLI has taken it. */
  void history(byte[] line) throws InterruptedException {
    CompletableFuture<Void> taken = new CompletableFuture<>();
    historyLine = taken;
    tell(line);
    await(taken);
  }

  /** Sends an assistant line, which the CLI takes as it reads it: before the next user line, whenever that comes. */
  void historyAnswer(byte[] line) {
    tell(line);
  }

  private void tell(byte[] line) {
    if (!process.send(line)) {
      throw new ClaudeException("the claude process has ended");
    }
  }

  private static void await(CompletableFuture<?> taken) throws InterruptedException {
    try {
      taken.get(HISTORY_LINE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException not) {
      throw new ClaudeException("claude did not take what it was told", not);
    }
  }

  /** The list that the CLI keeps for this process. */
  TodoList todos() {
    return todos;
  }

  /** To be asked once for each turn, in order. */
  Meter meter() {
    return meter;
  }

  @Override
  public void event(ClaudeEvent event) {
    if (event instanceof ClaudeEvent.Init init) {
      reports.begun(init.raw());
    }
    TurnRelay relay = current;
    if (relay != null) {
      if (relay.event(event)) {
        goOn(relay);
      }
    } else if (event instanceof ClaudeEvent.Result && historyLine != null) {
      historyLine.complete(null);
    }
  }

  @Override
  public void caughtUp() {
    TurnRelay relay = current;
    if (relay != null) {
      relay.caughtUp();
    }
  }

  private void goOn(TurnRelay over) {
    lock.lock();
    try {
      if (current == over) {
        current = next;
        next = null;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void exited(String why) {
    CompletableFuture<Void> waiting = historyLine;
    if (waiting != null) {
      waiting.completeExceptionally(new ClaudeException("the claude process has ended" + why));
    }
    TurnRelay running;
    TurnRelay following;
    lock.lock();
    try {
      running = current;
      following = next;
      current = null;
      next = null;
    } finally {
      lock.unlock();
    }
    if (running != null) {
      running.exited(why);
    }
    if (following != null) {
      following.exited(why);
    }
  }
}

package claudegateway.chat;

import claudegateway.chat.Beginnings.Begin;
import claudegateway.claude.ClaudeException;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.Launch;
import claudegateway.claude.Launch.Origin;
import claudegateway.claude.Launch.Profile;
import claudegateway.claude.ModelCatalogue;
import claudegateway.claude.Transcripts.Line;
import claudegateway.claude.Transcripts.OpenCall;
import claudegateway.pool.AgentSpec;
import claudegateway.pool.NoRoomException;
import claudegateway.pool.ProcessPool;
import claudegateway.store.Database;
import claudegateway.store.SessionRow.Transcript;
import claudegateway.store.TurnRow;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Finds a process for a turn: the session's own, a spare, one that resumes the transcript, or one for a history
 * that the CLI has never seen. Whoever calls has claimed the session.
 *
 * <p>Blocks for as long as a process takes to start (about half a second), within {@link ChatSettings#slotWait} for
 * a slot.
 */
final class Agents {
  /** One that has waited answers within some milliseconds; on a busy machine it takes longer, but not so long. */
  private static final Duration READY_MAX = Duration.ofSeconds(10);

  private static final System.Logger LOG = System.getLogger(Agents.class.getName());

  private final ProcessPool pool;
  private final Beginnings beginnings;
  private final Briefing briefing;

  Agents(ProcessPool pool, Database database, AtomicReference<ModelCatalogue> models, CliReports reports) {
    this.pool = pool;
    this.beginnings = new Beginnings(database, pool.launcher().transcripts());
    this.briefing = new Briefing(pool.launcher().version(), models, reports);
  }

  /** Waits until no process of an earlier gateway writes to a transcript any more; at once but just after a start. */
  void awaitLeftovers() throws InterruptedException {
    pool.awaitLeftovers();
  }

  /** Throws anything but that Claude Code did not start, which is logged. */
  private static void passOver(ChatException failed, String what) {
    if (failed.failure().kind() != Failure.Kind.CLAUDE_UNAVAILABLE) {
      throw failed;
    }
    LOG.log(Level.WARNING, "{0}: {1}", what, failed.getMessage());
  }

  /** A process for a session that exists. */
  Agent of(LiveSession session, AgentSpec spec, ToolNames names) throws InterruptedException {
    if (session.last().isAstray()) {
      end(session);
    }
    Optional<Agent> living = session.agent();
    if (living.isPresent()) {
      if (living.get().spec().equals(spec)) {
        return living.get();
      }
      if (pool.launcher().version().toolsCanChange() && living.get().takes(spec) && living.get().offer(spec)) {
        return living.get();
      }
      end(living.get().process());
    }
    Profile profile = new Profile(session.folder(), spec.model(), spec.builtins());
    Optional<ClaudeProcess> warm = session.takeWarm();
    if (warm.isPresent() && warm.get().launch().profile().equals(profile)) {
      try {
        return taken(session, briefing.agent(warm.get(), spec, true, List.of(), READY_MAX));
      } catch (ChatException gone) {
        passOver(gone, "a process that waited for its session is of no use");
      }
    }
    if (warm.isPresent()) {
      end(warm.get());
    }
    within(session.left());
    Begin begin = beginnings.of(session, names);
    session.last().undone();
    session.last().unsaid(begin.unsaid());
    try {
      return started(session, profile, spec, begin);
    } catch (ChatException broken) {
      Optional<Begin> known = begin.origin() instanceof Origin.Resume && !session.isDeleted()
          ? beginnings.fromStore(session, names) : Optional.empty();
      if (known.isEmpty()) {
        throw broken;
      }
      passOver(broken, "session " + session.id() + " cannot be resumed from its transcript, which is written anew");
      session.last().unsaid(known.get().unsaid());
      return started(session, profile, spec, known.get());
    }
  }

  /**
   * A process in the place of one that ended before it took up a turn's message, with the history as it was before
   * that turn, whose beginning the store has; empty when it had taken it up. Throws ChatException, ClaudeException.
   */
  Optional<Agent> again(LiveSession session, Agent gone, ToolNames names, String turnId, String userUuid)
      throws InterruptedException {
    // Its output may have broken before it did.
    gone.process().kill();
    if (!within(gone.process().exited())) {
      throw new ClaudeException("claude " + gone.process().pid() + " does not end");
    }
    Launch launch = gone.process().launch();
    Optional<Begin> begin = beginnings.before(turnId, userUuid, session, names, launch.origin());
    return begin.isEmpty() ? Optional.empty()
        : Optional.of(started(session, launch.profile(), gone.spec(), begin.get()));
  }

  private Agent started(LiveSession session, Profile profile, AgentSpec spec, Begin begin)
      throws InterruptedException {
    ClaudeProcess process = start(new Launch(profile, session.id(), begin.origin()), session.row().owner());
    return taken(session, initialized(process, spec, begin.origin() instanceof Origin.Fresh, begin.waiting()));
  }

  private ClaudeProcess start(Launch launch, String owner) throws InterruptedException {
    try {
      return pool.start(launch, owner);
    } catch (NoRoomException full) {
      throw new ChatException(Failure.of(Failure.Kind.OVERLOADED, full.getMessage(), Duration.ofSeconds(5)));
    } catch (ClaudeException failed) {
      if (!Files.isDirectory(launch.profile().cwd())) {
        throw new ChatException(Failure.invalid("project_id",
            "The project's folder " + launch.profile().cwd() + " does not exist any more"));
      }
      throw new ChatException(Failure.of(Failure.Kind.CLAUDE_UNAVAILABLE, failed.getMessage()));
    }
  }

  private static Agent taken(LiveSession session, Agent agent) {
    session.agent(agent);
    return agent;
  }

  /** A process for a new conversation without a history. */
  Agent begun(Profile profile, AgentSpec spec, String owner) throws InterruptedException {
    Optional<Agent> ready = spare(profile, spec);
    return ready.isPresent() ? ready.get()
        : initialized(start(new Launch(profile, UUID.randomUUID().toString(), new Origin.Fresh()), owner), spec, true);
  }

  /** A spare that has been told this. Nothing has been said to one that dies over it, or is dead: it is none. */
  private Optional<Agent> spare(Profile profile, AgentSpec spec) throws InterruptedException {
    Optional<ClaudeProcess> spare = pool.spares().take(profile, spec);
    if (spare.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(briefing.agent(spare.get(), spec, true, List.of(), READY_MAX));
    } catch (ChatException gone) {
      passOver(gone, "a spare is of no use");
      return Optional.empty();
    }
  }

  /** A process that goes on from an earlier turn of another session, under an id of its own. */
  Agent forked(Profile profile, AgentSpec spec, String parentId, TurnRow at, String owner)
      throws InterruptedException {
    String id = UUID.randomUUID().toString();
    String line = at.lastUuid().orElseThrow();
    if (!Beginnings.endedWithCalls(at)) {
      Launch launch = new Launch(profile, id, new Origin.Fork(parentId, Optional.of(line)));
      return initialized(start(launch, owner), spec, false);
    }
    // The CLI's own fork would take the calls for lost.
    List<OpenCall> waiting = pool.launcher().transcripts().branch(profile.cwd(), parentId, line, id);
    if (waiting.isEmpty()) {
      throw new ClaudeException("the calls of session " + parentId + " are not in its transcript");
    }
    return initialized(start(new Launch(profile, id, new Origin.Resume()), owner), spec, false, waiting);
  }

  /**
   * A process that is given a history: a spare over stdin, in step, because lines that are sent at once overtake
   * one another; or, without a spare or when that would take longer, a new one by a transcript that it resumes.
   *
   * <p>A history that ends without an answer (the client got none) leaves its last words to be said with the turn's.
   */
  Injected injected(Profile profile, AgentSpec spec, List<Message> history, ToolNames names, String owner)
      throws InterruptedException {
    int told = BroughtHistory.answered(history);
    List<Line> lines = BroughtHistory.lines(history.subList(0, told), names);
    long users = lines.stream().filter(line -> line.role() == Line.Role.USER).count();
    if (lines.isEmpty()) {
      return new Injected(begun(profile, spec, owner), Transcript.WHOLE, told);
    }
    Optional<Agent> spare = users > pool.launcher().version().toldAtMost() ? Optional.empty() : spare(profile, spec);
    if (spare.isPresent() && briefing.takes(spare.get(), lines)) {
      return new Injected(spare.get(), Transcript.PARTIAL, told);
    }
    String id = UUID.randomUUID().toString();
    pool.launcher().transcripts().write(profile.cwd(), id, lines, Instant.now());
    Launch launch = new Launch(profile, id, new Origin.Resume());
    return new Injected(
        initialized(start(launch, owner), spec, true, BroughtHistory.waiting(lines)), Transcript.WHOLE, told);
  }

  /** Whether a process is told what it has to know before a turn that somebody waits for. */
  boolean anyBeingTold() {
    return briefing.isUnderWay();
  }

  /**
   * @param transcript whether the CLI's own record holds the history
   * @param told how many messages of it the process knows
   */
  record Injected(Agent agent, Transcript transcript, int told) {}

  private Agent initialized(ClaudeProcess process, AgentSpec spec, boolean fromZero)
      throws InterruptedException {
    return initialized(process, spec, fromZero, List.of());
  }

  private Agent initialized(ClaudeProcess process, AgentSpec spec, boolean fromZero, List<OpenCall> waiting)
      throws InterruptedException {
    return briefing.agent(process, spec, fromZero, waiting, ClaudeProcess.START_MAX);
  }

  /** Ends a session's process and waits until it is gone. */
  void end(LiveSession session) throws InterruptedException {
    Optional<ClaudeProcess> process = session.agent().map(Agent::process).or(session::warm);
    if (process.isPresent()) {
      end(process.get());
    }
  }

  private static void end(ClaudeProcess process) throws InterruptedException {
    process.close(false);
    if (!within(process.exited())) {
      process.kill();
    }
  }

  private static boolean within(Future<?> exit) throws InterruptedException {
    try {
      exit.get(ClaudeProcess.CONTROL_MAX.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException stays) {
      return false;
    }
  }
}

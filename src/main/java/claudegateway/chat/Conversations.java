package claudegateway.chat;

import claudegateway.chat.Histories.Plan;
import claudegateway.chat.TurnStore.Past;
import claudegateway.claude.ClaudeException;
import claudegateway.claude.ModelCatalogue;
import claudegateway.claude.StdinLine;
import claudegateway.pool.AgentSpec;
import claudegateway.store.Database;
import claudegateway.store.Messages;
import claudegateway.store.SessionRow;
import claudegateway.store.SessionRow.Origin;
import claudegateway.store.TurnRow;
import claudegateway.store.Turns;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * The way in for a request: which session it belongs to, a process for it, and the turn that answers it.
 *
 * <p>All methods may be called from any thread, virtual ones included, and may block for as long as their
 * javadoc says.
 */
public final class Conversations {
  /** A turn that its client has left is stopped before the next one of the same history goes on. */
  private static final Duration DESERTED_STOP_MAX = Duration.ofSeconds(3);

  /** Longer than it takes to end a CLI that does not obey. */
  private static final Duration STOPPED_MAX = Duration.ofSeconds(5);

  private final ChatSettings settings;
  private final Database database;
  private final Folders folders;
  private final Histories histories;
  private final Agents agents;
  private final OtherWriter otherWriter;
  private final LiveSessions live;
  private final RunningTurns turns;
  private final TurnStarter starter;
  private final NewSessions newSessions;

  Conversations(ChatSettings settings, Database database, Folders folders, AtomicReference<ModelCatalogue> models,
      Agents agents, OtherWriter otherWriter, LiveSessions live, RunningTurns turns) {
    this.settings = settings;
    this.database = database;
    this.folders = folders;
    this.histories = new Histories(database, live, turns::find);
    this.agents = agents;
    this.otherWriter = otherWriter;
    this.live = live;
    this.turns = turns;
    this.starter = new TurnStarter(database, models, agents, turns);
    this.newSessions = new NewSessions(folders, models, agents, live, starter);
  }

  /**
   * Begins a turn. Blocks while the session is resolved and a process slot is found (bounded by settings); the
   * model's answer is awaited by the turn's cursors. Throws ChatException for everything that can be refused
   * before: unknown session, other project, busy, no slot.
   */
  public Turn start(ChatRequest request, Caller caller) {
    if (request.options().commands() && !settings.commandsAllowed()) {
      throw new ChatException(Failure.invalid("claude.commands",
          "Slash commands are switched off here (slash-commands)."));
    }
    String project = request.projectId().orElse(Folders.DEFAULT);
    try {
      Plan plan = histories.plan(request, project, caller);
      return switch (plan) {
        case Plan.Continue go -> continued(go, request, project, caller);
        case Plan.Fork fork ->
            newSessions.forked(fork.parent(), fork.at(), fork.history(), fork.fresh(), request, project, caller);
        case Plan.Begin begin -> newSessions.begun(begin.history(), begin.fresh(), request, project, caller);
      };
    } catch (ClaudeException failed) {
      throw new ChatException(Failure.of(Failure.Kind.CLAUDE_UNAVAILABLE, failed.getMessage()));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new ChatException(Failure.of(Failure.Kind.INTERNAL, "The request was given up before the turn began."));
    }
  }

  /** A running or recently ended turn by its completion id. */
  public Optional<Turn> turn(String completionId, Caller caller) {
    return turns.find(completionId).or(() -> turns.stored(completionId)).filter(turn -> isVisible(turn.sessionId(), caller));
  }

  /**
   * Stops the running turn of a session (or of a completion id); what was said until then is kept, its readers
   * get TURN_INTERRUPTED. Returns whether a turn was running. Throws ChatException (SESSION_NOT_FOUND).
   */
  public boolean stop(String sessionOrCompletionId, Caller caller) {
    Optional<Turn> turn = turns.find(sessionOrCompletionId);
    String sessionId = turn.map(Turn::sessionId).orElse(sessionOrCompletionId);
    if (!isVisible(sessionId, caller)) {
      throw unknownSession(sessionOrCompletionId);
    }
    Failure stopped = interrupted("The turn was stopped by a request.");
    if (turn.isEmpty()) {
      return live.find(sessionId).filter(session -> stop(session, stopped)).isPresent();
    }
    // By a completion's id only that one: the session may be at the next by now.
    Optional<TurnRelay> running = turns.running(sessionOrCompletionId);
    running.ifPresent(relay -> relay.fail(stopped));
    return running.isPresent();
  }

  /** Stops what a session runs, or is about to begin; returns whether there was anything. */
  private static boolean stop(LiveSession session, Failure why) {
    // In this order: what is not about to begin any more has begun.
    boolean beginning = session.stopBeginning();
    Optional<TurnRelay> running = session.running();
    running.ifPresent(relay -> relay.fail(why));
    return beginning || running.isPresent();
  }

  private boolean isVisible(String sessionId, Caller caller) {
    return database.read(sql -> claudegateway.store.Sessions.find(sql, sessionId))
        .filter(row -> caller.maySee(row.owner())).isPresent();
  }

  static ChatException unknownSession(String id) {
    return new ChatException(Failure.of(Failure.Kind.SESSION_NOT_FOUND, "There is no session \"" + id + "\"."));
  }

  private static Failure interrupted(String why) {
    return Failure.of(Failure.Kind.TURN_INTERRUPTED, why);
  }

  private Turn continued(Plan.Continue plan, ChatRequest request, String project, Caller caller)
      throws InterruptedException {
    LiveSession session = live.find(plan.session().id()).orElseGet(() -> live.open(plan.session(),
        folders.folder(plan.session().projectId(), new Caller(plan.session().owner()))));
    boolean stateless = plan.at().isPresent();
    if (!stateless && plan.session().origin() == Origin.HISTORY) {
      name(session);
    }
    if (stateless && isAside(session, request)) {
      return newSessions.forked(plan.session(), plan.at().orElseThrow(), plan.history(), plan.fresh(), request, project,
          caller);
    }
    boolean interrupts = !stateless && request.onBusy() == ChatRequest.OnBusy.INTERRUPT;
    long place = interrupts ? session.wantPlace() : 0;
    if (!session.claim(interrupts ? Duration.ZERO : patience(session, stateless), place)) {
      if (session.isClosed() && !session.isDeleted()) {
        // It was idle for so long that it was forgotten in this moment.
        return continued(plan, request, project, caller);
      }
      if (stateless) {
        return besideBusy(session, plan, request, project, caller);
      }
      if (interrupts && !session.isOvertaken(place)) {
        Optional<Turn> replacing = replacing(session, plan.fresh(), request, caller);
        if (replacing.isPresent()) {
          return replacing.get();
        }
        session.underPlace(place, () -> stop(session, TurnStarter.REPLACED));
      }
      if (!interrupts || !session.claim(STOPPED_MAX, place)) {
        throw session.isOvertaken(place) ? new ChatException(TurnStarter.REPLACED) : busy(session);
      }
    }
    if (plan.at().filter(session.last()::isBeyond).isPresent()) {
      // Another client with the same words was faster.
      session.release();
      return newSessions.forked(plan.session(), plan.at().orElseThrow(), plan.history(), plan.fresh(), request, project,
          caller);
    }
    return onClaimed(session, plan, request, caller);
  }

  /** Somebody knows its id: it is not dropped with the conversations that nobody asks for again. */
  private void name(LiveSession session) {
    session.row(changed(session.row(), session.row().model(), session.row().systemPrompt(), Origin.NAMED));
    logged("a session could not be named", database.write(sql -> {
      claudegateway.store.Sessions.name(sql, session.id());
      return null;
    }));
  }

  /** For what the turn does not depend on. */
  private static void logged(String what, CompletableFuture<?> write) {
    write.whenComplete((_, failure) -> {
      if (failure != null) {
        System.getLogger(Conversations.class.getName()).log(System.Logger.Level.ERROR, what, failure);
      }
    });
  }

  /** How long a request waits for its session. One whose turn is being stopped is free in a moment. */
  private Duration patience(LiveSession session, boolean stateless) {
    Duration wait = stateless ? Duration.ZERO : settings.busyWait();
    return session.isBeingFreed() && wait.compareTo(STOPPED_MAX) < 0 ? STOPPED_MAX : wait;
  }

  /**
   * Whether another agent of the same client asks about the conversation (one that collects memories, say): other
   * instructions and other functions than those that the session's process works with. It gets a branch, so that
   * the conversation itself goes on undisturbed.
   */
  private static boolean isAside(LiveSession session, ChatRequest request) {
    Set<String> asked = request.tools().functions().stream().map(ChatRequest.Function::name)
        .collect(Collectors.toSet());
    return request.system().isPresent() && !request.system().equals(session.row().systemPrompt()) && !asked.isEmpty()
        && session.agent().map(agent -> agent.names().all()).filter(
            known -> !known.isEmpty() && !known.equals(asked)).isPresent();
  }

  private static ChatException busy(LiveSession session) {
    return session.isDeleted() ? unknownSession(session.id())
        : new ChatException(Failure.of(Failure.Kind.SESSION_BUSY, "Session " + session.id()
            + " is answering another message. Wait for it, stop it, or send \"on_busy\":\"interrupt\".",
            Duration.ofSeconds(1)));
  }

  /**
   * Takes the running turn's place by the CLI's own stop-and-replace, which leaves no trace of a stop in the
   * history. Empty when the turn needs another process, or somebody else replaces it already.
   */
  private Optional<Turn> replacing(LiveSession session, List<Message> fresh, ChatRequest request, Caller caller)
      throws InterruptedException {
    SessionRow row = session.row();
    Offer offer = starter.offer(request, session);
    AgentSpec spec = offer.spec(request.model().orElse(row.model()), request.system().or(row::systemPrompt));
    Optional<Agent> agent = session.agent().filter(alive -> alive.spec().equals(spec));
    // The CLI does not stop a tool for it, and takes up nothing that a turn is to be answered with.
    boolean canBeReplaced = session.running()
        .filter(relay -> relay.hasBegun() && !relay.runsTool() && !relay.isStopping()).isPresent();
    if (agent.isEmpty() || !canBeReplaced || !starter.isSetFor(request, agent.get(), offer)) {
      return Optional.empty();
    }
    byte[] head = head(session, caller);
    TurnInput input = TurnInput.of(fresh, offer.names());
    if (session.claimNext() == LiveSession.Claim.REFUSED) {
      return Optional.empty();
    }
    try {
      return Optional.of(starter.begin(session, agent.get(), offer, request, Optional.empty(), Past.NONE, head, fresh,
          input, StdinLine.Mode.REPLACE));
    } catch (RuntimeException | InterruptedException failed) {
      session.withdraw();
      throw failed;
    }
  }

  private byte[] head(LiveSession session, Caller caller) {
    return session.last().lineage().or(() -> database.read(sql -> Turns.lastOf(sql, session.id())).flatMap(TurnRow::lineage))
        .orElse(Lineage.root(caller, session.row().projectId()));
  }

  /** A client without a session id never waits for another: it gets a branch of its own. */
  private Turn besideBusy(LiveSession session, Plan.Continue plan, ChatRequest request, String project, Caller caller)
      throws InterruptedException {
    TurnRow at = plan.at().orElseThrow();
    Optional<TurnRelay> running = session.running().filter(relay -> relay.turn().id().equals(at.id()));
    if (running.isPresent() && !running.get().turn().hasReaders()) {
      running.get().fail(interrupted("The client left and went on with another message."));
      if (session.claim(DESERTED_STOP_MAX)) {
        if (!session.last().isBeyond(at)) {
          return onClaimed(session, plan, request, caller);
        }
        // Another client with the same words has waited too, and was faster.
        session.release();
      }
    }
    return at.state() == TurnRow.State.RUNNING
        ? newSessions.begun(plan.history(), plan.fresh(), request, project, caller)
        : newSessions.forked(plan.session(), at, plan.history(), plan.fresh(), request, project, caller);
  }

  private Turn onClaimed(LiveSession session, Plan.Continue plan, ChatRequest request, Caller caller)
      throws InterruptedException {
    try {
      agents.awaitLeftovers();
      OtherWriter.Added elsewhere = otherWriter.added(session, session.last().end().or(() -> storedEnd(session)));
      if (elsewhere.isEmpty() || request.onOtherWriter() == ChatRequest.OnOtherWriter.FOLLOW) {
        return goesOn(session, elsewhere, plan, request, caller);
      }
    } catch (RuntimeException | InterruptedException failed) {
      session.release();
      if (session.isDeleted()) {
        // Whatever it was, it went wrong because of that.
        throw unknownSession(session.id());
      }
      throw failed;
    }
    session.release();
    return forkedFromOurEnd(session.row(), plan, request);
  }

  private Optional<LastTurn.End> storedEnd(LiveSession session) {
    return database.read(sql -> Turns.lastOf(sql, session.id())).filter(last -> last.endedAt().isPresent())
        .map(last -> new LastTurn.End(Instant.ofEpochMilli(last.endedAt().getAsLong()), last.lastUuid().orElse("")));
  }

  /** @param elsewhere what another program added since our last turn */
  private Turn goesOn(LiveSession session, OtherWriter.Added elsewhere, Plan.Continue plan, ChatRequest request,
      Caller caller) throws InterruptedException {
    SessionRow row = session.row();
    String model = request.model().orElse(row.model());
    // Who resends everything also says when there is no system prompt any more.
    Optional<String> system = plan.at().isPresent() ? request.system() : request.system().or(row::systemPrompt);
    if (!model.equals(row.model()) || !system.equals(row.systemPrompt())) {
      row = changed(row, model, system, row.origin());
      session.row(row);
      SessionRow stored = row;
      logged("a session's model and system prompt could not be stored",
          database.write(sql -> claudegateway.store.Sessions.update(sql, stored)));
    }
    byte[] before = head(session, caller);
    if (!elsewhere.isEmpty()) {
      // A process that knows the other branch would lose this one.
      agents.end(session);
      session.last().goneOn();
    }
    if (!session.hasProcess()) {
      otherWriter.follow(session, elsewhere);
    }
    Offer offer = starter.offer(request, session);
    Agent agent = agents.of(session, offer.spec(model, system), offer.names());
    List<byte[]> added = Lineage.chain(before, elsewhere.messages());
    List<Message> said = new ArrayList<>(session.last().takeUnsaid());
    // A result that is sent again is one result.
    said.removeIf(earlier -> earlier.toolCallId().isPresent()
        && plan.fresh().stream().anyMatch(now -> now.toolCallId().equals(earlier.toolCallId())));
    said.addAll(plan.fresh());
    return starter.begin(session, agent, offer, request, Optional.empty(),
        new Past.Told(BroughtHistory.pastTurns(before, elsewhere.messages(), model)),
        added.isEmpty() ? before : added.getLast(), plan.fresh(), TurnInput.of(said, offer.names()),
        StdinLine.Mode.TURN);
  }

  /** Leaves a session to whoever else writes to it. What we remember of it is the way out, and named like it. */
  private Turn forkedFromOurEnd(SessionRow row, Plan.Continue plan, ChatRequest request)
      throws InterruptedException {
    TurnRow last = database.read(sql -> Turns.lastOf(sql, row.id())).orElseThrow();
    Caller owner = new Caller(row.owner());
    if (plan.at().isPresent()) {
      return newSessions.forked(row, last, plan.history(), plan.fresh(), request, row.projectId(), owner);
    }
    List<Message> history = database.read(sql -> Messages.ofSession(sql, row.id(), Integer.MAX_VALUE, 0)).stream()
        .map(Blocks::fromRow).toList();
    List<Message> all = new ArrayList<>(history);
    all.addAll(plan.fresh());
    return newSessions.forked(row, last, history, plan.fresh(), request.resending(all, request.model().orElse(row.model()),
        request.system().or(row::systemPrompt)), row.projectId(), owner);
  }

  private static SessionRow changed(SessionRow row, String model, Optional<String> system, Origin origin) {
    return new SessionRow(row.id(), row.projectId(), row.owner(), row.title(), model, system, origin,
        row.metadata(), row.transcript(), row.transcriptMark(), row.parentId(), row.createdAt(),
        System.currentTimeMillis());
  }
}

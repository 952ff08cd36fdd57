package claudegateway.chat;

import claudegateway.chat.TurnStore.Beginning;
import claudegateway.claude.TokenCount;
import claudegateway.store.StoreException;
import claudegateway.store.TurnRow;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The turns that run or have just ended: how they begin and end for everybody concerned (log, store, session), and
 * a watch over those whose CLI has gone quiet.
 */
final class RunningTurns {
  /** Ended turns that can still be read from memory. */
  private static final int ENDED_MAX = 64;

  /** A turn's log can be read so long after its end. */
  static final Duration LOG_KEPT = Duration.ofHours(1);

  /** From an interrupt to the CLI's result; beyond it the process is killed. */
  private static final Duration STOP_MAX = Duration.ofSeconds(3);

  /** A first token that takes longer waits for the model, not for this machine. */
  private static final Duration STARTING_MAX = Duration.ofSeconds(1);

  private static final System.Logger LOG = System.getLogger(RunningTurns.class.getName());

  /** What was said, at level TRACE; the program's setup lets it through only where it is asked for. */
  private static final System.Logger PROMPTS = System.getLogger("claudegateway.prompts");

  /** @param noted the tokens that the store knows of already */
  private record Running(
      TurnRelay relay, LiveSession session, TurnHost host, AtomicReference<TokenCount> noted) {}

  private final ChatSettings settings;
  private final TurnStore store;
  private final ScheduledExecutorService clock;
  private final Runnable idleAppeared;
  private final Runnable loginRefused;
  private final Runnable begun;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final TurnCounts counts = new TurnCounts();
  private final RecentTurns ended = new RecentTurns(ENDED_MAX, LOG_KEPT);

  /**
   * @param idleAppeared is told when a session's process has become idle
   * @param loginRefused is told when the CLI is not logged in, or its credential is refused
   * @param begun is told when a turn runs that has to be watched
   */
  RunningTurns(ChatSettings settings, TurnStore store, ScheduledExecutorService clock, Runnable idleAppeared,
      Runnable loginRefused, Runnable begun) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
    this.idleAppeared = idleAppeared;
    this.loginRefused = loginRefused;
    this.begun = begun;
  }

  Optional<Turn> find(String id) {
    return Optional.ofNullable(running.get(id)).map(now -> now.relay.turn()).or(() -> ended.find(id));
  }

  /** One that ended a while ago, perhaps before this gateway began. Blocks on the database. */
  Optional<Turn> stored(String id) {
    return store.find(id);
  }

  /** One that runs, by its completion id. */
  Optional<TurnRelay> running(String id) {
    return Optional.ofNullable(running.get(id)).map(Running::relay).filter(relay -> !relay.isOver());
  }

  TurnCounts counts() {
    return counts;
  }

  int count() {
    return running.size();
  }

  /** Whether some client waits for a first token that a start of another process would hold up. */
  boolean anyStarting() {
    long now = System.nanoTime();
    return running.values().stream().anyMatch(each -> each.relay.isStarting(now, STARTING_MAX.toNanos()));
  }

  Turn create(String id, LiveSession session, Instant now, List<String> ignored) {
    return store.turn(id, session.id(), session.row().projectId(), now, ignored);
  }

  TurnRelay relay(Turn turn, LiveSession session, TurnHost host, ToolNames names, ChatRequest request) {
    TurnRelay relay = new TurnRelay(turn, names, request.options().thinking().shown(),
        StructuredAnswer.of(request.format()), () -> host.agent().todos(), host::interrupt,
        outcome -> end(turn, session, host.agent(), outcome));
    running.put(turn.id(), new Running(relay, session, host, new AtomicReference<>(TokenCount.NONE)));
    boolean cancel = switch (request.onDisconnect()) {
      case CANCEL -> true;
      case CONTINUE -> false;
      case DEFAULT -> request.sessionId().isEmpty();
    };
    if (cancel) {
      turn.onDeserted(() -> later(settings.desertedGrace(), () -> {
        if (!turn.hasReaders()) {
          relay.fail(Failure.of(Failure.Kind.TURN_INTERRUPTED, "The client left."));
        }
      }));
    }
    return relay;
  }

  private void later(Duration delay, Runnable action) {
    try {
      clock.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      action.run();
    }
  }

  /** Stores the beginning; the turn is accepted when that is committed. */
  void begin(Beginning beginning, TurnRelay relay) {
    if (PROMPTS.isLoggable(Level.TRACE)) {
      beginning.fresh().forEach(message ->
          PROMPTS.log(Level.TRACE, "{0} {1}: {2}", beginning.turn().id(), message.role(), message.text()));
    }
    store.begin(beginning).whenComplete((_, failure) -> {
      if (failure == null) {
        beginning.turn().accepted().complete(null);
      } else {
        LOG.log(Level.ERROR, "a turn could not be stored", failure);
        Failure told = unstored("message", failure);
        Optional.ofNullable(running.get(beginning.turn().id())).ifPresent(each -> each.session.last().refused());
        relay.fail(told);
        // Whoever hears of it may come again at once: by then the session is free.
        beginning.turn().ended().thenRun(
            () -> beginning.turn().accepted().completeExceptionally(new ChatException(told)));
      }
    });
  }

  /** A turn's process has its message; said behind that, because nobody's first token shall wait for it. */
  void handedOver() {
    begun.run();
  }

  /** The store's own message names files and is for the operator. */
  private static Failure unstored(String what, Throwable why) {
    boolean passes = why instanceof StoreException store && switch (store.kind()) {
      case BUSY, LOCKED, CLOSED -> true;
      case FULL, UNWRITABLE, CORRUPT, NOT_OURS, NEWER, FAILED -> false;
    };
    return passes
        ? Failure.of(Failure.Kind.STORE_BUSY, "The " + what + " could not be stored: the database is busy.")
        : Failure.of(Failure.Kind.STORE_UNAVAILABLE, "The " + what
            + " could not be stored: the server cannot write its database; its log says why.");
  }

  /**
   * On the reader thread, or the one that looked for another process. The session is free before the client hears the
   * end, and can be used at once.
   */
  private void end(Turn turn, LiveSession session, Agent agent, Outcome outcome) {
    TurnEvent last = outcome.last();
    CompletableFuture<TurnRow> stored;
    try {
      Usage usage = agent.meter().of(outcome);
      if (last instanceof TurnEvent.Finished(FinishReason reason, _, var denials)) {
        last = new TurnEvent.Finished(reason, usage, denials);
      }
      counts.add(last, outcome.model(), usage, turn.position());
      if (PROMPTS.isLoggable(Level.TRACE)) {
        PROMPTS.log(Level.TRACE, "{0} ASSISTANT: {1}", turn.id(), outcome.answer().message().text());
      }
      stored = store.end(turn, outcome, last, usage);
      if (last instanceof TurnEvent.Failed(Failure failure) && failure.kind() == Failure.Kind.CLAUDE_AUTH) {
        // The next process looks for the login anew; this one would not.
        session.endProcess();
        loginRefused.run();
      }
    } catch (RuntimeException fault) {
      // Whatever it is: nobody waits for ever, for this turn or for the session.
      stored = CompletableFuture.failedFuture(fault);
    }
    if (outcome.saidMore()) {
      session.last().astray();
    }
    session.last().ended(new LastTurn.End(Instant.now(), outcome.lastUuid()));
    session.release();
    idleAppeared.run();
    TurnEvent told = last;
    stored.whenComplete((row, failure) -> ended(turn, session, told, row, failure));
  }

  private void ended(Turn turn, LiveSession session, TurnEvent last, TurnRow row, Throwable failure) {
    if (failure == null) {
      session.last().stored(row);
      turn.storedUpTo(Long.MAX_VALUE);
      turn.append(last);
    } else {
      LOG.log(Level.ERROR, "an answer could not be stored", failure);
      Failure told = last instanceof TurnEvent.Failed(Failure why) ? why : unstored("answer", failure);
      store.refused(turn, told);
      turn.append(new TurnEvent.Failed(told));
    }
    ended.add(turn);
    running.remove(turn.id());
  }

  /** Ends what has gone quiet, notes tokens so far, tells of tools that run; called every second or so. */
  void watch() {
    long now = System.nanoTime();
    for (Running each : running.values()) {
      TurnRelay relay = each.relay;
      if (relay.isOver()) {
        continue;
      }
      relay.progress(now);
      TokenCount told = relay.tokensSoFar();
      if (each.noted.getAndSet(told) != told) {
        store.progress(relay.turn().id(), relay.firstTokenMillis(), told);
      }
      if (relay.forcedForNanos(now) > STOP_MAX.toNanos()) {
        LOG.log(Level.WARNING, "claude {0} does not stop, it is killed", each.host.agent().process().pid());
        kill(each);
      } else if (relay.silentNanos(now) > silenceMax(relay).toNanos()) {
        relay.fail(Failure.of(Failure.Kind.AGENT_TIMEOUT, relay.hasBegun()
            ? "Claude Code has said nothing for " + silenceMax(relay).toSeconds() + " s."
            : "Claude Code did not take the message up within " + silenceMax(relay).toSeconds() + " s."));
        if (!relay.hasBegun()) {
          kill(each);
        }
      }
    }
  }

  private Duration silenceMax(TurnRelay relay) {
    return !relay.hasBegun() ? ChatSettings.FIRST_SIGN_MAX
        : relay.runsTool() ? ChatSettings.TOOL_SILENCE_MAX : settings.silenceMax();
  }

  private static void kill(Running each) {
    Thread.ofPlatform().daemon(true).name("killing-claude").start(() -> each.host.kill(each.relay));
  }

  /** Stops all; for the gateway's end. */
  void stopAll(String why) {
    running.values().forEach(each -> each.relay.fail(Failure.of(Failure.Kind.TURN_INTERRUPTED, why)));
  }
}

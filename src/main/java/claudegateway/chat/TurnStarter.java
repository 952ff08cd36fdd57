package claudegateway.chat;

import claudegateway.chat.TurnStore.Beginning;
import claudegateway.chat.TurnStore.Past;
import claudegateway.claude.ClaudeException;
import claudegateway.claude.ModelCatalogue;
import claudegateway.claude.StdinLine;
import claudegateway.claude.TurnOptions;
import claudegateway.json.Json;
import claudegateway.store.Database;
import claudegateway.store.OpenCallRow;
import claudegateway.store.OpenCalls;
import claudegateway.store.SessionRow;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Hands a message to a session's process and to the store at the same time: a turn has begun. The options of a
 * request are fitted to the model that answers.
 */
final class TurnStarter {
  static final Failure REPLACED = Failure.of(Failure.Kind.TURN_INTERRUPTED, "Another message took this one's place.");

  private static final Failure STOPPED =
      Failure.of(Failure.Kind.TURN_INTERRUPTED, "The turn was stopped before it began.");

  private final Database database;
  private final AtomicReference<ModelCatalogue> models;
  private final Agents agents;
  private final RunningTurns turns;

  TurnStarter(Database database, AtomicReference<ModelCatalogue> models, Agents agents, RunningTurns turns) {
    this.database = database;
    this.models = models;
    this.agents = agents;
    this.turns = turns;
  }

  /**
   * Begins a turn in a session that the caller has claimed.
   *
   * @param row the session's, when it is new and the store has yet to hear of it
   * @param before the lineage that the fresh messages go on from
   */
  Turn begin(LiveSession session, Agent agent, Offer offer, ChatRequest request, Optional<SessionRow> row,
      Past past, byte[] before, List<Message> fresh, TurnInput input, StdinLine.Mode mode)
      throws InterruptedException {
    if (session.isStopWanted()) {
      throw new ChatException(STOPPED);
    }
    agent.names(offer.names());
    agent.process().control().results(input.results());
    // One that found calls in its transcript may have put their results there before it took the message up.
    boolean canBeginAgain = (input.results().isEmpty() || !agent.process().control().hasReopened());
    TurnOptions.Fitted options = options(request, agent.spec().model(), offer);
    List<Json.Obj> blocks = options.demanded().map(choice -> input.and(Blocks.demand(choice))).orElse(input).blocks();
    if (mode == StdinLine.Mode.TURN) {
      // One that has just ended is not told: the turn begins, and its restart tells another one.
      if (!agent.control(options.controls()) && !canBeginAgain) {
        throw new ClaudeException("the claude process has ended");
      }
    }
    String uuid = UUID.randomUUID().toString();
    Turn turn = turns.create(TurnStore.newId(), session, Instant.now(), options.dropped());
    TurnHost host = new TurnHost(agent);
    TurnRelay relay = turns.relay(turn, session, host, offer.names(), request);
    byte[] lineage = Lineage.chain(before, fresh).getLast();
    session.last().begins(lineage);
    turns.begin(new Beginning(turn, row, past, session.id(), session.row().model(), lineage, uuid, fresh), relay);
    byte[] line = StdinLine.user(uuid, blocks, mode, request.options().commands());
    if (canBeginAgain) {
      relay.onLost(new TurnRestart(agents, session, host, relay, offer.names(), input.results(), options.controls(),
          uuid, line)::begin);
    }
    if (mode == StdinLine.Mode.REPLACE) {
      agent.replace(relay, line, REPLACED);
    } else {
      agent.begin(relay, line);
    }
    turns.handedOver();
    if (session.isStopWanted()) {
      // It came in between.
      relay.fail(STOPPED);
    }
    return turn;
  }

  /** Whether this process can answer the request as it is set now, so that its line may come in the middle of a turn. */
  boolean isSetFor(ChatRequest request, Agent agent, Offer offer) {
    TurnOptions.Fitted options = options(request, agent.spec().model(), offer);
    return agent.isSetTo(options.controls());
  }

  /** For results of functions that the request does not name: those that the process knows, or that wait. */
  Offer offer(ChatRequest request, LiveSession session) {
    Offer offer = Offer.of(request);
    if (!Offer.isOpen(request)) {
      return offer;
    }
    return session.agent().filter(alive -> !alive.spec().tools().isEmpty())
        .map(alive -> offer.with(alive.names(), alive.spec().tools()))
        .orElseGet(() -> offer.tools().isEmpty() ? offer.withCalled(database.read(
            sql -> OpenCalls.ofSession(sql, session.id())).stream().map(OpenCallRow::name).toList()) : offer);
  }

  private TurnOptions.Fitted options(ChatRequest request, String model, Offer offer) {
    ChatRequest.Options asked = request.options();
    TurnOptions options = new TurnOptions(asked.temperature(), asked.topP(), asked.stop(), asked.maxTokens(),
        asked.effort().map(effort -> effort.name().toLowerCase(Locale.ROOT)), asked.thinking().budgetTokens(),
        asked.thinking().shown(), offer.choice());
    ModelCatalogue known = models.get();
    return options.fitted(known.find(model).orElseGet(known::defaultModel));
  }
}

package claudegateway.chat;

import claudegateway.claude.TokenCount;
import claudegateway.store.ChunkRow;
import claudegateway.store.Database;
import claudegateway.store.Forks;
import claudegateway.store.MessageRow;
import claudegateway.store.Messages;
import claudegateway.store.NewTurn;
import claudegateway.store.OpenCallRow;
import claudegateway.store.OpenCalls;
import claudegateway.store.SessionRow;
import claudegateway.store.Sessions;
import claudegateway.store.Sql;
import claudegateway.store.TokenUsage;
import claudegateway.store.TurnChunks;
import claudegateway.store.TurnEnd;
import claudegateway.store.TurnRow;
import claudegateway.store.Turns;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The store's view of turns: their beginning, what they say while they run ({@link Checkpoints}), and their end.
 *
 * <p>The futures complete on the store's writer thread.
 */
final class TurnStore {
  /** Those beyond are ended at the gateway's next start. */
  private static final int UNENDED_MAX = 1_000;

  private static final System.Logger LOG = System.getLogger(TurnStore.class.getName());

  private final Database database;
  private final Checkpoints checkpoints;
  private final SessionOrder order = new SessionOrder();
  private final Map<String, Failure> unended = new ConcurrentHashMap<>();

  TurnStore(Database database) {
    this.database = database;
    this.checkpoints = new Checkpoints(database);
  }

  /** Gives the store what running turns have said since the last time; called every 200 ms or so. */
  void checkpoint() {
    checkpoints.run();
  }

  /** Notes what is known of a running turn so far, for the case that it never ends properly. */
  void progress(String turnId, long firstTokenMillis, TokenCount told) {
    database.write(sql -> {
      Turns.progress(sql, turnId,
          firstTokenMillis < 0 ? OptionalLong.empty() : OptionalLong.of(firstTokenMillis),
          new TokenUsage(told.input(), told.output(), told.cacheRead(), told.cacheCreation(),
              told.thinking(), 0));
      return null;
    }).exceptionally(failure -> {
      LOG.log(Level.ERROR, "a running turn''s tokens could not be noted: {0}", failure.getMessage());
      return null;
    });
  }

  /** A turn whose log, where memory does not hold it, is read back from this store. */
  Turn turn(String id, String sessionId, String projectId, Instant created, List<String> ignored) {
    return new Turn(id, sessionId, projectId, created, checkpoints, ignored);
  }

  /**
   * What a turn begins with.
   *
   * @param session to be inserted first, when it is new
   * @param past what happened before, and is not stored for this session yet
   */
  record Beginning(Turn turn, Optional<SessionRow> session, Past past, String sessionId, String model,
      byte[] lineage, String userUuid, List<Message> fresh) {}

  /** Where a session's earlier turns come from. */
  sealed interface Past {
    Past NONE = new Told(List.of());

    /** A client, or a terminal. */
    record Told(List<PastTurn> turns) implements Past {}

    /** Another session, up to and including this turn of it. */
    record Branch(String sessionId, long lastSeq) implements Past {}
  }

  /** A turn that was not ours. */
  record PastTurn(List<Message> messages, byte[] lineage, String model) {}

  static String newId() {
    return "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
  }

  CompletableFuture<Void> begin(Beginning beginning) {
    long now = System.currentTimeMillis();
    checkpoints.begin(beginning.turn);
    String upToDate = beginning.past instanceof Past.Branch(String parent, _) ? parent : beginning.sessionId;
    return order.write(upToDate, beginning.sessionId, false, () -> database.write(sql -> {
      if (beginning.session.isPresent()) {
        Sessions.insert(sql, beginning.session.get());
      }
      switch (beginning.past) {
        case Past.Branch(String parent, long lastSeq) ->
            Forks.copy(sql, parent, beginning.sessionId, lastSeq, TurnStore::newId);
        case Past.Told(List<PastTurn> turns) -> {
          for (PastTurn past : turns) {
            String id = newId();
            Turns.insert(sql, new NewTurn(id, beginning.sessionId, past.model, Optional.of(past.lineage), true,
                Optional.empty(), Optional.empty(), now));
            append(sql, beginning.sessionId, id, past.messages, now);
            answered(sql, id, Message.answerOf(past.messages));
          }
        }
      }
      Turns.insert(sql, new NewTurn(beginning.turn.id(), beginning.sessionId, beginning.model,
          Optional.of(beginning.lineage), false, Optional.of(beginning.userUuid), Optional.empty(), now));
      append(sql, beginning.sessionId, beginning.turn.id(), beginning.fresh, now);
      for (Message message : beginning.fresh) {
        if (message.toolCallId().isPresent()) {
          OpenCalls.remove(sql, message.toolCallId().get(), beginning.sessionId);
        }
      }
      Sessions.touch(sql, beginning.sessionId, now);
      return null;
    }));
  }

  /** Whether it still has writes to offer to the database, which may not be closed before. */
  boolean isBehind() {
    return order.isBehind();
  }

  private static void append(Sql sql, String sessionId, String turnId, List<Message> messages, long now)
      throws SQLException {
    for (Message message : messages) {
      Messages.append(sql, sessionId, turnId, role(message.role()), Blocks.toRow(message), now);
    }
  }

  static MessageRow.Role role(Message.Role role) {
    return switch (role) {
      case USER -> MessageRow.Role.USER;
      case ASSISTANT -> MessageRow.Role.ASSISTANT;
      case TOOL -> MessageRow.Role.TOOL;
    };
  }

  static Message.Role role(MessageRow.Role role) {
    return switch (role) {
      case USER -> Message.Role.USER;
      case ASSISTANT -> Message.Role.ASSISTANT;
      case TOOL -> Message.Role.TOOL;
    };
  }

  /** Stores how a turn ended, and returns it as it is then. @param last with its usage filled in */
  CompletableFuture<TurnRow> end(Turn turn, Outcome outcome, TurnEvent last, Usage usage) {
    boolean large = checkpoints.end(turn) || Checkpoints.isBulk(outcome.answer().size());
    long now = System.currentTimeMillis();
    TurnEnd end = new TurnEnd(
        state(last),
        Optional.of(outcome.model()).filter(model -> !model.isEmpty()),
        Optional.of(outcome.lastUuid()).filter(uuid -> !uuid.isEmpty()),
        last instanceof TurnEvent.Finished finished ? Optional.of(lower(finished.reason())) : Optional.empty(),
        last instanceof TurnEvent.Failed failed ? Optional.of(lower(failed.failure().kind())) : Optional.empty(),
        last instanceof TurnEvent.Failed failed ? Optional.of(failed.failure().message()) : Optional.empty(),
        outcome.firstTokenMillis() < 0 ? OptionalLong.empty() : OptionalLong.of(outcome.firstTokenMillis()),
        now,
        new TokenUsage(usage.inputTokens(), usage.outputTokens(), usage.cacheReadTokens(),
            usage.cacheCreationTokens(), usage.reasoningTokens(), usage.costUsd()));
    boolean callsWait = last instanceof TurnEvent.Finished finished && finished.reason() == FinishReason.TOOL_CALLS;
    Database.Work<TurnRow> work = sql -> {
      Checkpoints.appendRest(sql, turn);
      Turns.finish(sql, turn.id(), end);
      TurnRow row = answered(sql, turn.id(), outcome.answer().message());
      if (!outcome.answer().isEmpty() || outcome.answer().hasCalls()) {
        Messages.appendAnswer(sql, turn.sessionId(), turn.id(), outcome.answer().toRow(), now);
      }
      if (callsWait) {
        for (String[] call : outcome.answer().callIdsAndNames()) {
          OpenCalls.add(sql, new OpenCallRow(call[0], turn.sessionId(), turn.id(), call[1]));
        }
      }
      Sessions.touch(sql, turn.sessionId(), now);
      return row;
    };
    return order.write(turn.sessionId(), turn.sessionId(), large, () -> large
        ? checkpoints.rest(turn).thenCompose(_ -> database.writeBulk(Math.max(1, outcome.answer().size()), work))
        : database.write(work));
  }

  private static TurnRow answered(Sql sql, String turnId, Message answer) throws SQLException {
    TurnRow turn = Turns.find(sql, turnId).orElseThrow();
    byte[] hash = Lineage.answered(Turns.answeredBefore(sql, turn.sessionId(), turn.seq()),
        turn.lineage().orElseThrow(), answer);
    Turns.answered(sql, turnId, hash);
    return turn.withAnswered(hash);
  }

  private static TurnRow.State state(TurnEvent last) {
    return switch (last) {
      case TurnEvent.Failed(Failure failure) -> failure.kind() == Failure.Kind.TURN_INTERRUPTED
          ? TurnRow.State.INTERRUPTED : TurnRow.State.FAILED;
      default -> TurnRow.State.FINISHED;
    };
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A turn that is not in memory any more, if its log is still kept. */
  Optional<Turn> find(String turnId) {
    return database.read(sql -> {
      Optional<TurnRow> row = Turns.find(sql, turnId);
      Optional<Long> stored = TurnChunks.lastPosition(sql, turnId);
      if (row.isEmpty() || row.get().state() == TurnRow.State.RUNNING
          || (stored.isEmpty() && isDropped(row.get()))) {
        return Optional.empty();
      }
      SessionRow session = Sessions.find(sql, row.get().sessionId()).orElseThrow();
      return Optional.of(Turn.ended(turnId, session.id(), session.projectId(),
          Instant.ofEpochMilli(row.get().startedAt()), checkpoints, stored.orElse(0L), lastEvent(row.get())));
    });
  }

  /** Whether a log that is not there has been there: one that is cut off at once never was. */
  private static boolean isDropped(TurnRow turn) {
    return turn.inherited()
        || turn.endedAt().orElse(0) < System.currentTimeMillis() - RunningTurns.LOG_KEPT.toMillis();
  }

  private static TurnEvent lastEvent(TurnRow row) {
    TokenUsage usage = row.usage();
    if (row.state() == TurnRow.State.FINISHED) {
      FinishReason reason = FinishReason.valueOf(row.finishReason().orElse("stop").toUpperCase(Locale.ROOT));
      return new TurnEvent.Finished(reason, Usage.of(usage), List.of());
    }
    return new TurnEvent.Failed(Failure.of(
        Failure.Kind.valueOf(row.errorCode().orElse("internal").toUpperCase(Locale.ROOT)),
        row.errorMessage().orElse("")));
  }

  /**
   * At the start: what a gateway that did not end properly left running is interrupted; what was checkpointed of
   * an answer becomes a message.
   */
  void recover() {
    database.write(sql -> {
      for (TurnRow turn : Turns.interruptRunning(sql, System.currentTimeMillis(), "turn_interrupted",
          "The gateway ended while this turn was running.")) {
        keepWhatWasSaid(sql, turn);
      }
      return null;
    }).join();
  }

  private static void keepWhatWasSaid(Sql sql, TurnRow turn) throws SQLException {
    Answer answer = new Answer();
    for (ChunkRow chunk : TurnChunks.after(sql, turn.id(), -1, Integer.MAX_VALUE)) {
      TurnCodec.decode(chunk.bytes()).forEach(entry -> answer.text(entry.event()));
    }
    if (!answer.isEmpty()) {
      Messages.appendAnswer(sql, turn.sessionId(), turn.id(), answer.toRow(), System.currentTimeMillis());
    }
    answered(sql, turn.id(), answer.message());
  }

  /** The store has refused a turn's end, and its client was told this in its place. */
  void refused(Turn turn, Failure told) {
    if (unended.size() < UNENDED_MAX) {
      unended.put(turn.id(), told);
    }
  }

  /** Ends in the store what it has refused to end, if it takes it now; called every few seconds. */
  void endRefused() {
    Map<String, Failure> left = Map.copyOf(unended);
    if (left.isEmpty()) {
      return;
    }
    database.write(sql -> {
      for (Map.Entry<String, Failure> each : left.entrySet()) {
        Optional<TurnRow> failed = Turns.fail(sql, each.getKey(), System.currentTimeMillis(),
            lower(each.getValue().kind()), each.getValue().message());
        if (failed.isPresent()) {
          keepWhatWasSaid(sql, failed.get());
        }
      }
      return null;
    }).whenComplete((_, failure) -> {
      if (failure == null) {
        unended.keySet().removeAll(left.keySet());
      } else {
        LOG.log(Level.DEBUG, "the store still takes no turn''s end: {0}", failure.getMessage());
      }
    });
  }
}

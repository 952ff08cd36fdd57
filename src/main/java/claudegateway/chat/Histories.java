package claudegateway.chat;

import claudegateway.chat.Recollection.Given;
import claudegateway.store.Database;
import claudegateway.store.MessageRow;
import claudegateway.store.Messages;
import claudegateway.store.OpenCallRow;
import claudegateway.store.OpenCalls;
import claudegateway.store.SessionRow;
import claudegateway.store.Sessions;
import claudegateway.store.Sql;
import claudegateway.store.TurnRow;
import claudegateway.store.Turns;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which session a request belongs to. By its id; else, for a client that resends everything, by the open call that
 * a tool result answers, or by the lineage of what it says was said before.
 *
 * <p>Blocks on the database.
 */
final class Histories {

  /** What is to be done with a request. */
  sealed interface Plan {
    /** The messages that the model has not seen. */
    List<Message> fresh();

    /** @param at the session's turn that the client continues; empty when it named the session */
    record Continue(SessionRow session, Optional<TurnRow> at, List<Message> history, List<Message> fresh)
        implements Plan {}

    /** Another branch from an earlier point. @param history what the client says was before, as a way out */
    record Fork(SessionRow parent, TurnRow at, List<Message> history, List<Message> fresh) implements Plan {}

    /** A new conversation. @param history not empty when the client brings one along that nobody knows */
    record Begin(List<Message> history, List<Message> fresh) implements Plan {}
  }

  private final Database database;
  private final LiveSessions live;
  private final Function<String, Optional<Turn>> running;

  /**
   * @param live what is known of sessions in use without a look at the database
   * @param running the turn with an id, when it runs or has just ended
   */
  Histories(Database database, LiveSessions live, Function<String, Optional<Turn>> running) {
    this.database = database;
    this.live = live;
    this.running = running;
  }

  /** Throws ChatException when the session that was named is unknown or belongs to another project. */
  Plan plan(ChatRequest request, String projectId, Caller caller) {
    int answers = lastAnswer(request.messages()) + 1;
    List<Message> history = request.messages().subList(0, answers);
    List<Message> fresh = request.messages().subList(answers, request.messages().size());
    if (request.sessionId().isPresent()) {
      return new Plan.Continue(named(request, caller), Optional.empty(), history, fresh);
    }
    Set<String> strangers = results(fresh);
    history.forEach(message -> message.calls().forEach(call -> strangers.remove(call.id())));
    if (!strangers.isEmpty()) {
      return database.read(sql -> byOpenCalls(sql, strangers, history, fresh, projectId, caller))
          .orElseThrow(() -> new ChatException(Failure.invalid("messages", "Invalid 'messages': the tool message for \""
              + strangers.iterator().next() + "\" answers no call of an assistant message before it, and none that"
              + " waits for its result.")));
    }
    if (history.isEmpty()) {
      return new Plan.Begin(history, fresh);
    }
    List<byte[]> hashes = Lineage.chain(Lineage.root(caller, projectId), history);
    byte[] answered = Lineage.answered(history, hashes);
    return inUse(history, fresh, answered, caller)
        .orElseGet(() -> database.read(
            sql -> byHistory(sql, history, hashes, answered, fresh, request.system(), caller)));
  }

  /** Ids of the calls that these messages answer. */
  private static Set<String> results(List<Message> fresh) {
    return fresh.stream().flatMap(message -> message.toolCallId().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** For a client that sends the results of calls without the calls: the session where all of them wait. */
  private static Optional<Plan> byOpenCalls(Sql sql, Set<String> ids, List<Message> history, List<Message> fresh,
      String projectId, Caller caller) throws SQLException {
    for (OpenCallRow call : OpenCalls.find(sql, ids.iterator().next())) {
      Optional<SessionRow> session = Sessions.find(sql, call.sessionId())
          .filter(row -> row.owner().equals(caller.owner()) && row.projectId().equals(projectId));
      Set<String> open = OpenCalls.ofSession(sql, call.sessionId()).stream().map(OpenCallRow::toolCallId)
          .collect(Collectors.toSet());
      if (session.isPresent() && open.containsAll(ids)) {
        return Turns.lastOf(sql, call.sessionId()).map(
            last -> new Plan.Continue(session.get(), Optional.of(last), history, fresh));
      }
    }
    return Optional.empty();
  }

  /** A session in use that ends with just these words, and whose id nobody knows, needs no look at the database. */
  private Optional<Plan> inUse(List<Message> history, List<Message> fresh, byte[] answered, Caller caller) {
    Set<String> calls = history.getLast().calls().stream().map(Message.ToolCall::id).collect(Collectors.toSet());
    boolean resultsAreOfTheseCalls = fresh.stream().filter(message -> message.role() == Message.Role.TOOL)
        .allMatch(result -> calls.contains(result.toolCallId().orElse("")));
    return resultsAreOfTheseCalls
        ? live.unnamedEndingWith(answered, caller).flatMap(session -> session.last().head().map(
            head -> new Plan.Continue(session.row(), Optional.of(head), history, fresh)))
        : Optional.empty();
  }

  private static int lastAnswer(List<Message> messages) {
    int last = messages.size() - 1;
    while (last >= 0 && messages.get(last).role() != Message.Role.ASSISTANT) {
      last--;
    }
    return last;
  }

  private SessionRow named(ChatRequest request, Caller caller) {
    String id = request.sessionId().orElseThrow();
    SessionRow session = live.find(id).map(LiveSession::row).or(() -> database.read(sql -> Sessions.find(sql, id)))
        .filter(row -> caller.maySee(row.owner()))
        .orElseThrow(() -> new ChatException(Failure.of(Failure.Kind.SESSION_NOT_FOUND,
            "There is no session \"" + id + "\".")));
    request.projectId().filter(project -> !project.equals(session.projectId())).ifPresent(other -> {
      throw new ChatException(Failure.invalid("project_id", "Session " + id + " belongs to project \""
          + session.projectId() + "\", not to \"" + other + "\"."));
    });
    return session;
  }

  private Plan byHistory(Sql sql, List<Message> history, List<byte[]> hashes, byte[] answered,
      List<Message> fresh, Optional<String> system, Caller caller) throws SQLException {
    for (Candidate candidate : candidates(sql, Turns.byAnswers(sql, hashes.getLast(), answered), caller)) {
      if (callsAreOurs(sql, candidate.session.id(), fresh)) {
        return candidate.plan(history, fresh);
      }
    }
    for (Candidate candidate : candidates(sql, Turns.byLineage(sql, hashes.getLast()), caller)) {
      if (Recollection.agrees(history, hashes, system.equals(candidate.session.systemPrompt()), given(sql, candidate))
          && callsAreOurs(sql, candidate.session.id(), fresh)) {
        return candidate.plan(history, fresh);
      }
    }
    return new Plan.Begin(history, fresh);
  }

  /** @param head whether it is the session's last turn */
  private record Candidate(SessionRow session, TurnRow turn, boolean head) {
    /** Whoever knows its id expects to find there what was said by its id: it is the last one to be taken. */
    boolean isNamed() {
      return session.origin() == SessionRow.Origin.NAMED;
    }

    Plan plan(List<Message> history, List<Message> fresh) {
      return head ? new Plan.Continue(session, Optional.of(turn), history, fresh)
          : new Plan.Fork(session, turn, history, fresh);
    }
  }

  /** The caller's among them, the best first. */
  private static List<Candidate> candidates(Sql sql, List<TurnRow> turns, Caller caller) throws SQLException {
    List<Candidate> candidates = new ArrayList<>();
    for (TurnRow turn : turns) {
      Optional<SessionRow> session = Sessions.find(sql, turn.sessionId())
          .filter(row -> row.owner().equals(caller.owner()));
      if (session.isPresent()) {
        boolean head = Turns.lastOf(sql, turn.sessionId()).map(TurnRow::id).equals(Optional.of(turn.id()));
        candidates.add(new Candidate(session.get(), turn, head));
      }
    }
    candidates.sort(Comparator.comparing(Candidate::isNamed).thenComparing(Candidate::head, Comparator.reverseOrder()));
    return candidates;
  }

  /** The session's turns up to the one that is continued, by their hashes. */
  private Function<byte[], Optional<Given>> given(Sql sql, Candidate candidate) throws SQLException {
    Map<String, Message> answers = new HashMap<>();
    for (MessageRow row : Messages.ofSession(sql, candidate.session.id(), Integer.MAX_VALUE, 0)) {
      if (row.role() == MessageRow.Role.ASSISTANT) {
        answers.merge(row.turnId(), Blocks.fromRow(row), (one, next) -> Message.answerOf(List.of(one, next)));
      }
    }
    Map<String, Given> turns = new HashMap<>();
    for (TurnRow turn : Turns.ofSession(sql, candidate.session.id())) {
      if (turn.seq() <= candidate.turn.seq() && turn.lineage().isPresent()) {
        Optional<Message> answer = turn.state() == TurnRow.State.RUNNING
            ? running.apply(turn.id()).map(Turn::said) : Optional.ofNullable(answers.get(turn.id()));
        turns.put(HexFormat.of().formatHex(turn.lineage().get()), new Given(turn, answer));
      }
    }
    return hash -> Optional.ofNullable(turns.get(HexFormat.of().formatHex(hash)));
  }

  private static boolean callsAreOurs(Sql sql, String sessionId, List<Message> fresh) throws SQLException {
    for (Message message : fresh) {
      if (message.role() == Message.Role.TOOL) {
        List<OpenCallRow> calls = OpenCalls.find(sql, message.toolCallId().orElse(""));
        if (!calls.isEmpty() && calls.stream().noneMatch(call -> call.sessionId().equals(sessionId))) {
          return false;
        }
      }
    }
    return true;
  }
}

package claudegateway.chat;

import claudegateway.claude.Launch.Origin;
import claudegateway.claude.Transcripts;
import claudegateway.claude.Transcripts.Line;
import claudegateway.claude.Transcripts.OpenCall;
import claudegateway.store.Database;
import claudegateway.store.MessageRow;
import claudegateway.store.Messages;
import claudegateway.store.SessionRow.Transcript;
import claudegateway.store.TurnRow;
import claudegateway.store.Turns;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a session's next process begins with: nothing, the CLI's own transcript, or one that is written from what the
 * store knows. Blocks on the database and the file system; for whoever has claimed the session, while no process runs
 * it.
 */
final class Beginnings {
  private final Database database;
  private final Transcripts transcripts;

  Beginnings(Database database, Transcripts transcripts) {
    this.database = database;
    this.transcripts = transcripts;
  }

  /**
   * @param waiting calls of the client's functions without a result
   * @param unsaid what the user said last, to no answer, and the process does not know: it is to be said with what
   *     comes next, because the CLI puts an answer of its own behind a transcript that ends so
   */
  record Begin(Origin origin, List<OpenCall> waiting, List<Message> unsaid) {
    private static final Begin FRESH = fresh(List.of());

    private static Begin fresh(List<Message> unsaid) {
      return new Begin(new Origin.Fresh(), List.of(), unsaid);
    }

    private static Begin resumed(List<OpenCall> waiting) {
      return new Begin(new Origin.Resume(), waiting, List.of());
    }
  }

  /** Whether the CLI's own transcript can be resumed; if not, but we know the history, one is written. */
  Begin of(LiveSession session, ToolNames names) {
    Optional<TurnRow> last = database.read(sql -> Turns.lastOf(sql, session.id()));
    if (session.last().isAstray()
        || (!session.last().hasGoneOn() && last.filter(Beginnings::hadItsLength).isPresent())) {
      return fromLastTurn(session, last, names);
    }
    if (isResumable(session, last) && hasEndOf(last, session)) {
      return resumed(session, last, last.filter(Beginnings::endedWithCalls).isPresent());
    }
    return holdingBack(session, last, names, messages(session));
  }

  /** The same without the CLI's transcript, which it could not read; empty when the store knows nothing either. */
  Optional<Begin> fromStore(LiveSession session, ToolNames names) {
    List<Message> messages = messages(session);
    return messages.isEmpty() ? Optional.empty() : Optional.of(holdingBack(session,
        database.read(sql -> Turns.lastOf(sql, session.id())), names, messages));
  }

  /** The CLI knows more than the session's last turn: a message that was refused, or words of its own. */
  private Begin fromLastTurn(LiveSession session, Optional<TurnRow> last, ToolNames names) {
    if (last.isEmpty()) {
      transcripts.delete(session.folder(), session.id());
      return Begin.FRESH;
    }
    Optional<String> end = last.filter(turn -> !turn.inherited()).flatMap(TurnRow::lastUuid);
    boolean cut = end.isPresent() && !endedWithCalls(last.get()) && isResumable(session, last)
        && transcripts.cutBehind(session.folder(), session.id(), end.get());
    return cut ? resumed(session, last, false) : holdingBack(session, last, names, messages(session));
  }

  /**
   * The same as if a turn, the session's last, had never begun; empty when the transcript has its message already.
   *
   * @param before how the process began that was to take the message up
   */
  Optional<Begin> before(String turnId, String userUuid, LiveSession session, ToolNames names, Origin before) {
    if (transcripts.has(session.folder(), session.id(), userUuid)) {
      return Optional.empty();
    }
    Optional<TurnRow> last = database.read(sql -> Turns.lastBefore(sql, session.id(), turnId));
    if (before instanceof Origin.Fork && last.filter(turn -> !turn.inherited()).isEmpty()) {
      // Nothing but what is the parent's as well can be in its transcript, and perhaps not all of that.
      transcripts.delete(session.folder(), session.id());
      return Optional.of(new Begin(before, List.of(), List.of()));
    }
    if (isResumable(session, last) && hasEndOf(last, session)) {
      // Turns that a client brought along do not tell that they ended with calls: the transcript does.
      return Optional.of(resumed(session, last, true));
    }
    return Optional.of(known(session, last, names,
        messages(session, row -> !row.turnId().equals(turnId))));
  }

  private List<Message> messages(LiveSession session) {
    return messages(session, _ -> true);
  }

  private List<Message> messages(LiveSession session, Predicate<MessageRow> wanted) {
    return database.read(sql -> Messages.ofSession(sql, session.id(), Integer.MAX_VALUE, 0)).stream().filter(wanted)
        .map(Blocks::fromRow).toList();
  }

  /** Whether the transcript has what the CLI said last: one that was killed may not have got to writing it. */
  private boolean hasEndOf(Optional<TurnRow> last, LiveSession session) {
    return last.filter(turn -> turn.state() == TurnRow.State.FINISHED && !turn.inherited()).flatMap(TurnRow::lastUuid)
        .map(uuid -> transcripts.has(session.folder(), session.id(), uuid)).orElse(true);
  }

  private boolean isResumable(LiveSession session, Optional<TurnRow> last) {
    return transcripts.exists(session.folder(), session.id()) && session.row().transcript() != Transcript.PARTIAL
        && hasMessageOf(last, session);
  }

  private Begin resumed(LiveSession session, Optional<TurnRow> last, boolean mayWait) {
    last.filter(Beginnings::endedWithAnAnswer).ifPresent(turn -> endWithAnswer(session, turn));
    return Begin.resumed(mayWait ? transcripts.reopen(session.folder(), session.id()) : List.of());
  }

  private Begin holdingBack(LiveSession session, Optional<TurnRow> last, ToolNames names, List<Message> messages) {
    int told = BroughtHistory.answered(messages);
    List<Message> unsaid = List.copyOf(messages.subList(told, messages.size()));
    if (told == 0 && !unsaid.isEmpty()) {
      transcripts.delete(session.folder(), session.id());
      return Begin.fresh(unsaid);
    }
    Begin begin = known(session, last, names, messages.subList(0, told));
    return new Begin(begin.origin, begin.waiting, unsaid);
  }

  private Begin known(LiveSession session, Optional<TurnRow> last, ToolNames names, List<Message> messages) {
    if (messages.isEmpty()) {
      return transcripts.exists(session.folder(), session.id()) ? Begin.resumed(List.of()) : Begin.FRESH;
    }
    Instant said = last.flatMap(turn -> turn.endedAt().stream().mapToObj(Instant::ofEpochMilli).findFirst())
        .orElseGet(Instant::now);
    List<Line> lines = BroughtHistory.lines(messages, names);
    transcripts.write(session.folder(), session.id(), lines, said);
    return Begin.resumed(BroughtHistory.waiting(lines));
  }

  static boolean endedWithCalls(TurnRow turn) {
    return turn.finishReason().filter(FinishReason.TOOL_CALLS.name()::equalsIgnoreCase).isPresent();
  }

  /** The CLI has put words of its own behind it, until it was stopped. */
  private static boolean hadItsLength(TurnRow turn) {
    return !turn.inherited() && turn.finishReason().filter(FinishReason.LENGTH.name()::equalsIgnoreCase).isPresent();
  }

  private static boolean endedWithAnAnswer(TurnRow turn) {
    return turn.lastUuid().isPresent()
        && turn.finishReason().filter(FinishReason.STOP.name()::equalsIgnoreCase).isPresent();
  }

  /** Structured output ends with a tool's result, behind which the CLI would put words that nobody said. */
  private void endWithAnswer(LiveSession session, TurnRow turn) {
    database.read(sql -> Messages.answerOf(sql, turn.id())).ifPresent(row ->
        transcripts.answered(session.folder(), session.id(), turn.lastUuid().orElseThrow(),
            Blocks.fromRow(row).text(),
            Instant.ofEpochMilli(turn.endedAt().orElse(System.currentTimeMillis()))));
  }

  /** Whether the transcript has what the user said last: a CLI that died before it took the message up has not. */
  private boolean hasMessageOf(Optional<TurnRow> last, LiveSession session) {
    return last.filter(turn -> turn.state() != TurnRow.State.FINISHED && turn.lastUuid().isEmpty())
        .flatMap(TurnRow::userUuid)
        .map(uuid -> transcripts.has(session.folder(), session.id(), uuid)).orElse(true);
  }
}

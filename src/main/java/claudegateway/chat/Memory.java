package claudegateway.chat;

import claudegateway.store.TurnRow;
import claudegateway.store.TurnRow.State;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a client remembers of a session's answers, beside what was given. It may have got only a part of one, or
 * nothing; what it rewrote was another conversation.
 */
final class Memory {
  private Memory() {}

  /** @param answer empty when nothing was said; of a turn that still runs, what was said until now */
  record Given(TurnRow turn, Optional<Message> answer) {}

  /** What one answer tells about whether a client speaks of this session. */
  private enum Evidence {
    /** It is the one that was given, or its beginning. */
    KNOWN,
    /** The client has none. */
    NOTHING,
    /** Nothing was said, and the client put something in its place: a note of the error, or another's answer. */
    DOUBTFUL,
    DIFFERENT
  }

  /**
   * Whether all answers that a client remembers can be those of a session.
   *
   * @param hashes the {@link Lineage#chain} of the history
   * @param given the session's turn with such a hash
   */
  static boolean agrees(List<Message> history, List<byte[]> hashes, Function<byte[], Optional<Given>> given) {
    boolean known = false;
    for (Lineage.Exchange exchange : Lineage.exchanges(history)) {
      Evidence evidence = evidence(exchange.answer(), given.apply(hashes.get(exchange.end())));
      if (evidence == Evidence.DIFFERENT || (evidence == Evidence.DOUBTFUL && !known)) {
        return false;
      }
      known |= evidence == Evidence.KNOWN;
    }
    return true;
  }

  private static Evidence evidence(Message remembered, Optional<Given> found) {
    String text = remembered.text().strip();
    if (text.isEmpty() && remembered.calls().isEmpty()) {
      return Evidence.NOTHING;
    }
    if (found.isEmpty()) {
      // At this place nobody answered.
      return Evidence.DIFFERENT;
    }
    TurnRow turn = found.get().turn();
    Optional<Message> answer = found.get().answer();
    List<String> calls = remembered.calls().stream().map(Message.ToolCall::id).toList();
    if (!calls.isEmpty() && answer.isPresent()
        && !answer.get().calls().stream().map(Message.ToolCall::id).toList().containsAll(calls)) {
      return Evidence.DIFFERENT;
    }
    String said = answer.map(Message::text).orElse("").strip();
    if (answer.isPresent() && said.startsWith(text)) {
      return Evidence.KNOWN;
    }
    // A client can have heard more of a turn than was stored before a crash, and add its own note to what it heard;
    // but never more than a turn that runs has said.
    boolean more = (turn.state() == State.FAILED || turn.state() == State.INTERRUPTED) && text.startsWith(said);
    return !more ? Evidence.DIFFERENT : said.isEmpty() ? Evidence.DOUBTFUL : Evidence.KNOWN;
  }
}

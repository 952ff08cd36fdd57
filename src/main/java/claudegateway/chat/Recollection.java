package claudegateway.chat;

import claudegateway.store.TurnRow;
import claudegateway.store.TurnRow.State;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a client remembers of a session's answers, beside what was given. It may have got only a part of one, or
 * nothing; what it rewrote was another conversation.
 */
final class Recollection {
  private Recollection() {}

  /** @param answer empty when nothing was said; of a turn that still runs, what was said until now */
  record Given(TurnRow turn, Optional<Message> answer) {}

  /** What one answer tells about whether a client speaks of this session. */
  private enum Evidence {
    /** It is the one that was given. */
    WHOLE,
    /** It begins like the one that was given. */
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
   * <p>Who knows none of them whole was cut off, or is somebody else who asked the same: that is to be believed only of
   * turns that were cut off as well, or where the instructions are the same too.
   *
   * @param hashes the {@link Lineage#chain} of the history
   * @param sameInstructions whether the client's system prompt is the session's
   * @param given the session's turn with such a hash
   */
  static boolean agrees(List<Message> history, List<byte[]> hashes, boolean sameInstructions,
      Function<byte[], Optional<Given>> given) {
    boolean whole = false;
    boolean known = false;
    boolean cutOff = true;
    for (Lineage.Exchange exchange : Lineage.exchanges(history)) {
      Optional<Given> found = given.apply(hashes.get(exchange.end()));
      Evidence evidence = evidence(exchange.answer(), found);
      if (evidence == Evidence.DIFFERENT || (evidence == Evidence.DOUBTFUL && !known)) {
        return false;
      }
      whole |= evidence == Evidence.WHOLE;
      known |= evidence == Evidence.WHOLE || evidence == Evidence.KNOWN;
      cutOff &= found.filter(each -> each.turn().state() == State.FINISHED).isEmpty();
    }
    return whole || cutOff || sameInstructions;
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
    Set<String> calls = Set.copyOf(Lineage.calls(remembered));
    if (!calls.isEmpty() && answer.isPresent() && !calls.equals(Set.copyOf(Lineage.calls(answer.get())))) {
      // One was changed, or taken away with its result.
      return Evidence.DIFFERENT;
    }
    String said = answer.map(Message::text).orElse("").strip();
    if (answer.isPresent() && said.startsWith(text)) {
      return said.equals(text) ? Evidence.WHOLE : Evidence.KNOWN;
    }
    // A client can have heard more of a turn than was stored before a crash, and add its own note to what it heard;
    // but never more than a turn that runs has said.
    boolean more = (turn.state() == State.FAILED || turn.state() == State.INTERRUPTED) && text.startsWith(said);
    return !more ? Evidence.DIFFERENT : said.isEmpty() ? Evidence.DOUBTFUL : Evidence.KNOWN;
  }
}

package claudegateway.chat;

import claudegateway.store.TurnRow;
import java.util.List;
import java.util.Optional;

/** What a client remembers of an answer, beside what was given. */
final class Memory {
  private Memory() {}

  /**
   * Whether the two can be the same answer. A client that was cut off has a part of it or nothing; of one that
   * failed it may have more than was stored, its own note of the error.
   */
  static boolean agrees(Message remembered, Optional<Message> given, TurnRow turn) {
    List<String> calls = remembered.calls().stream().map(Message.ToolCall::id).toList();
    if (!calls.isEmpty() && given.isPresent()
        && !given.get().calls().stream().map(Message.ToolCall::id).toList().containsAll(calls)) {
      return false;
    }
    String text = remembered.text().strip();
    String stored = given.map(Message::text).orElse("").strip();
    if (text.isEmpty() || text.equals(stored)) {
      return true;
    }
    return stored.startsWith(text) || (turn.state() != TurnRow.State.FINISHED && text.startsWith(stored));
  }
}

package claudegateway.chat;

import claudegateway.claude.Transcripts;
import claudegateway.claude.Transcripts.Line;
import claudegateway.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Another program that goes on with a session of ours, such as {@code claude --resume} in a terminal. The CLI does not
 * notice two writers, so its transcript is looked at before each turn. Blocks on the file system.
 */
final class OtherWriter {
  /** What the CLI writes after its result is there by then (0.1 s measured), and no other CLI has started yet. */
  private static final Duration WRITTEN_BEHIND = Duration.ofMillis(500);

  private final Transcripts transcripts;
  private final InstantSource time;

  OtherWriter(Transcripts transcripts, InstantSource time) {
    this.transcripts = transcripts;
    this.time = time;
  }

  /** What it said, and the line to resume from, when the CLI would not find that by itself. */
  record Added(List<Message> messages, Optional<String> branch) {
    private static final Added NOTHING = new Added(List.of(), Optional.empty());

    boolean isEmpty() {
      return messages.isEmpty();
    }
  }

  /**
   * What was added to a session since our last turn ended. Looked for only when the session was idle for a while: the
   * CLI itself writes a little behind its result.
   */
  Added added(LiveSession session, Optional<LastTurn.End> last) {
    if (last.isEmpty() || session.running().isPresent()) {
      return Added.NOTHING;
    }
    Instant moment = last.get().at().plus(WRITTEN_BEHIND);
    if (time.instant().isBefore(moment)) {
      return Added.NOTHING;
    }
    Transcripts.Added added = transcripts.since(session.folder(), session.id(), moment, last.get().lastUuid());
    return new Added(added.lines().stream().map(OtherWriter::message).toList(), added.branch());
  }

  /** Makes the session's next process go on from the right line; called when it has none. */
  void follow(LiveSession session, Added added) {
    added.branch().ifPresent(leaf -> transcripts.goOnFrom(session.folder(), session.id(), leaf));
  }

  private static Message message(Line line) {
    return Blocks.fromRow(line.role() == Line.Role.USER ? Message.Role.USER : Message.Role.ASSISTANT,
        Json.Arr.of(line.content(), block -> block).toText());
  }
}

package claudegateway.chat;

import claudegateway.chat.TurnStore.PastTurn;
import claudegateway.claude.Transcripts.Line;
import claudegateway.claude.Transcripts.OpenCall;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;

/** A history that the CLI has not seen: as lines for it, and as turns for the store. */
final class BroughtHistory {
  private BroughtHistory() {}

  /** Newer models take no conversation that the assistant begins, as one does that greets, or was cut off in front. */
  private static final Line BEGINNING = Line.user(List.of(Json.object("type", "text", "text",
      "<system-reminder>\nNo earlier message of the user is shown.\n</system-reminder>")));

  /** How many of the messages come before what has no answer yet: empty answers are none. */
  static int answered(List<Message> messages) {
    int answered = messages.size();
    while (answered > 0 && !isAnswer(messages.get(answered - 1))) {
      answered--;
    }
    return answered;
  }

  private static boolean isAnswer(Message message) {
    return message.role() == Message.Role.ASSISTANT && !Blocks.of(message, name -> name).isEmpty();
  }

  /** Neighbouring messages of one side are one line: tool results must all answer the message before them. */
  static List<Line> lines(List<Message> messages, ToolNames names) {
    List<Line> lines = new ArrayList<>();
    for (Message message : CallIds.unique(messages)) {
      List<Json.Obj> blocks = Blocks.of(message, names::model);
      Line.Role role = message.role() == Message.Role.ASSISTANT ? Line.Role.ASSISTANT : Line.Role.USER;
      if (blocks.isEmpty()) {
        continue;
      }
      if (lines.isEmpty() && role == Line.Role.ASSISTANT) {
        lines.add(BEGINNING);
      }
      if (!lines.isEmpty() && lines.getLast().role() == role) {
        List<Json.Obj> joined = new ArrayList<>(lines.removeLast().content());
        joined.addAll(blocks);
        blocks = joined;
      }
      lines.add(new Line(role, blocks, List.of()));
    }
    if (!lines.isEmpty() && lines.getLast().role() == Line.Role.ASSISTANT) {
      Line last = lines.removeLast();
      lines.add(new Line(last.role(), last.content(), openCalls(last.content())));
    }
    return lines;
  }

  private static List<OpenCall> openCalls(List<Json.Obj> blocks) {
    return blocks.stream().filter(block -> block.string("type").filter("tool_use"::equals).isPresent())
        .map(block -> new OpenCall(block.string("id").orElse(""), block.string("name").orElse(""),
            block.object("input").orElse(Json.Obj.EMPTY)))
        .toList();
  }

  /** Calls of the client's functions that have no result yet. */
  static List<OpenCall> waiting(List<Line> lines) {
    return lines.isEmpty() ? List.of() : lines.getLast().deferred();
  }

  /** The turns of a history that a client brings along, for those who will continue it later. */
  static List<PastTurn> pastTurns(byte[] root, List<Message> history, String model) {
    List<byte[]> hashes = Lineage.chain(root, history);
    return Lineage.exchanges(history).stream()
        .map(exchange -> new PastTurn(exchange.messages(), hashes.get(exchange.end()), model)).toList();
  }
}

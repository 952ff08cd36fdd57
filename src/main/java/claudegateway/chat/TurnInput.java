package claudegateway.chat;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the CLI is told at the beginning of a turn.
 *
 * @param blocks the content of its user line; not empty
 * @param results the results among it, by call id, as an MCP server would give them: a CLI that was resumed may
 *     ask for them again
 */
record TurnInput(List<Json.Obj> blocks, Map<String, Json> results) {

  static TurnInput of(List<Message> messages, ToolNames names) {
    List<Json.Obj> blocks = new ArrayList<>();
    Map<String, Json> results = new LinkedHashMap<>();
    for (Message message : messages) {
      blocks.addAll(Blocks.of(message, names::model));
      message.toolCallId().ifPresent(id -> results.put(CallIds.plain(id), Blocks.mcpContent(message)));
    }
    if (blocks.isEmpty()) {
      blocks.add(Json.object("type", "text", "text", " "));
    }
    return new TurnInput(blocks, results);
  }

  TurnInput and(Json.Obj block) {
    List<Json.Obj> more = new ArrayList<>(blocks);
    more.add(block);
    return new TurnInput(more, results);
  }
}

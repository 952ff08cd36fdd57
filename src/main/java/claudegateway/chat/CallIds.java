package claudegateway.chat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Ids of calls as the model's API takes them: letters, digits, {@code _} and {@code -}, and none twice in a
 * conversation. Ours are such; a history that comes from another server may count from 0 again in each round.
 */
final class CallIds {
  private CallIds() {}

  /** The id without what the API refuses. */
  static String plain(String id) {
    return id.replaceAll("[^A-Za-z0-9_-]", "_");
  }

  /** The same conversation; what comes later changes nothing of what was before. */
  static List<Message> unique(List<Message> messages) {
    Set<String> taken = new HashSet<>();
    Map<String, String> now = new HashMap<>();
    List<Message> renamed = new ArrayList<>(messages.size());
    for (Message message : messages) {
      List<Message.ToolCall> calls = message.calls().stream().map(call -> {
        String id = free(plain(call.id()), taken);
        now.put(call.id(), id);
        return new Message.ToolCall(id, call.name(), call.arguments());
      }).toList();
      renamed.add(new Message(message.role(), message.parts(), calls,
          message.toolCallId().map(id -> now.getOrDefault(id, id))));
    }
    return renamed;
  }

  /** With the number in front: 2.1.330 takes an id that ends in a number for the one without. */
  private static String free(String wanted, Set<String> taken) {
    String id = wanted;
    for (int i = 2; !taken.add(id); i++) {
      id = "r" + i + "_" + wanted;
    }
    return id;
  }
}

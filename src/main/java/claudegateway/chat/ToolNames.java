package claudegateway.chat;

import claudegateway.claude.ClientTool;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The client's names of its functions and the names under which the model knows them. The server's prefix keeps
 * them apart from Claude Code's own tools; a name that MCP would refuse is mapped, and mapped back.
 */
final class ToolNames {
  static final ToolNames NONE = new ToolNames(List.of());

  /** With the prefix well within the API's limit of 128. */
  private static final int LENGTH_MAX = 64;

  private final Map<String, String> toModel = new HashMap<>();
  private final Map<String, String> toClient = new HashMap<>();

  ToolNames(List<String> clientNames) {
    Set<String> taken = new HashSet<>();
    clientNames.stream().filter(name -> plain(name).equals(name)).forEach(name -> add(name, name, taken));
    for (String name : clientNames) {
      if (!toModel.containsKey(name)) {
        String base = plain(name);
        String candidate = base;
        for (int i = 2; taken.contains(candidate); i++) {
          String suffix = "_" + i;
          candidate = base.substring(0, Math.min(base.length(), LENGTH_MAX - suffix.length())) + suffix;
        }
        add(name, candidate, taken);
      }
    }
  }

  private void add(String client, String bare, Set<String> taken) {
    taken.add(bare);
    toModel.put(client, bare);
    toClient.put(ClientTool.PREFIX + bare, client);
  }

  private static String plain(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_-]", "_");
    return plain.substring(0, Math.min(plain.length(), LENGTH_MAX));
  }

  /** The client's names. */
  Set<String> all() {
    return Set.copyOf(toModel.keySet());
  }

  /** The name in {@code tools/list}. A name that is not offered now, in an old message, is mapped alike. */
  String bare(String clientName) {
    return toModel.getOrDefault(clientName, plain(clientName));
  }

  /** The name that the model sees. */
  String model(String clientName) {
    return ClientTool.PREFIX + bare(clientName);
  }

  String client(String modelName) {
    String known = toClient.get(modelName);
    return known != null ? known
        : ClientTool.isClientTool(modelName) ? modelName.substring(ClientTool.PREFIX.length()) : modelName;
  }
}

package claudegateway.claude;

import claudegateway.json.Json;

/**
 * One of the client's own functions, as the CLI is told of it.
 *
 * @param name what MCP and the model's API accept: {@code [A-Za-z0-9_-]}, short enough for the prefix
 */
public record ClientTool(String name, String description, Json.Obj inputSchema) {
  /** The name under which the SDK server is known to the CLI. */
  public static final String SERVER = "client";

  /** What the model sees before the name. */
  public static final String PREFIX = "mcp__" + SERVER + "__";

  public static boolean isClientTool(String modelsName) {
    return modelsName.startsWith(PREFIX);
  }
}

package claudegateway.claude;

import claudegateway.json.Json;

/**
 * One of the client's own functions, as the CLI is told of it.
 *
 * @param name what MCP and the model's API accept: {@code [A-Za-z0-9_-]}, short enough for the prefix
 * @param inputSchema of type object: one function without it, and 2.1.197 loses them all
 */
public record ClientTool(String name, String description, Json.Obj inputSchema) {
  /** The name under which the SDK server is known to the CLI. */
  public static final String SERVER = "client";

  /** What the model sees before the name. */
  public static final String PREFIX = "mcp__" + SERVER + "__";

  /** UTF-16 units. The CLI cuts off what is beyond: 2,048 in 2.1.197, 4,096 in 2.1.330. */
  static final int DESCRIPTION_MAX = 2_000;

  private static final String CONTINUED = "\n[This description goes on in that of the parameters.]";

  public static boolean isClientTool(String modelsName) {
    return modelsName.startsWith(PREFIX);
  }

  /** As {@code tools/list} has it. A long description's rest stands in the schema's own, which the CLI keeps. */
  Json.Obj listed() {
    String head = description;
    Json.Obj schema = inputSchema;
    if (description.length() > DESCRIPTION_MAX) {
      int cut = cut(DESCRIPTION_MAX - CONTINUED.length());
      head = description.substring(0, cut) + CONTINUED;
      schema = schema.with("description", Json.of(description.substring(cut)
          + schema.string("description").map(own -> "\n\n" + own).orElse("")));
    }
    // A function that is found only by a search is not what the client offered.
    return Json.object("name", name, "description", head, "inputSchema", schema,
        "_meta", Json.object("anthropic/alwaysLoad", true, "anthropic/maxResultSizeChars", RESULT_MAX));
  }

  /** The most that the CLI lets a server ask for; a larger result would be put into a file. */
  private static final int RESULT_MAX = 500_000;

  /** Behind a line or a word where there is one, never inside a character. */
  private int cut(int most) {
    int line = description.lastIndexOf('\n', most - 1) + 1;
    int word = description.lastIndexOf(' ', most - 1) + 1;
    int at = line > most / 2 ? line : word > most / 2 ? word : most;
    return Character.isHighSurrogate(description.charAt(at - 1)) ? at - 1 : at;
  }
}

package claudegateway.bench;

import claudegateway.json.Json;
import java.util.List;

/**
 * What {@link ToolRound} is through the gateway, with a CLI alone: a function of its host's, whose call a hook defers,
 * so that the turn ends with it; the result is the next line. How long the CLI itself takes from there.
 */
final class BareToolRound implements Speaker, AutoCloseable {
  private static final String SERVER = "host";
  private static final String FUNCTION = "mcp__" + SERVER + "__look_up";
  private static final Json.Obj LISTED = Json.object("name", "look_up", "description", "Looks something up.",
      "inputSchema", Json.object("type", "object", "properties", Json.object("what", Json.object("type", "string"))),
      "_meta", Json.object("anthropic/alwaysLoad", true));

  private final BareCli cli;
  private int rounds;

  /** @param setting its environment has ENABLE_TOOL_SEARCH=false: the model is to see the function itself */
  BareToolRound(BareCli.Setting setting) {
    cli = BareCli.live(setting, List.of("--tools", "", "--strict-mcp-config"), BareToolRound::answer);
    cli.control(Json.object("subtype", "initialize", "sdkMcpServers", List.of(SERVER), "hooks",
        Json.object("PreToolUse", List.of(Json.object("matcher", FUNCTION, "hookCallbackIds", List.of("defer"))))));
  }

  private static Json.Obj answer(Json.Obj request) {
    return switch (request.string("subtype").orElse("")) {
      case "hook_callback" -> Json.object("hookSpecificOutput",
          Json.object("hookEventName", "PreToolUse", "permissionDecision", "defer"));
      case "mcp_message" -> Json.object("mcp_response", mcp(request.object("message").orElseThrow()));
      default -> Json.Obj.EMPTY;
    };
  }

  private static Json.Obj mcp(Json.Obj message) {
    Json.Obj result = switch (message.string("method").orElse("")) {
      case "initialize" -> Json.object("protocolVersion", "2025-11-25",
          "capabilities", Json.object("tools", Json.Obj.EMPTY),
          "serverInfo", Json.object("name", SERVER, "version", "1"));
      case "tools/list" -> Json.object("tools", List.of(LISTED));
      default -> Json.Obj.EMPTY;
    };
    return Json.object("jsonrpc", "2.0", "id", message.get("id").orElse(Json.of(0)), "result", result);
  }

  /** Blocks until the model has called the function; then its result goes out. */
  @Override
  public Answer ask(String prompt, Answer.Listener listener) {
    String id = "toolu_bare" + rounds++;
    Speaker.wholeWithin(cli.ask("#call id=" + id + " " + FUNCTION + " {\"what\":\"it\"}\n#then\n" + prompt,
        Answer.Listener.NONE));
    return cli.ask(Json.Arr.of(List.of(id), call -> Json.object("type", "tool_result", "tool_use_id", call,
        "content", "found")), listener);
  }

  @Override
  public void close() {
    cli.close();
  }
}

package claudegateway.claude;

import claudegateway.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a child asks its host, and what it is answered: permissions, the hook before a tool, the MCP server that
 * stands for the client's own functions (protocol, sections 3 and 4).
 *
 * <p>A call of a client's function is deferred: the turn ends with it, and the result comes with the next request.
 * After a resume 2.1.330 runs a deferred call again by itself; then the call is allowed and answered from the
 * results that {@link #results} was given, which 2.1.197 takes from the user line instead.
 */
public final class AgentControl {
  private static final String PROTOCOL_VERSION = "2025-11-25";

  private volatile List<ClientTool> tools = List.of();
  private final CompletableFuture<Void> listed = new CompletableFuture<>();
  private final Map<String, Json> results = new ConcurrentHashMap<>();
  private volatile Set<String> reopened = Set.of();

  AgentControl() {}

  /** The functions that {@code tools/list} names from now on. */
  public void tools(List<ClientTool> offered) {
    tools = List.copyOf(offered);
  }

  public List<ClientTool> tools() {
    return tools;
  }

  /** Done when the CLI has been told for the first time what functions there are. */
  public CompletableFuture<Void> listed() {
    return listed;
  }

  /** What the client answered to open calls, by call id: MCP content arrays. Replaces the earlier ones. */
  public void results(Map<String, Json> known) {
    results.clear();
    results.putAll(known);
  }

  /** Calls that waited when the process was started: 2.1.330 runs them, and must not be told to wait again. */
  public void reopened(Set<String> callIds) {
    reopened = Set.copyOf(callIds);
  }

  /** Whether the process was started with calls that waited. */
  public boolean hasReopened() {
    return !reopened.isEmpty();
  }

  /**
   * To be asked before {@code initialize} where there are functions: beside its own tools 2.1.330 would offer the
   * model a search instead of them, and after a resume not even that.
   */
  static Json.Obj withoutToolSearch() {
    return Json.object("subtype", "apply_flag_settings",
        "settings", Json.object("env", Json.object("ENABLE_TOOL_SEARCH", "false")));
  }

  /** The settings of {@code initialize} by which all of this is switched on. */
  public static Json.Obj initializeSettings() {
    return Json.object(
        "sdkMcpServers", List.of(ClientTool.SERVER),
        "hooks", Json.object("PreToolUse", List.of(Json.object(
            "matcher", ClientTool.PREFIX + ".*", "hookCallbackIds", List.of("client-tool")))));
  }

  /** The {@code servers} of two {@code mcp_set_servers} requests, after which {@code tools/list} is asked again. */
  public static List<Json.Obj> reconnected() {
    return List.of(Json.Obj.EMPTY, Json.object(ClientTool.SERVER,
        Json.object("type", "sdk", "name", ClientTool.SERVER)));
  }

  /** The line that answers a request; called on the reader thread, doesn't block. */
  byte[] answer(ClaudeEvent.ControlRequest asked) {
    Json.Obj request = asked.request();
    Optional<Json.Obj> answer = switch (asked.subtype()) {
      case "can_use_tool" -> Optional.of(Json.object("behavior", "deny", "message", refusal(request)));
      case "hook_callback" -> Optional.of(beforeTool(request.object("input").orElse(Json.Obj.EMPTY)));
      case "mcp_message" -> request.object("message").map(this::mcp).map(reply -> Json.object("mcp_response", reply));
      default -> Optional.empty();
    };
    return answer.map(body -> StdinLine.controlResponse(asked.requestId(), body))
        .orElseGet(() -> StdinLine.controlError(asked.requestId(), "this host does not know " + asked.subtype()));
  }

  /** The answer is on its way, before all lines that are sent from now on. */
  void answered(ClaudeEvent.ControlRequest asked) {
    if (asked.request().object("message").flatMap(message -> message.string("method"))
        .filter("tools/list"::equals).isPresent()) {
      listed.complete(null);
    }
  }

  /** Why a tool may not run, with what the operator can do about it; the model and the client both read it. */
  static String refusal(Json.Obj request) {
    String tool = request.string("tool_name").orElse("the tool");
    String rule = request.object("input").flatMap(input -> input.string("command"))
        .map(command -> tool + "(" + command.strip().split("\\s+")[0] + " *)")
        .orElse(tool);
    return tool + " needs permission here, and nobody can be asked. The gateway's operator can allow it: "
        + "PERMISSION_ALLOW=\"" + rule + "\", or a wider PERMISSION_MODE.";
  }

  private Json.Obj beforeTool(Json.Obj input) {
    String decision = input.string("tool_use_id")
        .filter(id -> results.containsKey(id) || reopened.contains(id)).isPresent() ? "allow" : "defer";
    return Json.object("hookSpecificOutput",
        Json.object("hookEventName", "PreToolUse", "permissionDecision", decision));
  }

  private Json.Obj mcp(Json.Obj message) {
    Json id = message.get("id").orElse(Json.of(0));
    Json.Obj result = switch (message.string("method").orElse("")) {
      case "initialize" -> Json.object("protocolVersion", PROTOCOL_VERSION,
          "capabilities", Json.object("tools", Json.Obj.EMPTY),
          "serverInfo", Json.object("name", ClientTool.SERVER, "version", "1"));
      case "tools/list" -> Json.object("tools", tools.stream().map(ClientTool::listed).toList());
      case "tools/call" -> called(message.object("params").orElse(Json.Obj.EMPTY));
      default -> Json.Obj.EMPTY;
    };
    return Json.object("jsonrpc", "2.0", "id", id, "result", result);
  }

  private Json.Obj called(Json.Obj params) {
    Json known = params.object("_meta").flatMap(meta -> meta.string("claudecode/toolUseId")).map(results::get)
        .orElse(null);
    return known == null
        ? Json.object("isError", true, "content",
            List.of(Json.object("type", "text", "text", "The client has not answered this call.")))
        : Json.object("content", known);
  }
}

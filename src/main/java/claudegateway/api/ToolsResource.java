package claudegateway.api;

import claudegateway.api.AgentFacts.McpServer;
import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.json.Json;
import java.util.List;

/** {@code /v1/tools} and {@code /v1/mcp}: what the agent has, as it reported it. */
final class ToolsResource {
  private static final String MCP = "mcp__";

  private final Services services;

  ToolsResource(Services services) {
    this.services = services;
  }

  Json tools(Exchange exchange) {
    return list(services.agent().tools());
  }

  Json servers(Exchange exchange) {
    List<McpServer> servers = services.agent().mcpServers().stream()
        .filter(server -> exchange.query("scope").isEmpty() || server.scope().equals(exchange.query("scope")))
        .toList();
    return Json.object("servers", Json.Arr.of(servers, ToolsResource::json), "total_count", servers.size());
  }

  Json toolsOfServer(Exchange exchange) {
    String id = exchange.pathParameter("server_id");
    return services.agent().mcpServers().stream().filter(server -> server.name().equals(id)).findFirst()
        .map(server -> list(server.tools()))
        .orElseThrow(() -> HttpError.notFound("mcp_server_not_found", "There is no MCP server " + id));
  }

  /** An agent runs its tools; nobody else can. */
  Json execute(Exchange exchange) {
    throw HttpError.notImplemented(
        "Claude Code runs its tools by itself; ask for it in /v1/chat/completions");
  }

  private static Json.Obj list(List<String> names) {
    return Json.object(
        "tools", Json.Arr.of(names, ToolsResource::tool),
        "categories", names.stream().map(ToolsResource::category).distinct().toList(),
        "total", names.size());
  }

  private static Json.Obj tool(String name) {
    return Json.object("id", name, "name", name,
        "description",
        name.startsWith(MCP) ? "Tool of the MCP server " + server(name) : "Claude Code's tool " + name,
        "category", category(name), "parameters", Json.Obj.EMPTY, "is_available", true);
  }

  private static Json.Obj json(McpServer server) {
    return Json.object("id", server.name(), "name", server.name(), "version", server.version().orElse(""),
        "status", server.status(), "capabilities", server.tools().isEmpty() ? List.of() : List.of("tools"),
        "tools_count", server.tools().size(), "scope", server.scope().orElse(null));
  }

  private static String category(String name) {
    return name.startsWith(MCP) ? "mcp" : "builtin";
  }

  /** {@code mcp__server__tool}. */
  private static String server(String name) {
    int end = name.indexOf("__", MCP.length());
    return end < 0 ? name : name.substring(MCP.length(), end);
  }
}

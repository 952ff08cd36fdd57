package claudegateway.api;

import claudegateway.api.Endpoint.Group;
import claudegateway.http.Exchange;
import claudegateway.http.Handler;
import claudegateway.http.HttpError;
import claudegateway.http.Router;
import java.util.ArrayList;
import java.util.List;

/**
 * The one table of routes: what is served, and what is documented.
 *
 * <p>A path may be written with a doubled {@code /v1/v1}, doubled slashes and a slash at its end: the HTTP
 * room takes them away before it looks here.
 */
public final class ApiRoutes {
  private static final String[] PAGES = {"page", "per_page", "limit", "offset"};

  private final Services services;
  private final Once once;
  private final List<Endpoint> table = new ArrayList<>();

  private ApiRoutes(Services services) {
    this.services = services;
    this.once = new Once(services.settings());
  }

  /** All routes with their handlers. The filter {@link DomainErrors} belongs around them. */
  public static Router router(Services services) {
    Router router = new Router();
    for (Endpoint line : table(services)) {
      if (line.open()) {
        router.open(line.method(), line.pattern(), line.name(), line.handler());
      } else {
        router.route(line.method(), line.pattern(), line.name(), line.handler());
      }
    }
    return router;
  }

  static List<Endpoint> table(Services services) {
    ApiRoutes routes = new ApiRoutes(services);
    routes.chat();
    routes.models();
    routes.projects();
    routes.sessions();
    routes.tools();
    routes.rest();
    routes.server();
    return List.copyOf(routes.table);
  }

  private void chat() {
    AskedOptions asked = new AskedOptions();
    ChatCompletions completions = new ChatCompletions(services, asked);
    TurnEvents events = new TurnEvents(services, asked);
    SessionEvents sessionEvents = new SessionEvents(services, events);
    ChatSessions chats = new ChatSessions(services);
    add(route("POST", "/v1/chat/completions", "createChatCompletion", Group.CHAT,
        "Send messages to Claude Code; answers whole, or as a stream when stream is true",
        completions::handle)
        .takes("ChatCompletionRequest").answers("ChatCompletion").streaming());
    add(route("GET", "/v1/chat/completions/{completion_id}/events", "resumeChatCompletion", Group.CHAT,
        "Take up a stream again after Last-Event-ID, or watch it from another place", events::handle)
        .query("after", "include_usage", "include_events", "reasoning").streaming());
    add(route("GET", "/v1/chat/completions/{session_id}/status", "getChatStatus", Group.CHAT,
        "How a session does", json(chats::status)).answers("ChatStatus"));
    add(route("GET", "/v1/chat/status/{session_id}", "getChatStatusOfApp", Group.CHAT,
        "How a session does (the app's path)", json(chats::status)).answers("ChatStatus"));
    add(route("DELETE", "/v1/chat/completions/{session_id}", "stopChat", Group.CHAT,
        "Stop a session's running answer, by the session's or the completion's id; the session can go on",
        json(chats::stop)).answers("ChatStopped"));
    add(route("POST", "/v1/chat/stop/{session_id}", "stopChatOfApp", Group.CHAT,
        "Stop a session's running answer (the app's path)", json(chats::stop)).answers("ChatStopped"));
    add(route("POST", "/v1/chat/completions/debug", "checkChatCompletion", Group.CHAT,
        "Check a chat request without running it; always 200", json(chats::check))
        .takes("ChatCompletionRequest").answers("ChatCheck"));
    add(route("GET", "/v1/chat/debug/{session_id}", "getChatDebug", Group.CHAT,
        "Figures of a session's last answer", json(chats::debug)).answers("ChatDebug"));
    add(route("GET", "/v1/chat/stream", "noChatStream", Group.CHAT,
        "There is no WebSocket; stream from POST /v1/chat/completions", ApiRoutes::noWebSocket).refuses(426));
    add(route("GET", "/v1/sessions/{session_id}/events", "watchSession", Group.CHAT,
        "Follow a session across its turns", sessionEvents::handle)
        .query("after", "include_usage", "include_events", "reasoning").streaming());
  }

  private void models() {
    ModelsResource models = new ModelsResource(services);
    add(route("GET", "/v1/models", "listModels", Group.MODELS, "The models that there are",
        json(models::list))
        .answers("ModelList"));
    add(route("GET", "/v1/models/capabilities", "listCapabilities", Group.MODELS, "What the models can do",
        json(models::allCapabilities)).answers("CapabilitiesList"));
    add(route("GET", "/v1/models/{model}", "getModel", Group.MODELS, "One model, by its id or alias",
        json(models::get)).answers("Model"));
    add(route("GET", "/v1/models/{model}/capabilities", "getCapabilities", Group.MODELS,
        "What the model can do that answers for a name", json(models::capabilities)).answers("Capabilities"));
  }

  private void projects() {
    ProjectsResource projects = new ProjectsResource(services);
    add(route("GET", "/v1/projects", "listProjects", Group.PROJECTS, "Projects, the newest first",
        json(projects::list)).query(PAGES).answers("ProjectList"));
    add(route("POST", "/v1/projects", "createProject", Group.PROJECTS,
        "Make a project: a new folder, or an existing one below an allowed root", once.of(projects::create))
        .takes("NewProject").answers("Project"));
    add(route("GET", "/v1/projects/{project_id}", "getProject", Group.PROJECTS, "One project",
        json(projects::get))
        .answers("Project"));
    Handler changeProject = once.of(projects::change);
    add(route("PATCH", "/v1/projects/{project_id}", "changeProject", Group.PROJECTS,
        "Change what is named, leave the rest", changeProject).takes("ProjectChange").answers("Project"));
    add(route("PUT", "/v1/projects/{project_id}", "replaceProject", Group.PROJECTS,
        "The same as PATCH", changeProject).takes("ProjectChange").answers("Project"));
    add(route("DELETE", "/v1/projects/{project_id}", "deleteProject", Group.PROJECTS,
        "Delete a project, and its folder if it was made for it", once.of(projects::delete))
        .answers("Deleted"));
  }

  private void sessions() {
    SessionsResource sessions = new SessionsResource(services);
    SessionTools tools = new SessionTools(services);
    add(route("GET", "/v1/sessions", "listSessions", Group.SESSIONS,
        "Sessions, the newest first; those that clients without session ids caused only on request",
        json(sessions::list)).query("project_id", "include_history", "page", "per_page", "limit", "offset")
        .answers("SessionList"));
    add(route("POST", "/v1/sessions", "createSession", Group.SESSIONS,
        "Make a session and start its Claude Code process", once.of(sessions::create))
        .takes("NewSession").answers("Session"));
    add(route("GET", "/v1/sessions/stats", "getSessionStatistics", Group.SESSIONS, "Sums over all sessions",
        json(sessions::statistics)).answers("SessionStatistics"));
    add(route("GET", "/v1/sessions/{session_id}", "getSession", Group.SESSIONS, "One session",
        json(sessions::get))
        .answers("Session"));
    Handler changeSession = once.of(sessions::change);
    add(route("PATCH", "/v1/sessions/{session_id}", "changeSession", Group.SESSIONS,
        "Change title, model, system prompt or metadata", changeSession)
        .takes("NewSession").answers("Session"));
    add(route("PUT", "/v1/sessions/{session_id}", "replaceSession", Group.SESSIONS,
        "The same as PATCH", changeSession).takes("NewSession").answers("Session"));
    add(route("DELETE", "/v1/sessions/{session_id}", "deleteSession", Group.SESSIONS,
        "Delete a session with its messages and its transcript", once.of(sessions::delete))
        .answers("Deleted"));
    add(route("GET", "/v1/sessions/{session_id}/stats", "getStatisticsOfSession", Group.SESSIONS,
        "Sums of one session",
        json(sessions::statisticsOfOne)).answers("StatisticsOfSession"));
    add(route("GET", "/v1/sessions/{session_id}/messages", "listMessages", Group.SESSIONS,
        "What was said, in order",
        json(sessions::messages)).query(PAGES).answers("MessageList"));
    Handler chooseTools = once.of(tools::choose);
    add(route("PUT", "/v1/sessions/{session_id}/tools", "setSessionTools", Group.SESSIONS,
        "Keep a choice of tools in the session's metadata; it does not limit the agent", chooseTools)
        .takes("ToolChoice").answers("Session"));
    add(route("POST", "/v1/sessions/{session_id}/tools", "addSessionTools", Group.SESSIONS,
        "The same as PUT", chooseTools).takes("ToolChoice").answers("Session"));
    add(route("POST", "/v1/sessions/{session_id}/tools/{tool_call_id}/result", "sendToolResult",
        Group.SESSIONS,
        "Refused: results are sent as messages of role tool to /v1/chat/completions", json(tools::result))
        .takes("ToolResult").refuses(409));
  }

  private void tools() {
    ToolsResource tools = new ToolsResource(services);
    add(route("GET", "/v1/tools", "listTools", Group.TOOLS, "The agent's tools, as Claude Code reported them",
        json(tools::tools)).answers("ToolList"));
    add(route("POST", "/v1/tools/execute", "executeTool", Group.TOOLS,
        "Refused: only Claude Code runs its tools",
        json(tools::execute)).refuses(501));
    add(route("GET", "/v1/mcp/servers", "listMcpServers", Group.TOOLS, "The agent's MCP servers",
        json(tools::servers))
        .query("scope").answers("McpServerList"));
    add(route("GET", "/v1/mcp/servers/{server_id}/tools", "listMcpTools", Group.TOOLS,
        "The tools of an MCP server",
        json(tools::toolsOfServer)).answers("ToolList"));
    add(route("POST", "/v1/mcp/tools/execute", "executeMcpTool", Group.TOOLS,
        "Refused: only Claude Code runs its tools",
        json(tools::execute)).refuses(501));
  }

  private void rest() {
    UsageResource usage = new UsageResource(services);
    add(route("GET", "/v1/usage/stats", "getUsage", Group.USAGE,
        "Tokens and cost, by model, project and day (UTC)", json(usage::statistics))
        .query("start_date", "end_date").answers("UsageStatistics"));
    add(route("POST", "/v1/usage/track", "trackUsage", Group.USAGE,
        "Accepted and not counted: usage comes from Claude Code itself", json(usage::track))
        .takes("TrackedUsage").answers("Done"));
    SshResource ssh = new SshResource();
    add(route("GET", "/v1/ssh/sessions", "listSshSessions", Group.SSH, "Always empty", json(ssh::list))
        .answers("SshSessionList"));
    add(route("DELETE", "/v1/ssh/sessions", "closeSshSession", Group.SSH, "There is none to close",
        json(ssh::close))
        .answers("Done"));
    add(route("POST", "/v1/ssh/sessions", "openSshSession", Group.SSH, "Refused: no SSH here",
        json(ssh::refuse))
        .refuses(501));
    add(route("POST", "/v1/ssh/execute", "executeOverSsh", Group.SSH, "Refused: no SSH here",
        json(ssh::refuse))
        .refuses(501));
  }

  private void server() {
    HealthResource health = new HealthResource(services);
    add(route("GET", "/health", "getHealth", Group.SERVER, "Whether the gateway works; 503 when it does not",
        health::health).toEverybody().answers("Health"));
    add(route("GET", "/v1/health", "getHealthOfV1", Group.SERVER, "Whether the gateway works (another path)",
        health::health).toEverybody().answers("Health"));
    add(route("GET", "/readyz", "getReadiness", Group.SERVER, "Whether new requests should be sent here",
        health::health).toEverybody().answers("Health"));
    add(route("GET", "/", "getRoot", Group.SERVER, "What this is", json(health::root)).toEverybody()
        .answers("Root"));
    Documentation documentation = new Documentation(this::openApi);
    add(route("GET", "/docs", "getDocumentation", Group.SERVER, "A page that lists the routes and tries them",
        documentation::page).toEverybody());
    add(route("GET", "/redoc", "getDocumentationOfRedoc", Group.SERVER, "The same page",
        documentation::page).toEverybody());
    add(route("GET", "/docs/{file}", "getDocumentationFile", Group.SERVER, "A part of that page",
        documentation::file).toEverybody());
    add(route("GET", "/openapi.json", "getOpenApi", Group.SERVER, "This description, for programs",
        documentation::openApi).toEverybody());
    add(route("GET", "/ws", "noWebSocket", Group.SERVER, "There is no WebSocket", ApiRoutes::noWebSocket)
        .toEverybody().refuses(426));
  }

  private byte[] openApi() {
    return OpenApi.of(table, services.settings().version()).toBytes();
  }

  private void add(Endpoint line) {
    table.add(line);
  }

  private static Endpoint route(
      String method, String pattern, String name, Group group, String summary, Handler handler) {
    return new Endpoint(method, pattern, name, group, summary, handler);
  }

  private static Handler json(Action action) {
    return exchange -> exchange.json(200, action.run(exchange));
  }

  /** The JDK's server cannot upgrade a connection; a client that waits for it must hear so at once. */
  private static void noWebSocket(Exchange exchange) {
    throw HttpError.of(426, "invalid_request_error", "upgrade_not_supported",
        "There is no WebSocket here; stream from POST /v1/chat/completions").header("Upgrade", "websocket")
        .header("Connection", "close");
  }
}

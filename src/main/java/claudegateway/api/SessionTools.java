package claudegateway.api;

import claudegateway.chat.Caller;
import claudegateway.chat.SessionView;
import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.json.Json;
import claudegateway.openai.Fields;
import claudegateway.store.OpenCalls;
import java.util.List;
import java.util.Optional;

/** The tools of one session. */
final class SessionTools {
  private static final int TOOLS_MAX = 1_000;
  private static final List<String> LISTS =
      List.of("tool_ids", "enabled_servers", "enabled_tools", "priority");

  private final Services services;

  SessionTools(Services services) {
    this.services = services;
  }

  /**
   * Keeps the client's choice with the session, under {@code metadata.tools}; what the agent may do is no
   * part of it.
   */
  Json choose(Exchange exchange) {
    Fields body = Fields.parse(exchange.body());
    Json.Obj choice = Json.Obj.EMPTY;
    for (String list : LISTS) {
      if (body.has(list)) {
        choice = choice.with(list, new Json.Arr(body.list(list, TOOLS_MAX)));
      }
    }
    Optional<Boolean> audited = body.bool("audit_log");
    if (audited.isPresent()) {
      choice = choice.with("audit_log", Json.of(audited.get()));
    }
    Caller caller = ChatCompletions.caller(exchange);
    SessionView session = services.sessions().get(exchange.pathParameter("session_id"), caller);
    SessionView changed = services.sessions().change(session.id(), new SessionView.Draft(Optional.empty(),
        Optional.empty(), Optional.empty(), Optional.empty(),
        Optional.of(session.metadata().with("tools", choice))), caller);
    return SessionsResource.json(changed, ClientProfile.of(exchange, services.settings()));
  }

  /** A result begins a new answer, and that has to go somewhere: it must come as a chat message. */
  Json result(Exchange exchange) {
    String call = exchange.pathParameter("tool_call_id");
    Fields.parse(exchange.body());
    SessionView session = services.sessions().get(
        exchange.pathParameter("session_id"), ChatCompletions.caller(exchange));
    boolean open = services.database().read(sql -> OpenCalls.ofSession(sql, session.id())).stream()
        .anyMatch(row -> row.toolCallId().equals(call));
    throw open
        ? HttpError.conflict("use_chat_completions", "Send the result of " + call
            + " to /v1/chat/completions as a message {\"role\":\"tool\",\"tool_call_id\":\"" + call
            + "\",\"content\":…}: the answer comes there")
            .shouldRetry(false)
        : HttpError.notFound("tool_call_not_found",
            "No tool call " + call + " of this session waits for a result");
  }
}

package claudegateway.api;

import claudegateway.chat.Caller;
import claudegateway.chat.SessionView;
import claudegateway.http.Exchange;
import claudegateway.json.Json;
import claudegateway.openai.Fields;
import claudegateway.store.Messages;
import claudegateway.store.SessionStats;
import claudegateway.store.TimeRange;
import claudegateway.store.UsageSum;
import claudegateway.store.UsageSums;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /v1/sessions}, without the tools of a session ({@link SessionTools}). */
final class SessionsResource {
  private static final int TITLE_MAX = 1_000;
  private static final int ID_MAX = 200;
  private static final int NAME_MAX = 256;

  /** Messages of one page, for clients that want a whole conversation. */
  private static final int MESSAGES_MAX = 1_000;

  private final Services services;

  SessionsResource(Services services) {
    this.services = services;
  }

  Json list(Exchange exchange) {
    ClientProfile profile = profile(exchange);
    Paging paging = Paging.of(exchange, profile.pageSize());
    return paging.list("sessions",
        services.sessions().page(exchange.query("project_id").filter(id -> !id.isEmpty()),
            exchange.queryFlag("include_history"), paging.limit(), paging.offset(), caller(exchange)),
        session -> json(session, profile));
  }

  Json create(Exchange exchange) {
    return json(services.sessions().create(draft(Fields.parseOptional(exchange.body())), caller(exchange)),
        profile(exchange));
  }

  Json get(Exchange exchange) {
    return json(services.sessions().get(id(exchange), caller(exchange)), profile(exchange));
  }

  Json change(Exchange exchange) {
    SessionView.Draft asked = draft(Fields.parse(exchange.body()));
    SessionView.Draft draft = new SessionView.Draft(
        Optional.empty(), asked.title(), asked.model(), asked.system(), asked.metadata());
    return json(services.sessions().change(id(exchange), draft, caller(exchange)), profile(exchange));
  }

  Json delete(Exchange exchange) {
    services.sessions().delete(id(exchange), caller(exchange));
    return Json.object("session_id", id(exchange), "status", "deleted", "success", true,
        "message", "Session deleted");
  }

  /** What this caller's sessions have used so far, those that are deleted included. */
  Json statistics(Exchange exchange) {
    String owner = caller(exchange).owner();
    record Sums(UsageSum total, List<UsageSum> models, long messages) {}
    Sums sums = services.database().read(sql -> new Sums(UsageSums.total(sql, owner, TimeRange.ALL),
        UsageSums.byModel(sql, owner, TimeRange.ALL), Messages.countVisible(sql, owner)));
    List<String> live = live(caller(exchange));
    Json.Obj flat = Json.object(
        "active_sessions", live.size(),
        "total_tokens", sums.total.usage().total(),
        "total_cost", sums.total.usage().cost(),
        "total_messages", sums.messages);
    Json.Obj stats = Json.object("session_stats",
        flat.with("models_in_use", Json.Arr.of(sums.models, sum -> Json.of(sum.key()))),
        "active_claude_sessions", live.size(), "claude_sessions", live);
    for (var field : flat.fields().entrySet()) {
      stats = stats.with(field.getKey(), field.getValue());
    }
    return stats;
  }

  Json statisticsOfOne(Exchange exchange) {
    SessionView session = services.sessions().get(id(exchange), caller(exchange));
    SessionStats stats = services.database().read(sql ->
        claudegateway.store.Sessions.stats(sql, List.of(session.id())))
        .getOrDefault(session.id(), SessionStats.NONE);
    return Json.object(
        "session_id", session.id(),
        "message_count", session.messageCount(),
        "token_usage", session.totalTokens(),
        "duration", stats.durationMs() / 1000.0,
        "model", session.model(),
        "total_cost", session.costUsd(),
        "turns", stats.turns());
  }

  Json messages(Exchange exchange) {
    ClientProfile profile = profile(exchange);
    Paging paging = Paging.of(exchange, MESSAGES_MAX, MESSAGES_MAX);
    return paging.list("messages",
            services.sessions().messages(id(exchange), paging.limit(), paging.offset(), caller(exchange)),
            message -> MessageJson.of(message, profile))
        .with("session_id", Json.of(id(exchange)));
  }

  static Json.Obj json(SessionView session, ClientProfile profile) {
    return Json.object(
        "id", session.id(),
        "object", "session",
        "project_id", session.projectId(),
        "title", session.title(),
        "model", session.model(),
        "system_prompt", session.system().orElse(null),
        "created_at", profile.date(session.createdAt()),
        "updated_at", profile.date(session.updatedAt()),
        "is_active", true,
        "is_running", session.running(),
        "is_live", session.live(),
        "origin", session.origin(),
        "total_tokens", session.totalTokens(),
        "total_cost", session.costUsd(),
        "message_count", session.messageCount(),
        "metadata", session.metadata());
  }

  /** Nothing is required: each client knows other fields. */
  private SessionView.Draft draft(Fields body) {
    Optional<Fields> metadata = body.object("metadata");
    return new SessionView.Draft(
        body.name("project_id", ID_MAX)
            .or(() -> metadata.flatMap(fields -> fields.name("project_id", ID_MAX))),
        body.string("title").filter(text -> !text.isBlank()).flatMap(_ -> body.name("title", TITLE_MAX))
            .or(() -> body.name("name", TITLE_MAX)),
        body.name("model", NAME_MAX).map(name -> ChatCompletions.resolve(services, name).id()),
        body.string("system_prompt").filter(text -> !text.isBlank()),
        metadata.map(Fields::object));
  }

  /** Sessions that hold a process and that the caller may see. */
  private List<String> live(Caller caller) {
    List<String> live = services.sessions().live();
    return services.database().read(sql -> {
      List<String> visible = new ArrayList<>();
      for (String id : live) {
        if (claudegateway.store.Sessions.find(sql, id).filter(row -> caller.maySee(row.owner()))
            .isPresent()) {
          visible.add(id);
        }
      }
      return visible;
    });
  }

  private ClientProfile profile(Exchange exchange) {
    return ClientProfile.of(exchange, services.settings());
  }

  private static Caller caller(Exchange exchange) {
    return ChatCompletions.caller(exchange);
  }

  private static String id(Exchange exchange) {
    return exchange.pathParameter("session_id");
  }
}

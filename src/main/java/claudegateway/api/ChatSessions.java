package claudegateway.api;

import claudegateway.chat.SessionView;
import claudegateway.claude.ModelCatalogue;
import claudegateway.http.Exchange;
import claudegateway.json.Json;
import claudegateway.openai.ChatRequestParser;
import claudegateway.openai.Fields;
import claudegateway.openai.InvalidRequest;
import claudegateway.openai.ParsedRequest;
import claudegateway.store.TurnRow;
import claudegateway.store.Turns;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Status, stop and debug of chats: {@code /v1/chat/completions/{id}/…} and the app's {@code /v1/chat/…/{id}}.
 */
final class ChatSessions {
  /** Turns whose errors are listed. */
  private static final int ERRORS_MAX = 20;

  private final Services services;

  ChatSessions(Services services) {
    this.services = services;
  }

  Json status(Exchange exchange) {
    ClientProfile profile = ClientProfile.of(exchange, services.settings());
    SessionView session = services.sessions().get(id(exchange), ChatCompletions.caller(exchange));
    return Json.object(
        "session_id", session.id(),
        "project_id", session.projectId(),
        "model", session.model(),
        "status", session.running() ? "running" : "idle",
        "is_active", true,
        "is_running", session.running(),
        "messages_count", session.messageCount(),
        "message_count", session.messageCount(),
        "created_at", profile.date(session.createdAt()),
        "updated_at", profile.date(session.updatedAt()),
        "last_activity", profile.date(session.updatedAt()),
        "total_tokens", session.totalTokens(),
        "total_cost", session.costUsd());
  }

  /** Stops the running turn, if there is one; the session can go on. */
  Json stop(Exchange exchange) {
    boolean running = services.conversations().stop(id(exchange), ChatCompletions.caller(exchange));
    return Json.object("session_id", id(exchange), "status", "stopped", "success", true,
        "message", running ? "Session stopped" : "The session was idle");
  }

  /** How the session does. Latency and throughput are those of its last answer. */
  Json debug(Exchange exchange) {
    SessionView session = services.sessions().get(id(exchange), ChatCompletions.caller(exchange));
    List<TurnRow> turns = services.database().read(sql -> Turns.ofSession(sql, session.id())).stream()
        .filter(turn -> !turn.inherited()).toList();
    Optional<TurnRow> last = turns.stream().reduce((_, later) -> later);
    List<String> errors = turns.reversed().stream().flatMap(turn -> turn.errorMessage().stream())
        .limit(ERRORS_MAX).toList();
    return Json.object(
        "session_id", session.id(),
        "state", session.running() ? "running" : "idle",
        "context_tokens", last.map(turn -> turn.usage().total() - turn.usage().output()).orElse(0L),
        "response_tokens", last.map(turn -> turn.usage().output()).orElse(0L),
        "errors", errors,
        "performance", Json.object(
            "latency", last.map(turn -> turn.firstTokenMs().orElse(0) / 1000.0).orElse(0.0),
            "throughput", last.map(ChatSessions::tokensPerSecond).orElse(0.0),
            "requests_per_second", rate(session, turns.size())));
  }

  /** Says what would be made of a chat request, and does nothing. */
  Json check(Exchange exchange) {
    byte[] body = exchange.body();
    if (body.length == 0) {
      return Json.object("status", "no_body", "message", "The request has no body");
    }
    Json.Obj raw;
    try {
      raw = Fields.parse(body).object();
    } catch (InvalidRequest broken) {
      return Json.object("status", "error", "message", broken.getMessage());
    }
    try {
      ParsedRequest request = ChatRequestParser.parse(raw);
      ModelCatalogue models = services.models().get();
      return Json.object(
          "status", "success",
          "message", "Request validation passed",
          "parsed_data", Json.object(
              "model", request.requestedModel().orElse(models.defaultModel().id()),
              "resolved_model", request.requestedModel().map(models::resolve)
                  .orElse(Optional.of(models.defaultModel())).map(ModelCatalogue.Model::id).orElse(null),
              "messages_count", raw.array("messages").size(),
              "stream", request.stream(),
              "ignored_parameters", request.ignored()));
    } catch (InvalidRequest invalid) {
      return Json.object("status", "validation_error", "message", invalid.getMessage(),
          "errors", List.of(invalid.error().toJson()), "raw_data", raw);
    }
  }

  private static double tokensPerSecond(TurnRow turn) {
    long millis = turn.endedAt().orElse(turn.startedAt()) - turn.startedAt() - turn.firstTokenMs().orElse(0);
    return millis <= 0 ? 0 : turn.usage().output() * 1000.0 / millis;
  }

  private double rate(SessionView session, int turns) {
    Duration age = Duration.between(session.createdAt(), services.clock().instant());
    return turns / Math.max(1.0, age.toMillis() / 1000.0);
  }

  private static String id(Exchange exchange) {
    return exchange.pathParameter("session_id");
  }
}

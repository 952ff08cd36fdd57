package claudegateway.api;

import claudegateway.http.Exchange;
import claudegateway.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** {@code GET /health} and {@code GET /}: open to everybody. */
final class HealthResource {
  private final Services services;
  private final Instant startedAt;

  HealthResource(Services services) {
    this.services = services;
    this.startedAt = services.clock().instant();
  }

  /**
   * 200, or 503 with what is wrong. No services and no timestamp: clients know those names in other shapes.
   */
  void health(Exchange exchange) {
    Optional<String> fault = fault();
    Json.Obj body = Json.object(
        "status", fault.isEmpty() ? "healthy" : "unhealthy",
        "ok", fault.isEmpty(),
        "version", services.settings().version(),
        "claude_version",
        services.agent().cliVersion().map(version -> version + " (Claude Code)").orElse(null),
        "active_sessions", services.sessions().live().size(),
        "uptime_seconds", Duration.between(startedAt, services.clock().instant()).toSeconds());
    exchange.json(fault.isEmpty() ? 200 : 503,
        fault.map(what -> body.with("error", Json.of(what))).orElse(body));
  }

  Json root(Exchange exchange) {
    return Json.object(
        "name", "Claude Code API Gateway",
        "version", services.settings().version(),
        "description", "OpenAI-compatible API for Claude Code",
        "endpoints", Json.object(
            "chat", "/v1/chat/completions",
            "models", "/v1/models",
            "projects", "/v1/projects",
            "sessions", "/v1/sessions"),
        "docs", "/docs",
        "health", "/health");
  }

  private Optional<String> fault() {
    if (services.agent().cliVersion().isEmpty()) {
      return Optional.of("The Claude Code CLI is missing or does not run");
    }
    return services.database().healthy() ? Optional.empty() : Optional.of("The database cannot be written");
  }
}

package claudegateway.openai;

import claudegateway.chat.Failure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which status, type, code and headers a failure has for an OpenAI client. */
public final class ErrorMapping {
  /** Longer messages are cut: clients show them in alerts. UTF-16 units. */
  static final int MESSAGE_MAX = 1_000;

  /** For what clears up by itself when nobody knows when. */
  private static final Duration RETRY_DEFAULT = Duration.ofSeconds(5);

  private static final Duration RATE_LIMIT_DEFAULT = Duration.ofSeconds(30);

  /** Whether an SDK may send the request again by itself, as it does on 409, 429 and 5xx. */
  private enum Retry { AS_STATUS, AFTER_A_WHILE, AFTER_LONG, ONLY_IF_TIMED, NEVER }

  private record Shape(int status, String type, String code, Retry retry) {}

  private ErrorMapping() {}

  /** A turn that failed before it did anything. */
  public static WireError of(Failure failure) {
    return of(failure, false);
  }

  /**
   * @param afterSideEffects whether the turn may have done something already (a tool ran, tokens were spent
   *     on an answer): then no SDK may repeat it unasked
   */
  public static WireError of(Failure failure, boolean afterSideEffects) {
    Shape shape = shape(failure);
    Map<String, String> headers = new LinkedHashMap<>();
    Optional<Duration> wait = failure.retryAfter().or(() -> switch (shape.retry) {
      case AFTER_A_WHILE -> Optional.of(RETRY_DEFAULT);
      case AFTER_LONG -> Optional.of(RATE_LIMIT_DEFAULT);
      case AS_STATUS, ONLY_IF_TIMED, NEVER -> Optional.empty();
    });
    boolean never = afterSideEffects || shape.retry == Retry.NEVER
        || (shape.retry == Retry.ONLY_IF_TIMED && wait.isEmpty());
    wait.ifPresent(time -> headers.put("Retry-After", Long.toString(seconds(time))));
    if (never) {
      headers.put("x-should-retry", "false");
    }
    return new WireError(
        shape.status, shape.type, shape.code, oneLine(failure.message()), param(failure), headers);
  }

  /** For everything but chat, where what is not found has the type {@code not_found}. */
  public static WireError ofResource(Failure failure) {
    WireError error = of(failure);
    return error.status() != 404 ? error : new WireError(
        404, "not_found", error.code(), error.message(), error.param(), error.headers());
  }

  private static Shape shape(Failure failure) {
    return switch (failure.kind()) {
      case INVALID -> new Shape(400, "invalid_request_error", "invalid_value", Retry.AS_STATUS);
      case SESSION_NOT_FOUND -> new Shape(404, "invalid_request_error", "session_not_found", Retry.AS_STATUS);
      case PROJECT_NOT_FOUND -> new Shape(404, "invalid_request_error", "project_not_found", Retry.AS_STATUS);
      case MODEL_NOT_FOUND -> new Shape(404, "invalid_request_error", "model_not_found", Retry.AS_STATUS);
      case SESSION_BUSY -> new Shape(409, "invalid_request_error", "session_busy", Retry.AFTER_A_WHILE);
      case OVERLOADED -> new Shape(503, "service_unavailable", "claude_unavailable", Retry.AFTER_A_WHILE);
      case CLAUDE_UNAVAILABLE ->
          new Shape(503, "service_unavailable", "claude_unavailable", Retry.ONLY_IF_TIMED);
      // A 401 would tell the client that its own key is wrong.
      case CLAUDE_AUTH -> new Shape(503, "service_unavailable", "claude_auth", Retry.NEVER);
      case UPSTREAM_REJECTED -> new Shape(400, "invalid_request_error",
          failure.param().filter("model"::equals).isPresent() ? "model_not_supported" : "upstream_rejected",
          Retry.AS_STATUS);
      case UPSTREAM_RATE_LIMITED ->
          new Shape(429, "rate_limit_error", "rate_limit_exceeded", Retry.AFTER_LONG);
      case UPSTREAM_OVERLOADED ->
          new Shape(503, "service_unavailable", "upstream_overloaded", Retry.AFTER_A_WHILE);
      case UPSTREAM_FAILED -> new Shape(502, "api_error", "upstream_failed", Retry.AS_STATUS);
      case AGENT_FAILED -> new Shape(502, "api_error", "claude_failed", Retry.AS_STATUS);
      case AGENT_TIMEOUT -> new Shape(504, "api_error", "claude_timeout", Retry.NEVER);
      case TURN_INTERRUPTED -> new Shape(409, "invalid_request_error", "turn_interrupted", Retry.NEVER);
      case REFUSED -> new Shape(400, "invalid_request_error", "content_filter", Retry.AS_STATUS);
      case SCHEMA_NOT_OBEYED -> new Shape(502, "api_error", "schema_not_obeyed", Retry.NEVER);
      case LIMIT_EXCEEDED -> new Shape(502, "api_error", "limit_exceeded", Retry.NEVER);
      case STORE_BUSY -> new Shape(503, "service_unavailable", "storage_busy", Retry.AFTER_A_WHILE);
      case STORE_UNAVAILABLE -> new Shape(503, "service_unavailable", "storage_unavailable", Retry.NEVER);
      case INTERNAL -> new Shape(500, "internal_error", "internal_error", Retry.AS_STATUS);
    };
  }

  private static Optional<String> param(Failure failure) {
    return failure.param().or(() -> switch (failure.kind()) {
      case MODEL_NOT_FOUND -> Optional.of("model");
      case SESSION_NOT_FOUND, SESSION_BUSY -> Optional.of("session_id");
      case PROJECT_NOT_FOUND -> Optional.of("project_id");
      default -> Optional.empty();
    });
  }

  /** Whole seconds, rounded up, at least one: the iOS app reads nothing finer. */
  private static long seconds(Duration time) {
    return Math.max(1, time.plusNanos(999_999_999).toSeconds());
  }

  private static String oneLine(String message) {
    String line = message.strip().replaceAll("\\s*[\\p{Cntrl}\\u2028\\u2029]+\\s*", " ");
    return line.length() <= MESSAGE_MAX
        ? line
        : line.substring(0, line.offsetByCodePoints(0, line.codePointCount(0, MESSAGE_MAX - 1))) + "…";
  }
}

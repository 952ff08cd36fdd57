package claudegateway.http;

import claudegateway.json.JsonWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A refusal or failure with everything that its answer needs; thrown where the fact is known, rendered by
 * {@link #toJson} alone.
 *
 * <p>The shape is OpenAI's {@code error} object with {@code status} added, beside the {@code detail} text
 * that clients of FastAPI servers look for.
 */
public final class HttpError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String type;
  private final String code;
  private final String param;
  private final transient Map<String, String> headers;

  private HttpError(
      int status, String type, String code, String param, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.headers = headers;
  }

  /**
   * @param type OpenAI's class of error, for example {@code invalid_request_error}
   * @param code what programs look at, for example {@code session_busy}
   * @param message one line for people: what is wrong and what would be accepted
   */
  public static HttpError of(int status, String type, String code, String message) {
    return new HttpError(status, type, code, null, message, Map.of());
  }

  /** 400 that names the field at fault. */
  public static HttpError badRequest(String param, String message) {
    return badRequest("invalid_value", param, message);
  }

  public static HttpError badRequest(String code, String param, String message) {
    return new HttpError(400, "invalid_request_error", code, param, message, Map.of());
  }

  public static HttpError unauthorized(String code, String message) {
    return of(401, "authentication_error", code, message).header("WWW-Authenticate", "Bearer");
  }

  public static HttpError forbidden(String code, String message) {
    return of(403, "permission_error", code, message);
  }

  public static HttpError notFound(String code, String message) {
    return of(404, "not_found", code, message);
  }

  public static HttpError methodNotAllowed(String method, String path, List<String> allowed) {
    String allow = String.join(", ", allowed);
    return of(405, "invalid_request_error", "method_not_allowed",
        method + " is not allowed for " + path + "; allowed: " + allow).header("Allow", allow);
  }

  public static HttpError conflict(String code, String message) {
    return of(409, "invalid_request_error", code, message);
  }

  public static HttpError bodyTooLarge(long maxBytes) {
    return of(413, "invalid_request_error", "request_too_large",
        "The body is larger than " + maxBytes + " bytes");
  }

  static HttpError bodyTooSlow(HttpLimits limits) {
    return of(408, "invalid_request_error", "request_timeout", "The body did not arrive within "
        + limits.bodyTime().toSeconds() + " s, or paused for " + limits.bodyIdle().toSeconds() + " s");
  }

  public static HttpError rateLimited(String message, Duration retryAfter) {
    return of(429, "rate_limit_error", "rate_limit_exceeded", message).retryAfter(retryAfter);
  }

  public static HttpError internal(String requestId) {
    return of(500, "internal_error", "internal_error",
        "Internal error; the server's log has it under request id " + requestId);
  }

  public static HttpError notImplemented(String message) {
    return of(501, "not_implemented", "not_implemented", message);
  }

  public static HttpError unavailable(String code, String message, Duration retryAfter) {
    return of(503, "service_unavailable", code, message).retryAfter(retryAfter);
  }

  /** The same error with the field that is at fault. */
  public HttpError param(String name) {
    return new HttpError(status, type, code, name, getMessage(), headers);
  }

  /** The same error with one more response header. */
  public HttpError header(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new HttpError(status, type, code, param, getMessage(), Map.copyOf(more));
  }

  /**
   * {@code Retry-After} in whole seconds, rounded up, at least 1: some clients read nothing but an integer.
   */
  public HttpError retryAfter(Duration wait) {
    return header("Retry-After", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
  }

  /**
   * Overrides what OpenAI's SDKs make of the status: whether to send the same request again by themselves.
   */
  public HttpError shouldRetry(boolean yes) {
    return header("x-should-retry", Boolean.toString(yes));
  }

  public int status() {
    return status;
  }

  public String type() {
    return type;
  }

  public String code() {
    return code;
  }

  public Optional<String> param() {
    return Optional.ofNullable(param);
  }

  public Map<String, String> headers() {
    return headers;
  }

  /** The body: one line, all keys always there, {@code param} and {@code code} string or null. */
  public byte[] toJson() {
    return new JsonWriter().begin()
        .begin("error")
        .field("message", getMessage())
        .field("type", type)
        .field("param", param)
        .field("code", code)
        .field("status", status)
        .end()
        .field("detail", getMessage())
        .end().toBytes();
  }
}

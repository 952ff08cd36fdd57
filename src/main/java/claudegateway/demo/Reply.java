package claudegateway.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the stub does with one request. */
public sealed interface Reply {

  /**
   * An answer, step by step.
   *
   * @param stopReason when empty: {@code tool_use} when a tool is called, else {@code end_turn}
   * @param usage when empty: input derived from the request's size, output from what was said
   * @param model what the answer says it comes from; when empty: what the request asked for
   * @param firstByte time before the response head is sent
   */
  record Script(
      List<Step> steps,
      Optional<String> stopReason,
      Optional<Usage> usage,
      Optional<String> model,
      Duration firstByte) implements Reply {

    public Script {
      steps = List.copyOf(steps);
    }

    public static Script of(List<Step> steps) {
      return new Script(steps, Optional.empty(), Optional.empty(), Optional.empty(), Duration.ZERO);
    }

    public static Script of(Step... steps) {
      return of(List.of(steps));
    }

    /** One text, one delta. */
    public static Script say(String text) {
      return of(new Step.Text(text));
    }

    public Script stop(String reason) {
      return new Script(steps, Optional.of(reason), usage, model, firstByte);
    }

    public Script usage(Usage reported) {
      return new Script(steps, stopReason, Optional.of(reported), model, firstByte);
    }

    public Script model(String name) {
      return new Script(steps, stopReason, usage, Optional.of(name), firstByte);
    }

    public Script after(Duration time) {
      return new Script(steps, stopReason, usage, model, time);
    }
  }

  /** An HTTP error in the API's shape. */
  record ApiError(int status, String type, String message, Map<String, String> headers) implements Reply {

    public ApiError {
      headers = Map.copyOf(headers);
    }

    /** With the type that the API gives this status. */
    public static ApiError of(int status, String message) {
      return new ApiError(status, typeOf(status), message, Map.of());
    }

    public static ApiError invalid(String message) {
      return of(400, message);
    }

    public ApiError header(String name, String value) {
      Map<String, String> more = new java.util.HashMap<>(headers);
      more.put(name, value);
      return new ApiError(status, type, message, more);
    }

    private static String typeOf(int status) {
      return switch (status) {
        case 401 -> "authentication_error";
        case 402 -> "billing_error";
        case 403 -> "permission_error";
        case 404 -> "not_found_error";
        case 413 -> "request_too_large";
        case 429 -> "rate_limit_error";
        case 504 -> "timeout_error";
        case 529 -> "overloaded_error";
        default -> status < 500 ? "invalid_request_error" : "api_error";
      };
    }
  }

  /** The connection breaks before a byte of the answer. */
  record Drop() implements Reply {}

  /** No byte of an answer until the stub is closed, at most {@link Step.Hang#HANG_MAX}. */
  record Hang() implements Reply {}
}

package claudegateway.openai;

import claudegateway.json.Json;
import claudegateway.json.Literal;
import claudegateway.json.Slice;
import java.util.Map;
import java.util.Optional;

/**
 * An error as an OpenAI client sees it.
 *
 * @param status the HTTP status, from which SDKs choose their exception class
 * @param type OpenAI's coarse kind, for example {@code invalid_request_error}
 * @param code the exact kind, stable, never empty
 * @param message one line
 * @param param the request field at fault, for example {@code messages[2].content[0].type}
 * @param headers response headers that belong to it: {@code Retry-After}, {@code x-should-retry}
 */
public record WireError(
    int status,
    String type,
    String code,
    String message,
    Optional<String> param,
    Map<String, String> headers) {

  public WireError {
    headers = Map.copyOf(headers);
  }

  /** A 400 {@code invalid_request_error}. */
  static WireError badRequest(String code, Optional<String> param, String message) {
    return new WireError(400, "invalid_request_error", code, message, param, Map.of());
  }

  /** The same with a message of at most so many bytes of JSON text. */
  WireError cut(int messageMax) {
    Slice literal = Slice.of(message);
    if (literal.length() <= messageMax) {
      return this;
    }
    int end = Literal.cut(literal.bytes(), literal.offset(), literal.offset() + literal.length(), messageMax);
    String start = new Slice(literal.bytes(), literal.offset(), end - literal.offset()).decode();
    return new WireError(status, type, code, start + "…", param, headers);
  }

  /** The value of the {@code error} field; all four keys are always there, because SDKs copy them. */
  public Json.Obj toJson() {
    return Json.object("message", message, "type", type, "param", param.orElse(null), "code", code);
  }
}

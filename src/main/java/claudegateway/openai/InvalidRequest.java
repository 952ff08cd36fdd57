package claudegateway.openai;

import claudegateway.json.Json;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A request that cannot be served as it is: always status 400. Messages and codes are worded as OpenAI words
 * them, because clients match on them.
 */
public final class InvalidRequest extends RuntimeException {
  /** Characters of a client's own value that a message repeats. */
  private static final int QUOTED_MAX = 60;

  private static final long serialVersionUID = 1;

  private final transient WireError error;

  private InvalidRequest(WireError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  public WireError error() {
    return error;
  }

  static InvalidRequest of(String code, String param, String message) {
    return new InvalidRequest(WireError.badRequest(code, Optional.of(param), message));
  }

  /** The body as a whole is at fault. */
  static InvalidRequest body(String code, String message) {
    return new InvalidRequest(WireError.badRequest(code, Optional.empty(), message));
  }

  static InvalidRequest missing(String param) {
    return of("missing_required_parameter", param, "Missing required parameter: '" + param + "'.");
  }

  /** @param expected with its article: "a string", "one of a string or array of strings" */
  static InvalidRequest type(String param, String expected, Json found) {
    return of("invalid_type", param, "Invalid type for '" + param + "': expected " + expected
        + ", but got " + withArticle(found) + " instead.");
  }

  static InvalidRequest value(String param, String found, Collection<String> supported) {
    return of("invalid_value", param, "Invalid value for '" + param + "': " + quoted(found)
        + ". Supported values are: "
        + supported.stream().map(InvalidRequest::quoted).collect(Collectors.joining(", ")) + ".");
  }

  /** Something that OpenAI's API has and this gateway has not. */
  static InvalidRequest unsupported(String param, String message) {
    return of("unsupported_value", param, message);
  }

  /** A client's text, cut and without control characters, so that a message stays one short line. */
  static String quoted(String text) {
    String start = text.length() <= QUOTED_MAX
        ? text
        : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, QUOTED_MAX))) + "…";
    return "'" + start.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ") + "'";
  }

  private static String withArticle(Json found) {
    return switch (found) {
      case Json.Obj _ -> "an object";
      case Json.Arr _ -> "an array";
      case Json.Str _ -> "a string";
      case Json.Num number -> number.isInteger() ? "an integer" : "a decimal";
      case Json.Bool _ -> "a boolean";
      case Json.Null _ -> "null";
    };
  }
}

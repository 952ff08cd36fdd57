package claudegateway.http;

import java.util.List;

/**
 * One line of the route table.
 *
 * @param method as on the request line; GET serves HEAD too
 * @param pattern literal segments and {@code {parameters}}: {@code /v1/sessions/{id}}
 * @param name what logs, metrics and documentation call it
 * @param open served without a key and outside the rate limit
 */
public record Route(String method, String pattern, Handler handler, String name, boolean open) {
  /** The pattern's segments; a parameter stands in braces. */
  List<String> segments() {
    return pattern.equals("/") ? List.of() : List.of(pattern.substring(1).split("/"));
  }

  static boolean isParameter(String segment) {
    return segment.startsWith("{") && segment.endsWith("}");
  }
}

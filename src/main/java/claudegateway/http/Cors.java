package claudegateway.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Cross-origin requests, with or without a key, only from the allowed origins; answers their preflights.
 *
 * <p>Only {@code Origin} tells a browser's cross-origin request: other clients send {@code Sec-Fetch-Mode}
 * too.
 */
final class Cors implements Filter {
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  private static final String PREFLIGHT_SECONDS = "600";

  private final Set<String> allowed;

  /** @param allowedOrigins as browsers write them: {@code https://app.example:8443}; {@code *} for any */
  Cors(Set<String> allowedOrigins) {
    this.allowed = allowedOrigins.stream().map(Cors::normal).collect(Collectors.toSet());
  }

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    Optional<String> origin = exchange.header("Origin");
    if (origin.isEmpty()) {
      next.handle(exchange);
      return;
    }
    exchange.addToHeader("Vary", "Origin");
    boolean allowedByList = allowed.contains("*") || allowed.contains(normal(origin.get()));
    if (!allowedByList && !isSameOrigin(origin.get(), exchange)) {
      throw HttpError.forbidden("origin_not_allowed",
          "Requests from pages of " + origin.get() + " are not allowed; add the origin to ALLOWED_ORIGINS");
    }
    exchange.header("Access-Control-Allow-Origin", origin.get());
    exchange.header("Access-Control-Expose-Headers", "*");
    if (exchange.method().equals("OPTIONS") && exchange.header("Access-Control-Request-Method").isPresent()) {
      answerPreflight(exchange);
    } else {
      next.handle(exchange);
    }
  }

  private static void answerPreflight(Exchange exchange) {
    exchange.header("Access-Control-Allow-Methods", METHODS);
    // The wildcard would not include Authorization.
    exchange.header("Access-Control-Request-Headers")
        .ifPresent(names -> exchange.header("Access-Control-Allow-Headers", names));
    if (exchange.header("Access-Control-Request-Private-Network").isPresent()) {
      exchange.header("Access-Control-Allow-Private-Network", "true");
    }
    exchange.header("Access-Control-Max-Age", PREFLIGHT_SECONDS);
    exchange.empty(204);
  }

  /**
   * The page came from this server, by the name that the request uses ({@link HostCheck} has looked at it).
   */
  private static boolean isSameOrigin(String origin, Exchange exchange) {
    String host = exchange.header("Host").orElse("").toLowerCase(Locale.ROOT);
    String page = normal(origin);
    return page.equals(normal("http://" + host)) || page.equals(normal("https://" + host));
  }

  private static String normal(String origin) {
    String text = origin.strip().toLowerCase(Locale.ROOT);
    text = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    String defaultPort = text.startsWith("https:") ? ":443" : ":80";
    return text.endsWith(defaultPort) ? text.substring(0, text.length() - defaultPort.length()) : text;
  }
}

package claudegateway.http;

import java.util.Locale;

/**
 * Refuses bodies that say that they are something else than JSON. A body without a type passes. The types
 * that a web page may post without asking ({@code text/plain}, forms) are among those refused.
 */
final class JsonBodies implements Filter {
  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    if (exchange.hasBody()) {
      String type = exchange.header("Content-Type").orElse("application/json");
      if (!isJson(type)) {
        throw HttpError.of(415, "invalid_request_error", "unsupported_media_type",
            "The body must be JSON with Content-Type: application/json, not " + type);
      }
      String coding = exchange.header("Content-Encoding").orElse("identity");
      if (!coding.equalsIgnoreCase("identity")) {
        throw HttpError.of(415, "invalid_request_error", "unsupported_content_encoding",
            "The body must be sent without Content-Encoding, not as " + coding);
      }
    }
    next.handle(exchange);
  }

  private static boolean isJson(String type) {
    int semicolon = type.indexOf(';');
    String plain = (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    return plain.isEmpty() || plain.equals("application/json") || plain.endsWith("+json");
  }
}

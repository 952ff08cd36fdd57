package claudegateway.api;

import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code /docs}, a page that lists and tries the routes, and {@code /openapi.json}. Nothing comes from
 * elsewhere.
 */
final class Documentation {
  /** The page may load and call nothing but this server, and no inline script runs. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self';"
      + " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> FILES = Map.of(
      "docs.css", "text/css; charset=utf-8",
      "docs.js", "text/javascript; charset=utf-8");

  private final Supplier<byte[]> openApi;

  /**
   * @param openApi the document as JSON text; asked for when the table is complete, which includes this page
   */
  Documentation(Supplier<byte[]> openApi) {
    this.openApi = openApi;
  }

  void openApi(Exchange exchange) {
    exchange.json(200, openApi.get());
  }

  void page(Exchange exchange) {
    exchange.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    exchange.send(200, "text/html; charset=utf-8", resource("docs.html"));
  }

  void file(Exchange exchange) {
    String name = exchange.pathParameter("file");
    String type = FILES.get(name);
    if (type == null) {
      throw HttpError.notFound("not_found", "The documentation has no file " + name);
    }
    exchange.send(200, type, resource(name));
  }

  private static byte[] resource(String name) {
    try (InputStream in = Documentation.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

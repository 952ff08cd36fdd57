package claudegateway.http;

import java.util.List;
import java.util.Map;

/**
 * Refuses heads that are too large or unreadable, in our own words; the JDK's own limits lie behind these.
 */
final class HeadLimits implements Filter {
  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    HttpLimits limits = exchange.limits();
    if (exchange.targetFault().isPresent()) {
      throw exchange.targetFault().get();
    }
    if (exchange.targetLength() > limits.targetMax()) {
      throw HttpError.of(414, "invalid_request_error", "uri_too_long",
          "The URL is longer than " + limits.targetMax() + " characters");
    }
    if (size(exchange.headers()) > limits.headersMax()) {
      throw HttpError.of(431, "invalid_request_error", "headers_too_large",
          "The headers are larger than " + limits.headersMax() + " bytes");
    }
    next.handle(exchange);
  }

  private static long size(Map<String, List<String>> headers) {
    long size = 0;
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      for (String value : header.getValue()) {
        size += header.getKey().length() + value.length() + 4;
      }
    }
    return size;
  }
}

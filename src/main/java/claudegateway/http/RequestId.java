package claudegateway.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Gives each request a name for logs and answers: the client's {@code X-Request-ID} when it is harmless. */
final class RequestId implements Filter {
  private static final String HEADER = "X-Request-ID";
  private static final int LENGTH_MAX = 128;

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    String id = exchange.header(HEADER).filter(RequestId::isHarmless).orElseGet(RequestId::newId);
    exchange.requestId(id);
    exchange.header(HEADER, id);
    next.handle(exchange);
  }

  /** Unique enough to find a line in a log; no secret. */
  private static String newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return "req_" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong(), 8);
  }

  private static boolean isHarmless(String id) {
    return !id.isEmpty() && id.length() <= LENGTH_MAX && id.chars().allMatch(c ->
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-_.:".indexOf(c) >= 0);
  }
}

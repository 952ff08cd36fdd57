package claudegateway.http;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/**
 * One line per request, without its query, its bodies and its keys; and the same facts for other listeners.
 */
final class AccessLog implements Filter {
  /** Name of the logger, level INFO. */
  static final String LOGGER = "claudegateway.http.access";
  /** nginx's number for a client that left before it was answered. */
  private static final int CLIENT_LEFT = 499;
  private static final Logger LOG = System.getLogger(LOGGER);

  private final List<AccessRecord.Listener> listeners;

  AccessLog(List<AccessRecord.Listener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    try {
      next.handle(exchange);
    } finally {
      boolean logged = LOG.isLoggable(Level.INFO);
      if (logged || !listeners.isEmpty()) {
        AccessRecord request = describe(exchange);
        if (logged) {
          LOG.log(Level.INFO, line(request));
        }
        listeners.forEach(listener -> listener.finished(request));
      }
    }
  }

  private static AccessRecord describe(Exchange exchange) {
    Response response = exchange.response();
    long start = exchange.startedAt();
    long first = response.firstByteAt();
    return new AccessRecord(
        exchange.requestId(),
        exchange.method(),
        exchange.path(),
        exchange.route().map(Route::name).orElse(""),
        response.status() == 0 ? CLIENT_LEFT : response.status(),
        response.broken(),
        response.bytes(),
        first == 0 ? Duration.ZERO : Duration.ofNanos(first - start),
        Duration.ofNanos(TimeLimit.now() - start),
        exchange.principal(),
        exchange.remoteAddress().getAddress().getHostAddress(),
        exchange.notes());
  }

  private static String line(AccessRecord request) {
    StringBuilder line = new StringBuilder(160)
        .append(printable(request.method())).append(' ').append(printable(request.path()))
        .append(' ').append(request.status())
        .append(request.cut() ? " cut" : "")
        .append(' ').append(request.bytes()).append(" B ")
        .append(request.total().toMillis()).append(" ms id=").append(request.requestId())
        .append(" peer=").append(request.peer());
    if (!request.principal().isEmpty()) {
      line.append(" key=").append(printable(request.principal()));
    }
    request.notes().forEach(
        (name, value) -> line.append(' ').append(name).append('=').append(printable(value)));
    return line.toString();
  }

  /** A decoded path may hold line breaks, spaces and terminal codes, which would forge lines and fields. */
  private static String printable(String text) {
    return text.chars().allMatch(c -> c > ' ' && !Character.isISOControl(c))
        ? text
        : text.codePoints().map(c -> c <= ' ' || Character.isISOControl(c) ? '_' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }
}

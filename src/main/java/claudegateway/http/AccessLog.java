package claudegateway.http;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/**
 * One line per request, without its query, its bodies and its keys; and the same facts for other listeners. The
 * line's one parameter is the {@link AccessRecord}, for formats that have fields.
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
          LOG.log(Level.INFO, "{0}", request);
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
}

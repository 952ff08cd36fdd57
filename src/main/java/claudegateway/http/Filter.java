package claudegateway.http;

/** One step before, around or instead of the handlers behind it. */
@FunctionalInterface
public interface Filter {
  /** Does nothing. */
  Filter NONE = (exchange, next) -> next.handle(exchange);

  /** Goes on with {@code next.handle(exchange)}, or answers or throws instead. */
  void filter(Exchange exchange, Handler next) throws Exception;

  /** This filter, then that handler, as one handler. */
  default Handler before(Handler next) {
    return exchange -> filter(exchange, next);
  }
}

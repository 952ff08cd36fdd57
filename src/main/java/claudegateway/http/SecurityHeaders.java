package claudegateway.http;

/** What browsers should know about every answer; handlers may replace each header. */
final class SecurityHeaders implements Filter {
  private static final String YEAR_SECONDS = "max-age=31536000";

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    exchange.header("X-Content-Type-Options", "nosniff");
    exchange.header("X-Frame-Options", "DENY");
    exchange.header("Referrer-Policy", "no-referrer");
    exchange.header("Cache-Control", "no-store");
    // For localhost it would lock a developer's other servers, on all ports, out of plain HTTP.
    boolean publicName = exchange.header("Host").map(HostName::of).filter(HostName::isPublicName).isPresent();
    if (exchange.tls() && publicName) {
      exchange.header("Strict-Transport-Security", YEAR_SECONDS);
    }
    next.handle(exchange);
  }
}

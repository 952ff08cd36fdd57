package claudegateway.http;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Refuses names that somebody else's DNS may have pointed at this server (DNS rebinding): a web page of
 * {@code evil.example} that resolves to 127.0.0.1 is of the same origin as the server, unless the name is
 * looked at.
 */
final class HostCheck implements Filter {
  private final Set<String> allowed;

  /** @param allowedHosts names beside localhost and addresses */
  HostCheck(Set<String> allowedHosts) {
    this.allowed = allowedHosts.stream().map(host -> HostName.of(host).name()).collect(Collectors.toSet());
  }

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    List<String> hosts = exchange.headers("Host");
    if (hosts.size() != 1 && !(hosts.isEmpty() && exchange.protocol().equals("HTTP/1.0"))) {
      throw HttpError.badRequest("invalid_host", null, "Exactly one Host header is needed");
    }
    for (String host : hosts) {
      HostName name = HostName.of(host);
      if (!name.isLocalhost() && !name.isAddress() && !allowed.contains(name.name())) {
        throw HttpError.of(421, "invalid_request_error", "host_not_allowed",
            "This server does not answer for the host '" + name.name() + "'; add it to ALLOWED_HOSTS");
      }
    }
    next.handle(exchange);
  }
}

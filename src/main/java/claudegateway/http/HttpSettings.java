package claudegateway.http;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where and how a {@link Server} listens.
 *
 * @param addresses all with the same port; port 0 stands for one that is free on all of them
 * @param backlog connections that wait to be accepted
 * @param tls speaks HTTPS (TLS 1.2 or later) when given
 */
public record HttpSettings(
    List<InetSocketAddress> addresses, int backlog, Optional<SSLContext> tls, HttpLimits limits) {
  private static final int BACKLOG = 1_024;

  public HttpSettings {
    addresses = List.copyOf(addresses);
    if (addresses.stream().map(InetSocketAddress::getPort).distinct().count() != 1) {
      throw new IllegalArgumentException("addresses with one common port are needed, not " + addresses);
    }
  }

  /** 127.0.0.1 and ::1, because {@code localhost} means either. */
  public static HttpSettings loopback(int port) {
    return on(List.of("127.0.0.1", "::1"), port);
  }

  /** @param hosts addresses or names of this machine */
  public static HttpSettings on(List<String> hosts, int port) {
    return new HttpSettings(hosts.stream().map(host -> new InetSocketAddress(host, port)).toList(), BACKLOG,
        Optional.empty(), HttpLimits.DEFAULT);
  }

  public HttpSettings withTls(SSLContext context) {
    return new HttpSettings(addresses, backlog, Optional.of(context), limits);
  }

  public HttpSettings withLimits(HttpLimits changed) {
    return new HttpSettings(addresses, backlog, tls, changed);
  }
}

package claudegateway.http;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where no keys are configured: serves only the machine itself, and nobody behind a proxy that runs on it.
 */
final class PeerCheck implements Filter {
  private static final List<String> PROXY_HEADERS =
      List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

  private final Predicate<InetAddress> own;

  PeerCheck() {
    this(PeerCheck::isOwn);
  }

  /** @param own whether an address is one of this machine's */
  PeerCheck(Predicate<InetAddress> own) {
    this.own = own;
  }

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    if (!own.test(exchange.remoteAddress().getAddress())) {
      throw refusal("your address is not one of this machine's own");
    }
    for (String header : PROXY_HEADERS) {
      if (exchange.header(header).isPresent()) {
        throw refusal("the request came through a proxy (header " + header + ")");
      }
    }
    next.handle(exchange);
  }

  private static HttpError refusal(String why) {
    return HttpError.forbidden("remote_access_denied", "Without API keys this server serves only the machine"
        + " that it runs on, and " + why + "; set API_KEYS on the server to allow others");
  }

  static boolean isOwn(InetAddress peer) {
    try {
      return peer.isLoopbackAddress() || NetworkInterface.getByInetAddress(peer) != null;
    } catch (SocketException unknown) {
      return false;
    }
  }
}

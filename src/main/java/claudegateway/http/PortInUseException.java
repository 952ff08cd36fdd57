package claudegateway.http;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Another program listens there already. */
public final class PortInUseException extends IOException {
  private static final long serialVersionUID = 1;

  PortInUseException(InetSocketAddress address, Throwable cause) {
    super("port " + address.getPort() + " is in use (" + address.getAddress().getHostAddress() + ")", cause);
  }
}

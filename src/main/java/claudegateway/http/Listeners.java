package claudegateway.http;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Binds the listening sockets of a {@link Server}. */
final class Listeners {
  /** Attempts to find a port that is free on every address. */
  private static final int PORT_ATTEMPTS = 20;
  private static final int PROBE_MILLIS = 500;
  private static final String[] TLS_VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private Listeners() {}

  /** Bound, not started. */
  static List<HttpServer> bind(HttpSettings settings) throws IOException {
    List<InetSocketAddress> addresses = present(settings.addresses());
    if (addresses.getFirst().getPort() != 0) {
      return bindAll(addresses, settings);
    }
    for (int attempt = 1; ; attempt++) {
      HttpServer first = bindOne(addresses.getFirst(), settings);
      int port = first.getAddress().getPort();
      try {
        List<HttpServer> all = new ArrayList<>(List.of(first));
        all.addAll(bindAll(addresses.subList(1, addresses.size()).stream()
            .map(address -> new InetSocketAddress(address.getAddress(), port)).toList(), settings));
        return all;
      } catch (PortInUseException taken) {
        first.stop(0);
        if (attempt == PORT_ATTEMPTS) {
          throw taken;
        }
      } catch (IOException refused) {
        first.stop(0);
        throw refused;
      }
    }
  }

  private static List<HttpServer> bindAll(List<InetSocketAddress> addresses, HttpSettings settings)
      throws IOException {
    List<HttpServer> bound = new ArrayList<>();
    try {
      for (InetSocketAddress address : addresses) {
        bound.add(bindOne(address, settings));
      }
      return bound;
    } catch (IOException refused) {
      bound.forEach(listener -> listener.stop(0));
      throw refused;
    }
  }

  private static HttpServer bindOne(InetSocketAddress address, HttpSettings settings) throws IOException {
    if (address.isUnresolved()) {
      throw new IOException("cannot listen on " + address.getHostString() + ": unknown host");
    }
    // macOS lets a second server bind 127.0.0.1:P beside one on *:P, so binding alone proves nothing.
    if (address.getPort() != 0 && isAnswered(address)) {
      throw new PortInUseException(address, null);
    }
    try {
      return settings.tls().isPresent()
          ? https(address, settings.backlog(), settings.tls().get())
          : HttpServer.create(address, settings.backlog());
    } catch (BindException refused) {
      if (String.valueOf(refused.getMessage()).contains("in use")) {
        throw new PortInUseException(address, refused);
      }
      throw new IOException("cannot listen on " + text(address) + ": " + refused.getMessage(), refused);
    } catch (IOException refused) {
      throw new IOException("cannot listen on " + text(address) + ": " + refused.getMessage(), refused);
    }
  }

  private static HttpServer https(InetSocketAddress address, int backlog, SSLContext context)
      throws IOException {
    HttpsServer server = HttpsServer.create(address, backlog);
    server.setHttpsConfigurator(new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters ssl = context.getDefaultSSLParameters();
        ssl.setProtocols(TLS_VERSIONS);
        parameters.setSSLParameters(ssl);
      }
    });
    return server;
  }

  private static boolean isAnswered(InetSocketAddress address) {
    InetAddress host = address.getAddress().isAnyLocalAddress()
        ? InetAddress.getLoopbackAddress()
        : address.getAddress();
    try (Socket probe = new Socket()) {
      probe.connect(new InetSocketAddress(host, address.getPort()), PROBE_MILLIS);
      // A free port of the ephemeral range can be connected to itself.
      return probe.getLocalPort() != address.getPort();
    } catch (IOException nobody) {
      return false;
    }
  }

  /** Without ::1 on a machine that has no IPv6, as long as another address remains. */
  private static List<InetSocketAddress> present(List<InetSocketAddress> addresses) throws IOException {
    List<InetSocketAddress> present = new ArrayList<>();
    for (InetSocketAddress address : addresses) {
      InetAddress host = address.getAddress();
      boolean optional = host != null && host.isLoopbackAddress() && host.getAddress().length == 16;
      if (!optional || NetworkInterface.getByInetAddress(host) != null) {
        present.add(address);
      }
    }
    return present.isEmpty() ? addresses : present;
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}

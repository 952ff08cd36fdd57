package claudegateway;

import claudegateway.api.ApiRoutes;
import claudegateway.api.DomainErrors;
import claudegateway.api.Services;
import claudegateway.chat.Chat;
import claudegateway.http.AccessPolicy;
import claudegateway.http.Filter;
import claudegateway.http.HttpLimits;
import claudegateway.http.HttpSettings;
import claudegateway.http.Pipeline;
import claudegateway.http.Router;
import claudegateway.http.Server;
import claudegateway.http.TlsIdentity;
import claudegateway.metrics.MetricsPage;
import claudegateway.metrics.RequestCounts;
import claudegateway.store.Database;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;

/** What the gateway listens on: the API's addresses, and the one of the metrics where it has one of its own. */
final class Listening implements AutoCloseable {
  private final Optional<TlsIdentity> identity;
  private final Optional<SSLContext> tls;
  private final RequestCounts requests = new RequestCounts();
  private final AtomicReference<Server> api = new AtomicReference<>();
  private Optional<Server> metrics = Optional.empty();

  /** Reads the certificate; listens to nothing yet. */
  Listening(Optional<Config.Tls> wanted) throws IOException {
    identity = wanted.isEmpty() ? Optional.empty() : Optional.of(identity(wanted.get()));
    tls = identity.isEmpty() ? Optional.empty() : Optional.of(identity.get().context());
  }

  static TlsIdentity identity(Config.Tls wanted) throws IOException {
    return switch (wanted) {
      case Config.Tls.Pem(var certificates, var key) -> TlsIdentity.ofPem(certificates, key);
      case Config.Tls.Pkcs12(var file, char[] password) -> TlsIdentity.ofPkcs12(file, password);
    };
  }

  /** Listens and serves from now on. */
  void start(Config config, Services services, Chat chat, Database database) throws IOException {
    MetricsPage page = new MetricsPage(new MetricsPage.Sources(Release.version(),
        services.agent().cliVersion().orElse("none"), requests, chat::figures, database::stats,
        () -> api.get().active(), () -> api.get().streams()));
    Router routes = ApiRoutes.router(services);
    Optional<InetSocketAddress> apart = config.server().metrics();
    if (apart.isEmpty()) {
      routes.route("GET", "/metrics", "getMetrics", page);
    }
    List<String> hosts = config.server().addresses().stream().map(InetAddress::getHostAddress).toList();
    HttpSettings settings = HttpSettings.on(hosts, config.server().port())
        .withLimits(HttpLimits.DEFAULT.withBodyMax(config.bodyMaxBytes()));
    api.set(Server.start(tls.map(settings::withTls).orElse(settings),
        Pipeline.of(config.access(), routes, new DomainErrors(), List.of(requests))));
    if (apart.isPresent()) {
      metrics = Optional.of(Server.start(metricsSettings(apart.get()), Pipeline.of(
          metricsAccess(apart.get(), config.access()),
          new Router().route("GET", "/metrics", "getMetrics", page), Filter.NONE, List.of())));
    }
  }

  /** On this machine a scraper needs neither key nor certificate; elsewhere it needs what everybody needs. */
  private static AccessPolicy metricsAccess(InetSocketAddress address, AccessPolicy api) {
    return address.getAddress().isLoopbackAddress() ? AccessPolicy.LOCAL : api;
  }

  private HttpSettings metricsSettings(InetSocketAddress address) {
    HttpSettings settings = HttpSettings.on(List.of(address.getAddress().getHostAddress()), address.getPort());
    return address.getAddress().isLoopbackAddress() ? settings : tls.map(settings::withTls).orElse(settings);
  }

  Optional<TlsIdentity> identity() {
    return identity;
  }

  int port() {
    return api.get().port();
  }

  /** The metrics' own address. */
  Optional<String> metricsUrl() {
    return metrics.map(server -> server.addresses().getFirst()).map(address ->
        (address.getAddress().isLoopbackAddress() || tls.isEmpty() ? "http://" : "https://")
            + (address.getAddress() instanceof Inet6Address six ? "[" + six.getHostAddress() + "]"
                : address.getAddress().getHostAddress())
            + ":" + address.getPort() + "/metrics");
  }

  /** Whether clients that leave are noticed; false before the start. */
  boolean watchesClients() {
    return api.get() != null && api.get().watchesClients();
  }

  void stopAccepting() {
    api.get().stopAccepting();
  }

  boolean awaitIdle(Duration limit) throws InterruptedException {
    return api.get().awaitIdle(limit);
  }

  @Override
  public void close() {
    metrics.ifPresent(Server::close);
    if (api.get() != null) {
      api.get().close();
    }
  }
}

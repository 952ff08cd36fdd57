package claudegateway;

import claudegateway.claude.ClaudeBinary;
import claudegateway.http.Filter;
import claudegateway.http.HttpLimits;
import claudegateway.http.HttpSettings;
import claudegateway.http.Pipeline;
import claudegateway.http.Router;
import claudegateway.http.Server;
import claudegateway.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The running program: {@link #start} gives one that serves, {@link #close} leaves nothing of it behind. */
public final class Gateway implements AutoCloseable {
  private final DataDirectory data;
  private final ClaudeBinary claude;
  private final Server server;

  private Gateway(DataDirectory data, ClaudeBinary claude, Server server) {
    this.data = data;
    this.claude = claude;
    this.server = server;
  }

  /**
   * Returns when requests are served.
   *
   * @param progress gets lines for people while something takes seconds
   * @throws StartException and what the rooms throw; {@link Main} knows the exit code of each
   */
  public static Gateway start(Config config, Consumer<String> progress)
      throws StartException, IOException, InterruptedException {
    DataDirectory data = DataDirectory.take(config.folders().data());
    try {
      ClaudeBinary claude = ClaudeBinary.locate(config.agent().claude(), config.folders().cli(),
          config.environment(), progress);
      return new Gateway(data, claude, listen(config, claude));
    } catch (IOException | InterruptedException | RuntimeException failed) {
      data.close();
      throw failed;
    }
  }

  private static Server listen(Config config, ClaudeBinary claude) throws IOException {
    Json.Obj health = Json.object("status", "healthy", "ok", true, "version", Release.version(),
        "claude_version", claude.version() + " (Claude Code)");
    Router router = new Router().open("GET", "/health", "health", exchange -> exchange.json(200, health));
    List<String> hosts = config.server().addresses().stream().map(InetAddress::getHostAddress).toList();
    HttpSettings settings = HttpSettings.on(hosts, config.server().port())
        .withLimits(HttpLimits.DEFAULT.withBodyMax(config.bodyMaxBytes()));
    return Server.start(settings, Pipeline.of(config.access(), router, Filter.NONE, List.of()));
  }

  public int port() {
    return server.port();
  }

  public ClaudeBinary claude() {
    return claude;
  }

  /** Stops accepting, lets what runs finish for so long, and closes. */
  public void stop(Duration grace) throws IOException, InterruptedException {
    server.stopAccepting();
    server.awaitIdle(grace);
    close();
  }

  /** For a process that ends in the next moment: no waiting, nothing of it stays. Any thread. */
  public void halt() {
    server.close();
  }

  @Override
  public void close() throws IOException {
    server.close();
    data.close();
  }
}

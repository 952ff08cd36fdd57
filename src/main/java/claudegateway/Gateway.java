package claudegateway;

import claudegateway.StartException.Exit;
import claudegateway.api.ApiRoutes;
import claudegateway.api.DomainErrors;
import claudegateway.api.Services;
import claudegateway.api.Settings;
import claudegateway.chat.Chat;
import claudegateway.chat.ChatSettings;
import claudegateway.chat.Projects;
import claudegateway.claude.ClaudeBinary;
import claudegateway.claude.ClaudeEnvironment;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.ModelCatalogue;
import claudegateway.http.HttpLimits;
import claudegateway.http.HttpSettings;
import claudegateway.http.Pipeline;
import claudegateway.http.Server;
import claudegateway.json.JsonException;
import claudegateway.store.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The running program: {@link #start} gives one that serves, {@link #close} leaves nothing of it behind. */
public final class Gateway implements AutoCloseable {
  private final ClaudeBinary claude;
  private final Server server;
  private final Chat chat;
  private final ClaudeLauncher launcher;
  /** What was opened, the last first. */
  private final Deque<Part> parts;

  /** Something that is closed with the gateway. */
  private interface Part {
    void close() throws IOException;
  }

  private Gateway(ClaudeBinary claude, Server server, Chat chat, ClaudeLauncher launcher, Deque<Part> parts) {
    this.claude = claude;
    this.server = server;
    this.chat = chat;
    this.launcher = launcher;
    this.parts = parts;
  }

  /**
   * Returns when requests are served.
   *
   * @param progress gets lines for people while something takes seconds
   * @throws StartException and what the rooms throw; {@link Main} knows the exit code of each
   */
  public static Gateway start(Config config, Consumer<String> progress)
      throws StartException, IOException, InterruptedException {
    Deque<Part> parts = new ArrayDeque<>();
    try {
      return assemble(config, progress, parts);
    } catch (IOException | StartException | InterruptedException | RuntimeException failed) {
      closeAll(parts);
      throw failed;
    }
  }

  private static Gateway assemble(Config config, Consumer<String> progress, Deque<Part> parts)
      throws StartException, IOException, InterruptedException {
    requireServable(config.server());
    Path data = config.folders().data();
    DataDirectory lock = DataDirectory.take(data);
    parts.push(lock::close);
    ClaudeBinary claude = ClaudeBinary.locate(config.agent().claude(), config.folders().cli(),
        config.environment(), progress);
    Database database = Database.open(config.folders().database());
    parts.push(database::close);
    Map<String, String> environment = config.environment();
    if (config.demo()) {
      DemoMode demo = DemoMode.start(data, environment);
      parts.push(demo::close);
      environment = demo.environment();
    }
    ClaudeLauncher launcher = new ClaudeLauncher(new ClaudeLauncher.Settings(claude.path(), claude.version(),
        ClaudeEnvironment.of(environment, Set.copyOf(config.agent().passEnvironment()), config.agent().maxRetries()),
        config.agent().permissionMode(), config.agent().permissionAllow(), data.resolve("run")));
    AtomicReference<ModelCatalogue> models = new AtomicReference<>(catalogue(config, claude));
    Projects projects = new Projects(database, projectRoot(config.folders().projectRoot()),
        config.folders().allowRoots(), InstantSource.system());
    Chat chat = new Chat(settings(config, projects), database, launcher, projects::folder, models);
    parts.push(chat::close);
    AtomicReference<Server> server = new AtomicReference<>();
    Services services = new Services(chat.conversations(), chat.sessions(), projects, models::get,
        new ReportedFacts(claude.version(), chat.reports()), database,
        new Settings(Release.version(), config.agent().unknownModelIsDefault(), false,
            () -> server.get() != null && server.get().watchesClients()),
        InstantSource.system());
    List<String> hosts = config.server().addresses().stream().map(InetAddress::getHostAddress).toList();
    HttpSettings http = HttpSettings.on(hosts, config.server().port())
        .withLimits(HttpLimits.DEFAULT.withBodyMax(config.bodyMaxBytes()));
    server.set(Server.start(http,
        Pipeline.of(config.access(), ApiRoutes.router(services), new DomainErrors(), List.of())));
    parts.push(server.get()::close);
    return new Gateway(claude, server.get(), chat, launcher, parts);
  }

  /** What was asked for and is not served is refused: nobody shall believe that a connection is encrypted. */
  private static void requireServable(Config.Server wanted) throws StartException {
    if (wanted.tls().isPresent() || wanted.metrics().isPresent()) {
      throw new StartException(Exit.CONFIG,
          "tls-* and metrics-address are not served by this version; for TLS put a proxy in front");
    }
  }

  private static Path projectRoot(Path root) throws StartException {
    try {
      return Files.createDirectories(root);
    } catch (IOException unusable) {
      throw StartException.unusable("the project root " + root, unusable,
          "choose another one with --project-root");
    }
  }

  private static ModelCatalogue catalogue(Config config, ClaudeBinary claude)
      throws IOException, StartException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    Optional<Path> file = config.agent().modelsFile();
    ModelCatalogue known;
    try {
      known = file.isPresent()
          ? ModelCatalogue.ofUser(Files.readAllBytes(file.get()), today)
          : ModelCatalogue.builtIn(claude.version(), today);
    } catch (JsonException wrong) {
      throw new StartException(Exit.CONFIG,
          "the models file " + file.orElseThrow() + ": " + wrong.getMessage(), wrong);
    }
    try {
      return config.agent().defaultModel().map(known::withDefault).orElse(known);
    } catch (IllegalArgumentException unknown) {
      throw new StartException(Exit.CONFIG, "default-model: " + unknown.getMessage(), unknown);
    }
  }

  private static ChatSettings settings(Config config, Projects projects) {
    Config.Sessions sessions = config.sessions();
    int liveMax = sessions.processesMax().orElseGet(Memory::processesThatFit);
    return new ChatSettings(liveMax, Math.min(sessions.sparesMax(), Math.max(0, liveMax - 1)), sessions.idle(),
        sessions.busyWait(), Duration.ofSeconds(10), 20 * liveMax, sessions.silence(), Duration.ofSeconds(1),
        config.agent().slashCommands(), sessions.historyRetention().orElse(Duration.ofDays(36_500)),
        sessions.cleanupInterval(),
        projects.folder(Projects.DEFAULT, claudegateway.chat.Caller.ANYONE));
  }

  public int port() {
    return server.port();
  }

  public ClaudeBinary claude() {
    return claude;
  }

  /** Stops accepting, lets what runs finish for so long, ends every child, and closes. */
  public void stop(Duration grace) throws IOException, InterruptedException {
    server.stopAccepting();
    chat.close(grace);
    server.awaitIdle(Duration.ofSeconds(1));
    close();
  }

  /** For a process that ends in the next moment: no waiting, no child stays. Any thread. */
  public void halt() {
    launcher.close();
  }

  @Override
  public void close() throws IOException {
    closeAll(parts);
  }

  private static void closeAll(Deque<Part> parts) throws IOException {
    IOException first = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (IOException failed) {
        first = first == null ? failed : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}

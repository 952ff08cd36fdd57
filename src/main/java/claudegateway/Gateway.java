package claudegateway;

import claudegateway.StartException.Exit;
import claudegateway.api.Services;
import claudegateway.api.Settings;
import claudegateway.chat.Caller;
import claudegateway.chat.Chat;
import claudegateway.chat.ChatSettings;
import claudegateway.chat.Folders;
import claudegateway.claude.ClaudeBinary;
import claudegateway.claude.ClaudeEnvironment;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.ModelCatalogue;
import claudegateway.doctor.PassedVersions;
import claudegateway.http.TlsIdentity;
import claudegateway.json.JsonException;
import claudegateway.pool.PoolSettings;
import claudegateway.project.Projects;
import claudegateway.store.Database;
import claudegateway.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The running program: {@link #start} gives one that serves, {@link #close} leaves nothing of it behind. */
public final class Gateway implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Gateway.class.getName());

  private final ClaudeBinary claude;
  private final Listening listening;
  private final Chat chat;
  private final ClaudeLauncher launcher;
  /** What was opened, the last first. */
  private final Deque<Part> parts;

  /** Something that is closed with the gateway. */
  private interface Part {
    void close() throws IOException;
  }

  private Gateway(ClaudeBinary claude, Listening listening, Chat chat, ClaudeLauncher launcher, Deque<Part> parts) {
    this.claude = claude;
    this.listening = listening;
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
    Listening listening = new Listening(config.server().tls());
    Path data = config.folders().data();
    DataDirectory lock = DataDirectory.take(data);
    parts.push(lock::close);
    CompletableFuture<Database> opening = opening(config.folders().database());
    parts.push(() -> close(opening));
    ClaudeBinary claude = ClaudeBinary.locate(config.agent().claude(), config.folders().cli(),
        config.environment(), progress);
    if (!config.demo() && !PassedVersions.in(config.folders().cli()).has(claude.version())) {
      LOG.log(System.Logger.Level.WARNING, "Claude Code {0} was never tried with this gateway: run \"bin/doctor --cli\","
          + " or use {1} (npm install -g @anthropic-ai/claude-code@{1})", claude.version(),
          ClaudeBinary.PINNED_VERSION);
    }
    Database database = opened(opening);
    Map<String, String> environment = config.environment();
    if (config.demo()) {
      DemoMode demo = DemoMode.start(data, environment);
      parts.push(demo::close);
      environment = demo.environment();
    }
    ClaudeLauncher launcher = new ClaudeLauncher(new ClaudeLauncher.Settings(claude.path(), claude.version(),
        ClaudeEnvironment.of(environment, Set.copyOf(config.agent().passEnvironment()), config.agent().maxRetries()),
        config.agent().permissionMode(), config.agent().permissionAllow(), config.agent().projectSettings(),
        data.resolve("run")));
    AtomicReference<ModelCatalogue> models = new AtomicReference<>(catalogue(config, claude));
    Projects projects = new Projects(database, projectRoot(config.folders().projectRoot()),
        config.folders().allowRoots(), InstantSource.system());
    Chat chat = new Chat(settings(config, projects), database, launcher, projects::folder, models);
    parts.push(chat::close);
    parts.push(HeapUpkeep.start(chat::runningTurns)::interrupt);
    Services services = new Services(chat.conversations(), chat.sessions(), projects, models::get,
        new ReportedFacts(claude.version(), chat.reports()), database,
        new Settings(Release.version(), config.agent().unknownModelIsDefault(), false, listening::watchesClients),
        InstantSource.system());
    parts.push(listening::close);
    listening.start(config, services, chat, database);
    return new Gateway(claude, listening, chat, launcher, parts);
  }

  /** Beside the CLI, which is another process and tells its version meanwhile: each takes a tenth of the start. */
  private static CompletableFuture<Database> opening(Path path) {
    return CompletableFuture.supplyAsync(() -> Database.open(path),
        task -> Thread.ofPlatform().name("opening-database").start(task));
  }

  private static Database opened(CompletableFuture<Database> opening) throws InterruptedException {
    try {
      return opening.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof StoreException known) {
        throw known;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  /** Waits until it is open, if that is still to come. */
  private static void close(CompletableFuture<Database> opening) {
    boolean isOpen = opening.handle((_, failed) -> failed == null).join();
    if (isOpen) {
      opening.join().close();
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
    int liveMax = Memory.processes(sessions);
    int spares = Memory.spares(sessions);
    int afterBurst = spares == 0 ? 0 : Math.max(spares, Math.min(sessions.sparesAfterBurst(), liveMax / 4));
    PoolSettings pool = new PoolSettings(liveMax, Memory.bytes(sessions), spares, afterBurst, Duration.ofSeconds(10),
        20 * liveMax);
    return new ChatSettings(pool, sessions.idle(), sessions.busyWait(), sessions.silence(), Duration.ofSeconds(1),
        config.agent().slashCommands(), sessions.historyRetention().orElse(Duration.ofDays(36_500)),
        sessions.cleanupInterval(),
        projects.folder(Folders.DEFAULT, Caller.ANYONE));
  }

  public int port() {
    return listening.port();
  }

  /** What the server shows to its clients; empty without TLS. */
  Optional<TlsIdentity> identity() {
    return listening.identity();
  }

  /** The metrics' own address, where they have one. */
  Optional<String> metricsUrl() {
    return listening.metricsUrl();
  }

  public ClaudeBinary claude() {
    return claude;
  }

  /** Stops accepting, lets what runs finish for so long, ends every child, and closes. */
  public void stop(Duration grace) throws IOException, InterruptedException {
    listening.stopAccepting();
    chat.close(grace);
    listening.awaitIdle(Duration.ofSeconds(1));
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

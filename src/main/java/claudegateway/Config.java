package claudegateway;

import claudegateway.StartException.Exit;
import claudegateway.http.AccessPolicy;
import claudegateway.http.ApiKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Everything that was decided before the start.
 *
 * @param demo whether the model is the built-in stub
 * @param access without keys (and none required) only this machine is served
 * @param environment the one that the program was started in; what a child gets is picked from it
 */
public record Config(
    boolean demo,
    Server server,
    Folders folders,
    AccessPolicy access,
    int bodyMaxBytes,
    Agent agent,
    Sessions sessions,
    Log log,
    Map<String, String> environment) {

  /** @param addresses all of them are listened on, with the same port; 0 = any free one */
  public record Server(
      List<InetAddress> addresses,
      int port,
      Duration shutdownGrace,
      Optional<Tls> tls,
      Optional<InetSocketAddress> metrics) {}

  public sealed interface Tls {
    record Pem(Path certificates, Path key) implements Tls {}

    record Pkcs12(Path file, char[] password) implements Tls {}
  }

  /**
   * Absolute paths, none of which need exist.
   *
   * @param data the database, the lock and what else one gateway keeps for itself
   * @param cli where a CLI of our own is installed, and what is known of the one in use
   * @param allowRoots real paths of existing folders
   */
  public record Folders(
      Path home, Path data, Path cli, Path projectRoot, List<Path> allowRoots, Path database) {}

  /**
   * @param claude the CLI's path, or its name on PATH; empty = look for it
   * @param unknownModelIsDefault whether a name that is none of Claude's is answered by the default model
   * @param permissionMode the CLI's own word
   * @param projectSettings whether a project's own hooks, permissions and MCP servers take effect
   * @param passEnvironment names of variables
   */
  public record Agent(
      Optional<String> claude,
      Optional<String> defaultModel,
      Optional<Path> modelsFile,
      boolean unknownModelIsDefault,
      String permissionMode,
      List<String> permissionAllow,
      boolean projectSettings,
      boolean slashCommands,
      boolean fetchImages,
      List<String> passEnvironment,
      int maxRetries) {}

  /**
   * @param processesMax live CLI processes; empty = as memory allows
   * @param memoryMebibytes that they may take; empty = as the machine has
   * @param sparesMax of them, those that wait for new conversations; empty = as suits their number
   * @param idle after which a session's process ends
   * @param busyWait for a session that runs another turn
   * @param silence of the CLI after which a turn fails
   * @param historyRetention of sessions that stateless requests made; empty = for good
   */
  public record Sessions(
      OptionalInt processesMax,
      OptionalInt memoryMebibytes,
      OptionalInt sparesMax,
      int sparesAfterBurst,
      Duration idle,
      Duration busyWait,
      Duration silence,
      Optional<Duration> historyRetention,
      Duration cleanupInterval) {}

  public record Log(System.Logger.Level level, Format format, boolean prompts) {
    /** AUTO: text on a terminal, JSON lines otherwise. */
    public enum Format { AUTO, TEXT, JSON }
  }

  public Config {
    environment = Map.copyOf(environment);
  }

  /** Reads arguments, environment and settings file; throws when any of it is not accepted. */
  public static Config load(List<String> arguments, Map<String, String> environment) throws StartException {
    return load(CommandLine.parse(arguments), environment);
  }

  static Config load(CommandLine line, Map<String, String> environment) throws StartException {
    DataHome dataHome = DataHome.of(System.getProperty("os.name"), environment);
    Given given = new Given(line, environment, dataHome.home());
    return new Config(given.get(Settings.DEMO), server(given), folders(given, dataHome), access(given),
        given.get(Settings.BODY_LIMIT) << 20, agent(given), sessions(given), log(given), environment);
  }

  private static Server server(Given given) throws StartException {
    return new Server(given.get(Settings.HOST), given.get(Settings.PORT),
        Duration.ofSeconds(given.get(Settings.SHUTDOWN_GRACE)), tls(given), given.get(Settings.METRICS));
  }

  private static Optional<Tls> tls(Given given) throws StartException {
    Optional<Path> certificates = given.get(Settings.TLS_CERT);
    Optional<Path> key = given.get(Settings.TLS_KEY);
    Optional<Path> pkcs12 = given.get(Settings.TLS_PKCS12);
    String password = given.get(Settings.TLS_PASSWORD).orElse("");
    if (certificates.isPresent() != key.isPresent() || (key.isPresent() && pkcs12.isPresent())) {
      throw new StartException(Exit.CONFIG, "TLS needs either tls-cert and tls-key, or tls-pkcs12");
    }
    return certificates.<Tls>map(chain -> new Tls.Pem(chain, key.orElseThrow()))
        .or(() -> pkcs12.map(file -> new Tls.Pkcs12(file, password.toCharArray())));
  }

  /** The demo keeps everything but the CLI in a folder of its own, so that it never meets real sessions. */
  private static Folders folders(Given given, DataHome dataHome) throws StartException {
    boolean demo = given.get(Settings.DEMO);
    Path top = given.get(Settings.DATA_DIR).orElse(dataHome.folder());
    Path data = demo ? top.resolve("demo") : top;
    String url = given.get(Settings.DATABASE_URL).filter(_ -> !demo).orElse("sqlite:///gateway.db");
    return new Folders(dataHome.home(), data, top.resolve("cli"),
        given.get(Settings.PROJECT_ROOT).orElse(data.resolve("projects")),
        given.get(Settings.ALLOW_ROOT), DatabaseUrl.file(url, data));
  }

  /** Asking for keys that nobody has refuses everybody; not asking for keys that are set ignores them. */
  private static AccessPolicy access(Given given) throws StartException {
    List<ApiKey> keys = given.get(Settings.API_KEYS);
    Set<String> seen = new HashSet<>();
    for (ApiKey key : keys) {
      if (!seen.add(key.name()) | !seen.add(":" + key.secret())) {
        throw new StartException(Exit.CONFIG, "api-keys: two keys are alike or share the name " + key.name());
      }
    }
    boolean required = given.get(Settings.REQUIRE_AUTH).orElse(!keys.isEmpty());
    return new AccessPolicy(Set.copyOf(given.get(Settings.ALLOWED_HOSTS)),
        Set.copyOf(given.get(Settings.ALLOWED_ORIGINS)), required ? keys : List.of(), required,
        given.get(Settings.KEY_IN_QUERY), given.get(Settings.RATE_LIMIT), given.get(Settings.RATE_BURST));
  }

  private static Agent agent(Given given) throws StartException {
    return new Agent(given.get(Settings.CLAUDE), given.get(Settings.DEFAULT_MODEL),
        given.get(Settings.MODELS_FILE), given.get(Settings.UNKNOWN_MODEL).equals("default"),
        given.get(Settings.PERMISSION_MODE), given.get(Settings.PERMISSION_ALLOW), given.get(Settings.PROJECT_SETTINGS),
        given.get(Settings.SLASH_COMMANDS), given.get(Settings.FETCH_IMAGES),
        given.get(Settings.PASS_ENVIRONMENT), given.get(Settings.MAX_RETRIES));
  }

  private static Sessions sessions(Given given) throws StartException {
    int retentionDays = given.get(Settings.HISTORY_RETENTION);
    return new Sessions(given.get(Settings.MAX_SESSIONS), given.get(Settings.PROCESS_MEMORY),
        given.get(Settings.SPARES),
        given.get(Settings.SPARES_AFTER_BURST),
        Duration.ofMinutes(given.get(Settings.SESSION_TIMEOUT)),
        Duration.ofSeconds(given.get(Settings.SESSION_WAIT)),
        Duration.ofSeconds(given.get(Settings.STREAMING_TIMEOUT)),
        Optional.of(Duration.ofDays(retentionDays)).filter(Duration::isPositive),
        Duration.ofMinutes(given.get(Settings.CLEANUP_INTERVAL)));
  }

  private static Log log(Given given) throws StartException {
    System.Logger.Level level = switch (given.get(Settings.LOG_LEVEL)) {
      case "warn" -> System.Logger.Level.WARNING;
      case "critical" -> System.Logger.Level.ERROR;
      case String other -> System.Logger.Level.valueOf(other.toUpperCase(Locale.ROOT));
    };
    Log.Format format = Log.Format.valueOf(given.get(Settings.LOG_FORMAT).toUpperCase(Locale.ROOT));
    return new Log(level, format, given.get(Settings.LOG_PROMPTS));
  }

  /** Without keys, passwords and the environment: this ends in logs. */
  @Override
  public String toString() {
    return "Config[demo=" + demo + ", folders=" + folders + ", keys=" + access.keys().size() + "]";
  }
}

package claudegateway;

import static claudegateway.Syntax.list;
import static claudegateway.Syntax.oneOf;
import static claudegateway.Syntax.text;
import static claudegateway.Syntax.whole;
import static claudegateway.Syntax.wholeOrAuto;
import static claudegateway.Syntax.yesNo;
import static claudegateway.Syntax.yesNoOrAuto;

import claudegateway.Setting.Reach;
import claudegateway.http.ApiKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The table of all settings. A setting is a line here, one in {@link Config} that reads it, and one in
 * {@code etc/gateway.properties}, which a test compares with this table.
 */
final class Settings {
  private static final Pattern MODEL_ID = Pattern.compile("[\\w.:/\\[\\]-]{1,200}");

  // ---- server

  static final Setting<Integer> PORT = Setting.of("port", "N", whole(0, 65_535), "8000",
      "port to listen on; 0 = any free one", "PORT");
  static final Setting<List<InetAddress>> HOST = Setting.of("host", "ADDRESS", Syntax.addresses(),
      "localhost", "address to listen on; localhost = 127.0.0.1 and ::1, 0.0.0.0 = all", "HOST");
  static final Setting<Optional<Path>> CONFIG = Setting.of("config", "FILE", Syntax.file(), "",
      "read settings from this file; etc/gateway.properties is a sample").reaching(Reach.NOT_IN_FILE);
  static final Setting<Boolean> DEMO = Setting.of("demo", "", yesNo(), "false",
      "answer from a built-in stub model: no account, no cost");
  static final Setting<Integer> SHUTDOWN_GRACE = Setting.of("shutdown-grace-seconds", "N", whole(0, 3_600),
      "10", "how long running turns may go on after Ctrl-C or SIGTERM");
  static final Setting<Optional<Path>> TLS_CERT = Setting.of("tls-cert", "FILE", Syntax.file(), "",
      "serve HTTPS with this certificate chain (PEM)", "TLS_CERT");
  static final Setting<Optional<Path>> TLS_KEY = Setting.of("tls-key", "FILE", Syntax.file(), "",
      "private key of the certificate (PEM)", "TLS_KEY");
  static final Setting<Optional<Path>> TLS_PKCS12 = Setting.of("tls-pkcs12", "FILE", Syntax.file(), "",
      "serve HTTPS with the certificate and key in this PKCS#12 file", "TLS_PKCS12");
  static final Setting<Optional<String>> TLS_PASSWORD = Setting.of("tls-password", "TEXT",
      text("a password", _ -> true), "", "password of the PKCS#12 file", "TLS_PASSWORD")
      .reaching(Reach.SECRET);
  static final Setting<Optional<InetSocketAddress>> METRICS = Setting.of("metrics-address", "HOST:PORT",
      Syntax.socketAddress(), "", "serve /metrics on an address of its own", "METRICS_ADDRESS");

  // ---- folders

  static final Setting<Optional<Path>> DATA_DIR = Setting.of("data-dir", "DIR", Syntax.path(), "",
      "database, lock and projects; default: claude-code-gateway in the user's data folder");
  static final Setting<Optional<Path>> PROJECT_ROOT = Setting.of("project-root", "DIR", Syntax.path(), "",
      "new projects are folders in here; default: projects in the data directory",
      "PROJECT_ROOT", "CLAUDE_PROJECT_ROOT");
  static final Setting<List<Path>> ALLOW_ROOT = Setting.of("allow-root", "DIR", Syntax.folders(), "",
      "existing folders below this one may be projects; repeatable", "ALLOW_ROOT");
  static final Setting<Optional<String>> DATABASE_URL = Setting.of("database-url", "URL",
      text("sqlite:///relative (to the data directory) or sqlite:////absolute", DatabaseUrl::isValid), "",
      "the database file; default: gateway.db in the data directory; not used by --demo", "DATABASE_URL")
      .reaching(Reach.SECRET);

  // ---- access

  static final Setting<List<ApiKey>> API_KEYS = Setting.of("api-keys", "KEYS",
      list("a list of keys, a,b or [\"a\",\"b\"], each a key or name:key, none twice", ApiKeyText::parse),
      "", "keys that clients must show, each KEY or NAME:KEY", "API_KEYS").reaching(Reach.SECRET);
  static final Setting<Optional<Boolean>> REQUIRE_AUTH = Setting.of("require-auth", "", yesNoOrAuto(), "auto",
      "auto = when keys are set; false = no key is asked for, and only this machine is served",
      "REQUIRE_AUTH");
  static final Setting<Boolean> KEY_IN_QUERY = Setting.of("api-key-in-query", "", yesNo(), "false",
      "accept ?api_key= too; it ends in logs and histories");
  static final Setting<List<String>> ALLOWED_ORIGINS = Setting.of("allowed-origins", "LIST",
      list("a list of origins such as http://localhost:3000, or *", Settings::origin), "",
      "web pages from these origins may call the gateway", "ALLOWED_ORIGINS");
  static final Setting<List<String>> ALLOWED_HOSTS = Setting.of("allowed-hosts", "LIST",
      list("a list of host names", Settings::hostName), "",
      "further names in Host headers; addresses and this machine's names are known", "ALLOWED_HOSTS");
  static final Setting<Integer> RATE_LIMIT = Setting.of("rate-limit-requests-per-minute", "N",
      whole(0, 1_000_000), "100", "requests a minute for each key or address; 0 = no limit",
      "RATE_LIMIT_REQUESTS_PER_MINUTE");
  static final Setting<Integer> RATE_BURST = Setting.of("rate-limit-burst", "N", whole(1, 100_000), "30",
      "how many of them may come at once", "RATE_LIMIT_BURST");
  static final Setting<Integer> BODY_LIMIT = Setting.of("body-limit-mib", "N", whole(1, 256), "32",
      "largest request body, in MiB");

  // ---- agent

  static final Setting<Optional<String>> CLAUDE = Setting.of("claude", "PATH", text("a path", _ -> true), "",
      "the Claude Code CLI; default: the installed one, else a copy of our own", "CLAUDE_BINARY_PATH");
  static final Setting<Optional<String>> DEFAULT_MODEL = Setting.of("default-model", "MODEL",
      text("a model id of letters, digits and -._[]:/", MODEL_ID.asMatchPredicate()),
      "", "model of requests that name none; default: the catalogue's", "DEFAULT_MODEL");
  static final Setting<Optional<Path>> MODELS_FILE = Setting.of("models-file", "FILE", Syntax.file(), "",
      "a models.json that replaces the catalogue", "CLAUDE_CODE_API_MODELS_PATH");
  static final Setting<String> UNKNOWN_MODEL = Setting.of("unknown-model", "error|default",
      oneOf("error", "default"), "error",
      "what a model name that is none of Claude's gets: a 404, or the default model", "UNKNOWN_MODEL");
  static final Setting<String> PERMISSION_MODE = Setting.of("permission-mode", "MODE",
      oneOf("default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"), "acceptEdits",
      "default, acceptEdits, plan, dontAsk or bypassPermissions", "PERMISSION_MODE");
  static final Setting<List<String>> PERMISSION_ALLOW = Setting.of("permission-allow", "RULES",
      list("a list of rules such as Bash(git *)", Settings::rule), "",
      "what the agent may do besides, such as \"Bash(git *),WebFetch\"; repeatable", "PERMISSION_ALLOW");
  static final Setting<Boolean> PROJECT_SETTINGS = Setting.of("project-settings", "", yesNo(), "false",
      "let a project's own .claude/settings.json and .mcp.json take effect: they can run programs");
  static final Setting<Boolean> SLASH_COMMANDS = Setting.of("slash-commands", "", yesNo(), "false",
      "let requests that ask for it run the CLI's slash commands");
  static final Setting<Boolean> FETCH_IMAGES = Setting.of("fetch-images", "", yesNo(), "false",
      "fetch image URLs in messages; otherwise only data: URLs are taken");
  static final Setting<List<String>> PASS_ENVIRONMENT = Setting.of("pass-environment", "NAMES",
      list("a list of names of variables", Settings::variableName), "",
      "further environment variables that the agent may see; repeatable");
  static final Setting<Integer> MAX_RETRIES = Setting.of("max-retries", "N", whole(0, 10), "2",
      "how often the CLI repeats a request that the model's API refused", "CLAUDE_CODE_MAX_RETRIES");

  // ---- sessions

  static final Setting<OptionalInt> MAX_SESSIONS = Setting.of("max-concurrent-sessions", "N",
      wholeOrAuto(1, 10_000), "auto", "live CLI processes, about 200 MB each; auto = as memory allows",
      "MAX_CONCURRENT_SESSIONS");
  static final Setting<OptionalInt> PROCESS_MEMORY = Setting.of("process-memory-mib", "N",
      wholeOrAuto(1, 100_000_000), "auto", "memory for all of them, in MiB; auto = half of the machine's, or as"
      + " max-concurrent-sessions needs", "PROCESS_MEMORY_MIB");
  static final Setting<OptionalInt> SPARES = Setting.of("spares", "N", wholeOrAuto(0, 100), "auto",
      "processes kept warm for new conversations, at most; auto = 2 to 6, a tenth of the live ones");
  static final Setting<Integer> SPARES_AFTER_BURST = Setting.of("spares-after-burst", "N", whole(0, 100), "10",
      "as many for some minutes after conversations that began together, within a quarter of the live processes");
  static final Setting<Integer> SESSION_TIMEOUT = Setting.of("session-timeout-minutes", "N", whole(1, 10_080),
      "30", "an idle session's process ends after this time; the session stays", "SESSION_TIMEOUT_MINUTES");
  static final Setting<Integer> SESSION_WAIT = Setting.of("session-wait-seconds", "N", whole(0, 3_600), "0",
      "how long a request waits for a busy session before it gets 409");
  static final Setting<Integer> STREAMING_TIMEOUT = Setting.of("streaming-timeout-seconds", "N",
      whole(1, 86_400), "300", "a turn whose CLI says nothing for so long fails",
      "STREAMING_TIMEOUT_SECONDS");
  static final Setting<Integer> HISTORY_RETENTION = Setting.of("history-retention-days", "N",
      whole(0, 36_500), "30", "sessions made for requests without session_id are kept so long; 0 = for good");
  static final Setting<Integer> CLEANUP_INTERVAL = Setting.of("cleanup-interval-minutes", "N",
      whole(1, 10_080), "60", "how often it is looked what can be dropped", "CLEANUP_INTERVAL_MINUTES");

  // ---- logs

  static final Setting<String> LOG_LEVEL = Setting.of("log-level", "LEVEL",
      oneOf("trace", "debug", "info", "warning", "warn", "error", "critical", "off"), "info",
      "trace, debug, info, warning, error or off", "LOG_LEVEL");
  static final Setting<String> LOG_FORMAT = Setting.of("log-format", "FORMAT", oneOf("auto", "text", "json"),
      "auto", "text, json, or auto: text on a terminal, JSON lines otherwise", "LOG_FORMAT");
  static final Setting<Boolean> LOG_PROMPTS = Setting.of("log-prompts", "", yesNo(), "false",
      "let prompts and answers into the log");

  record Group(String title, List<Setting<?>> settings) {}

  /** All of them, as help shows them. */
  static final List<Group> GROUPS = List.of(
      new Group("Server", List.of(PORT, HOST, CONFIG, DEMO, SHUTDOWN_GRACE, TLS_CERT, TLS_KEY, TLS_PKCS12,
          TLS_PASSWORD, METRICS)),
      new Group("Folders", List.of(DATA_DIR, PROJECT_ROOT, ALLOW_ROOT, DATABASE_URL)),
      new Group("Access", List.of(API_KEYS, REQUIRE_AUTH, KEY_IN_QUERY, ALLOWED_ORIGINS, ALLOWED_HOSTS,
          RATE_LIMIT, RATE_BURST, BODY_LIMIT)),
      new Group("Agent", List.of(CLAUDE, DEFAULT_MODEL, MODELS_FILE, UNKNOWN_MODEL, PERMISSION_MODE,
          PERMISSION_ALLOW, PROJECT_SETTINGS, SLASH_COMMANDS, FETCH_IMAGES, PASS_ENVIRONMENT, MAX_RETRIES)),
      new Group("Sessions", List.of(MAX_SESSIONS, PROCESS_MEMORY, SPARES, SPARES_AFTER_BURST, SESSION_TIMEOUT,
          SESSION_WAIT, STREAMING_TIMEOUT, HISTORY_RETENTION, CLEANUP_INTERVAL)),
      new Group("Logs", List.of(LOG_LEVEL, LOG_FORMAT, LOG_PROMPTS)));

  static final List<Setting<?>> ALL =
      GROUPS.stream().<Setting<?>>flatMap(group -> group.settings().stream()).toList();

  private Settings() {}

  /** The setting of that name; {@code _} may stand for {@code -}. */
  static Optional<Setting<?>> named(String name) {
    String wanted = name.replace('_', '-');
    return ALL.stream().<Setting<?>>map(setting -> setting).filter(s -> s.name().equals(wanted)).findFirst();
  }

  private static String origin(String text) {
    return matching("\\*|[a-z][a-z0-9+.-]*://[^/\\s]+", text);
  }

  private static String hostName(String text) {
    return matching("[A-Za-z0-9]([A-Za-z0-9._-]*)", text);
  }

  private static String rule(String text) {
    return matching("[A-Za-z_][\\w*-]*(\\(.+\\))?", text);
  }

  private static String variableName(String text) {
    return matching("[A-Za-z_]\\w*", text);
  }

  private static String matching(String pattern, String text) {
    if (!text.matches(pattern)) {
      throw new IllegalArgumentException();
    }
    return text;
  }
}

package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.StartException.Exit;
import claudegateway.http.ApiKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of arguments, environment and file. */
final class ConfigTest {
  private static final Map<String, String> NOTHING = Map.of("HOME", "/home/me");

  @TempDir Path folder;

  private static Config load(Map<String, String> environment, String... arguments) throws StartException {
    return Config.load(List.of(arguments), environment);
  }

  private static Config variables(String... namesAndValues) throws StartException {
    Map<String, String> environment = new HashMap<>(NOTHING);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return load(environment);
  }

  private static StartException refused(Map<String, String> environment, String... arguments) {
    return assertThrows(StartException.class, () -> load(environment, arguments));
  }

  @Test
  void defaults() throws Exception {
    Config config = load(NOTHING);
    assertFalse(config.demo());
    assertEquals(8000, config.server().port());
    assertEquals(Set.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1")),
        Set.copyOf(config.server().addresses()));
    assertEquals(Duration.ofSeconds(10), config.server().shutdownGrace());
    assertEquals(List.of(), config.access().keys());
    assertFalse(config.access().keyRequired());
    assertEquals(100, config.access().requestsPerMinute());
    assertTrue(config.access().burst() >= 30, "two copies of each request must fit");
    assertEquals(32 << 20, config.bodyMaxBytes());
    assertEquals("acceptEdits", config.agent().permissionMode());
    assertEquals(2, config.agent().maxRetries());
    assertFalse(config.agent().unknownModelIsDefault());
    assertEquals(OptionalInt.empty(), config.sessions().processesMax());
    assertEquals(Duration.ZERO, config.sessions().busyWait());
    assertEquals(Duration.ofSeconds(300), config.sessions().silence());
    assertEquals(System.Logger.Level.INFO, config.log().level());
  }

  @Test
  void flagBeatsEnvironmentBeatsFileBeatsDefault() throws Exception {
    Path file = Files.writeString(folder.resolve("f.properties"), "port = 1111\nspares = 7\n");
    Map<String, String> environment = Map.of("HOME", "/home/me", "PORT", "2222");
    String config = "--config=" + file;
    assertEquals(3333, load(environment, config, "--port", "3333").server().port());
    assertEquals(2222, load(environment, config).server().port());
    assertEquals(1111, load(NOTHING, config).server().port());
    assertEquals(8000, load(NOTHING).server().port());
    assertEquals(OptionalInt.of(7), load(environment, config).sessions().sparesMax());
  }

  @Test
  void aPrefixedVariableBeatsTheShortOneAndAnEmptyOneIsNone() throws Exception {
    assertEquals(1, variables("CLAUDE_GATEWAY_PORT", "1", "PORT", "2").server().port());
    assertEquals(2, variables("CLAUDE_GATEWAY_PORT", "", "PORT", "2").server().port());
    assertEquals(8000, variables("PORT", " ").server().port());
    assertEquals(Path.of("/p"), variables("CLAUDE_PROJECT_ROOT", "/p").folders().projectRoot());
  }

  @Test
  void theLastOfTwoFlagsCountsAndListsAreJoined() throws Exception {
    Config config = load(NOTHING, "--port=1", "--port", "2", "--permission-allow", "Bash(a,b),Read",
        "--permission-allow=[\"Edit(x)\"]");
    assertEquals(2, config.server().port());
    assertEquals(List.of("Bash(a,b)", "Read", "Edit(x)"), config.agent().permissionAllow());
  }

  @Test
  void switches() throws Exception {
    assertTrue(load(NOTHING, "--demo").demo());
    assertFalse(load(Map.of("CLAUDE_GATEWAY_DEMO", "yes"), "--demo=off").demo());
    assertTrue(load(NOTHING, "--fetch_images").agent().fetchImages());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,bob:b", " a , bob:b ,", "[\"a\", \"bob:b\"]"})
  void keysAreAListOfPlainAndNamedOnes(String text) throws Exception {
    assertEquals(List.of(new ApiKey("key-ca978112", "a"), new ApiKey("bob", "b")),
        variables("API_KEYS", text).access().keys());
  }

  @Test
  void whetherAKeyIsNeeded() throws Exception {
    assertTrue(variables("API_KEYS", "a").access().keyRequired());
    assertTrue(variables("REQUIRE_AUTH", "true").access().keyRequired());
    Config off = variables("REQUIRE_AUTH", "false", "API_KEYS", "a");
    assertFalse(off.access().keyRequired());
    assertEquals(List.of(), off.access().keys());
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cret,s3cret", "a:s3cret,a:t3cret", "with blank", "[\"s3cret\"", "[1]", "a:"})
  void wrongKeysAreNotRepeatedInTheError(String text) {
    StartException refusal = refused(Map.of("API_KEYS", text));
    assertEquals(Exit.CONFIG, refusal.exit());
    assertTrue(refusal.getMessage().toLowerCase().contains("api"), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("cret"), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("blank"), refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "--prot 1 | unknown option --prot; did you mean --port?",
      "--zzzzzz | unknown option --zzzzzz (--help",
      "hello | unexpected argument \"hello\"",
      "-p 1 | unexpected argument \"-p\"",
      "--port | --port needs a value: a whole number from 0 to 65535",
      "--port= | --port needs a value",
      "--port 65536 | --port: \"65536\" is not a whole number from 0 to 65535",
      "--port 8o | --port: \"8o\" is not a whole number",
      "--host no.such.host.invalid | --host: \"no.such.host.invalid\" is not an address",
      "--demo=maybe | --demo: \"maybe\" is not true or false",
      "--permission-mode yolo | is not one of default, acceptEdits, plan, dontAsk, bypassPermissions",
      "--permission-allow rm; | --permission-allow: \"rm;\" is not a list of rules such as Bash(git *)",
      "--allow-root /no/such/folder | --allow-root: \"/no/such/folder\" is not a list of existing folders",
      "--config /no/such/file | --config: \"/no/such/file\" is not a readable file",
      "--default-model a=b | --default-model: \"a=b\" is not a model id",
      "--metrics-address 9090 | is not an address and port such as 127.0.0.1:9090",
      "--max-concurrent-sessions -1 | is not auto or a whole number from 1 to",
      "--unknown-model gpt | is not one of error, default",
      "--allowed-origins localhost | is not a list of origins such as http://localhost:3000",
      "--pass-environment A=B | is not a list of names of variables",
      "--api-keys x | --api-keys is not taken from the command line",
      "--log-level loud | is not one of trace, debug, info,"})
  void wrongArguments(String arguments, String message) {
    StartException refusal = refused(NOTHING, arguments.split(" "));
    assertEquals(Exit.USAGE, refusal.exit());
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    assertEquals(1, refusal.getMessage().lines().count());
  }

  @Test
  void wrongVariablesAndFilesNameThemselves() throws IOException {
    StartException variable = refused(Map.of("PORT", "x"));
    assertEquals(Exit.CONFIG, variable.exit());
    assertEquals("PORT (environment): \"x\" is not a whole number from 0 to 65535", variable.getMessage());

    Path file = Files.writeString(folder.resolve("f.properties"), "host=localhost\nport = x\n");
    StartException inFile = refused(NOTHING, "--config", file.toString());
    assertEquals(Exit.CONFIG, inFile.exit());
    assertEquals("port in " + file + ": \"x\" is not a whole number from 0 to 65535", inFile.getMessage());

    Files.writeString(file, "prot = 1\n");
    String unknown = refused(NOTHING, "--config", file.toString()).getMessage();
    assertTrue(unknown.startsWith("unknown setting \"prot\" in " + file), unknown);
    Files.writeString(file, "config = other\n");
    assertEquals(Exit.CONFIG, refused(NOTHING, "--config", file.toString()).exit());
    Files.writeString(file, "port = \\u00zz\n");
    assertTrue(refused(NOTHING, "--config", file.toString()).getMessage().contains("cannot be read"));
    Files.write(file, new byte[] {'p', '=', (byte) 0xff});
    assertTrue(refused(NOTHING, "--config", file.toString()).getMessage().contains("cannot be read"));
  }

  @Test
  void tlsNeedsItsPair() throws Exception {
    String file = Files.createFile(folder.resolve("x.pem")).toString();
    assertEquals(Exit.CONFIG, refused(NOTHING, "--tls-cert", file).exit());
    assertEquals(Exit.CONFIG,
        refused(NOTHING, "--tls-cert", file, "--tls-key", file, "--tls-pkcs12", file).exit());
    assertEquals(Optional.of(new Config.Tls.Pem(Path.of(file), Path.of(file))),
        load(NOTHING, "--tls-cert", file, "--tls-key", file).server().tls());
  }

  @Test
  void foldersFollowTheUsersConventions() {
    assertEquals(Path.of("/home/me/.local/share/claude-code-gateway"),
        DataHome.of("Linux", NOTHING).folder());
    assertEquals(Path.of("/x/claude-code-gateway"),
        DataHome.of("Linux", Map.of("HOME", "/home/me", "XDG_DATA_HOME", "/x")).folder());
    assertEquals(Path.of("/home/me/.local/share/claude-code-gateway"),
        DataHome.of("Linux", Map.of("HOME", "/home/me", "XDG_DATA_HOME", "relative")).folder());
    assertEquals(Path.of("/Users/me/Library/Application Support/claude-code-gateway"),
        DataHome.of("Mac OS X", Map.of("HOME", "/Users/me", "XDG_DATA_HOME", "/x")).folder());
  }

  @Test
  void everythingIsBelowTheDataDirectoryUnlessSaidOtherwise() throws Exception {
    Config.Folders folders = load(NOTHING, "--data-dir", "~/gw").folders();
    Path data = Path.of("/home/me/gw");
    assertEquals(data, folders.data());
    assertEquals(data.resolve("cli"), folders.cli());
    assertEquals(data.resolve("projects"), folders.projectRoot());
    assertEquals(data.resolve("gateway.db"), folders.database());
    assertEquals(Path.of("sub").toAbsolutePath(), load(NOTHING, "--data-dir", "sub").folders().data());
  }

  @Test
  void theDemoKeepsItsDataApart() throws Exception {
    Config.Folders folders = load(Map.of("HOME", "/home/me", "DATABASE_URL", "sqlite:////real.db"), "--demo",
        "--data-dir", "/d").folders();
    assertEquals(Path.of("/d/demo"), folders.data());
    assertEquals(Path.of("/d/demo/gateway.db"), folders.database());
    assertEquals(Path.of("/d/demo/projects"), folders.projectRoot());
    assertEquals(Path.of("/d/cli"), folders.cli());
  }

  @ParameterizedTest
  @CsvSource({"sqlite:///./claude_api.db, /d/claude_api.db", "sqlite:///a/b.db, /d/a/b.db",
      "sqlite:////abs/c.db, /abs/c.db"})
  void databaseUrls(String url, String file) throws Exception {
    assertEquals(Path.of(file),
        load(Map.of("DATABASE_URL", url, "CLAUDE_GATEWAY_DATA_DIR", "/d")).folders().database());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "postgres://u:s3cret@h/d", "sqlite://", "sqlite:///", "sqlite:///:memory:", "s3cret.db"})
  void otherDatabasesAreRefused(String url) {
    StartException refusal = refused(Map.of("DATABASE_URL", url));
    assertEquals(Exit.CONFIG, refusal.exit());
    assertTrue(refusal.getMessage().contains("sqlite:///relative"), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("s3cret"), refusal.getMessage());
  }

  @Test
  void pathsInAFileAreRelativeToIt() throws Exception {
    Path models = Files.createFile(folder.resolve("models.json"));
    Path file = Files.writeString(folder.resolve("f.properties"),
        "models-file = models.json\ndata-dir = d\n");
    Config config = load(NOTHING, "--config", file.toString());
    assertEquals(Optional.of(models), config.agent().modelsFile());
    assertEquals(folder.resolve("d"), config.folders().data());
  }

  @Test
  void allowedRootsAreRealPaths() throws Exception {
    Path real = Files.createDirectories(folder.resolve("real")).toRealPath();
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    assertEquals(List.of(real), load(NOTHING, "--allow-root", link.toString()).folders().allowRoots());
  }

  @Test
  void zeroAndAutoLeaveTheNumberOfProcessesOpen() throws Exception {
    assertEquals(OptionalInt.empty(), variables("MAX_CONCURRENT_SESSIONS", "0").sessions().processesMax());
    assertEquals(OptionalInt.empty(), variables("MAX_CONCURRENT_SESSIONS", "AUTO").sessions().processesMax());
    assertEquals(OptionalInt.of(10), variables("MAX_CONCURRENT_SESSIONS", "10").sessions().processesMax());
    assertEquals(Optional.empty(), load(NOTHING, "--history-retention-days=0").sessions().historyRetention());
  }

  /** 0 is none. */
  @ParameterizedTest
  @CsvSource({"auto,10,2", "auto,39,3", "auto,1000,6", "auto,2,1", "auto,1,0", "0,40,0", "7,40,7", "7,3,2"})
  void sparesAreAFewOfTheLiveProcesses(String spares, String live, int expected) throws Exception {
    assertEquals(expected,
        Memory.spares(load(NOTHING, "--spares", spares, "--max-concurrent-sessions", live).sessions()));
  }

  @Test
  void sparesFollowTheMemoryOfTheMachine() throws Exception {
    assertEquals(2, Memory.spares(load(NOTHING, "--process-memory-mib", "4000").sessions()));
    assertEquals(4, Memory.spares(load(NOTHING, "--process-memory-mib", "8192").sessions()));
  }

  @Test
  void hosts() throws Exception {
    assertEquals(List.of(InetAddress.getByName("::")), load(NOTHING, "--host", "::").server().addresses());
    assertEquals(List.of(InetAddress.getByName("::1")),
        load(NOTHING, "--host", "[::1]").server().addresses());
    assertEquals(2, load(NOTHING, "--host", "LOCALHOST").server().addresses().size());
  }

  @Test
  void logLevelsMayBeTheReferencesOwn() throws Exception {
    assertEquals(System.Logger.Level.WARNING, variables("LOG_LEVEL", "WARNING").log().level());
    assertEquals(System.Logger.Level.WARNING, variables("LOG_LEVEL", "warn").log().level());
    assertEquals(System.Logger.Level.ERROR, variables("LOG_LEVEL", "CRITICAL").log().level());
    assertEquals(Config.Log.Format.JSON, variables("LOG_FORMAT", "json").log().format());
  }

  @Test
  void itsTextShowsNoSecret() throws Exception {
    String text = variables("API_KEYS", "bob:s3cret", "ANTHROPIC_API_KEY", "s3cret").toString();
    assertFalse(text.contains("s3cret"), text);
  }
}

package claudegateway.faults;

import claudegateway.Await;
import claudegateway.FakeCli;
import claudegateway.HermeticHome;
import claudegateway.Main;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The whole gateway in a JVM of its own, on the scripted agent, in a throwaway home; it can be killed and started. */
final class GatewayProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("is ready: http://localhost:(\\d+)");
  private static final Duration START_MAX = Duration.ofSeconds(40);
  private static final Duration GONE_MAX = Duration.ofSeconds(15);
  private static final int HEAP_MIB = 1_024;

  private final HermeticHome home = HermeticHome.create();
  private final Path data;
  private final Map<String, String> more;
  private final List<String> arguments;
  private final List<String> before = new ArrayList<>();
  private Process process;
  private Path output;
  private int port;

  /** @param arguments after those that every fault needs; a later one wins */
  static GatewayProcess started(String... arguments) throws IOException {
    GatewayProcess made = new GatewayProcess(null, Map.of(), arguments);
    made.start();
    return made;
  }

  /**
   * Not started yet.
   *
   * @param data its data directory, null for one in its home
   * @param more variables of its environment
   */
  GatewayProcess(Path data, Map<String, String> more, String... arguments) {
    this.data = data == null ? home.root().resolve("data") : data;
    this.more = more;
    this.arguments = new ArrayList<>(List.of("--port", "0", "--spares", "1", "--rate-limit-requests-per-minute", "0",
        "--max-concurrent-sessions", "40", "--data-dir", this.data.toString()));
    if (!List.of(arguments).contains("--claude")) {
      this.arguments.addAll(List.of("--claude", FakeCli.binary().toString()));
    }
    this.arguments.addAll(List.of(arguments));
  }

  /** @param command it is run by this one, which must exec it: the process is the gateway's */
  GatewayProcess under(String... command) {
    before.addAll(List.of(command));
    return this;
  }

  Path data() {
    return data;
  }

  /** Returns when it serves; an AssertionError with what it said when it does not. */
  void start() throws IOException {
    launch();
    Matcher ready = READY.matcher("");
    Await.that("the gateway is ready or has ended", START_MAX,
        () -> ready.reset(output()).find() || !process.isAlive());
    if (!ready.reset(output()).find()) {
      throw new AssertionError("it did not start: " + output());
    }
    port = Integer.parseInt(ready.group(1));
  }

  /** Returns its exit code: for a gateway that shall not come up. */
  int startInVain() throws IOException, InterruptedException {
    launch();
    if (!process.waitFor(START_MAX.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it runs: " + output());
    }
    return process.exitValue();
  }

  private void launch() throws IOException {
    // The JVM flags of bin/start, and a heap small enough that a leak shows.
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
        "-XX:+UseCompactObjectHeaders", "-Xss512k", "-Xmx" + HEAP_MIB + "m", "--enable-native-access=ALL-UNNAMED",
        "-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    command.addAll(0, before);
    output = Files.createTempFile(home.root(), "output", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    // Nothing listens there: the scripted agent calls nobody.
    builder.environment().putAll(home.environment(URI.create("http://127.0.0.1:9")));
    builder.environment().putAll(more);
    process = builder.start();
  }

  String output() {
    try {
      return Files.readString(output, StandardCharsets.ISO_8859_1);
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  Talk talk() {
    return new Talk(port);
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  Path database() {
    return data.resolve("gateway.db");
  }

  HermeticHome home() {
    return home;
  }

  /** SIGKILL: nothing of it gets a chance to tidy up. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM, and the wait for its end. False when it had to be killed. */
  boolean stop() throws InterruptedException {
    process.destroy();
    boolean ended = process.waitFor(25, TimeUnit.SECONDS);
    if (!ended) {
      kill();
    }
    return ended;
  }

  /** Agents and what they started, alive: processes with this home in their environment, the gateway left out. */
  List<ProcessHandle> children() {
    return ProcessHandle.allProcesses().filter(each -> each.pid() != process.pid() && !isZombie(each))
        .filter(this::isOurs).toList();
  }

  private boolean isOurs(ProcessHandle each) {
    try {
      byte[] environ = Files.readAllBytes(Path.of("/proc", Long.toString(each.pid()), "environ"));
      return Arrays.asList(new String(environ, StandardCharsets.ISO_8859_1).split("\0"))
          .contains("HOME=" + home.home());
    } catch (IOException goneOrNotOurs) {
      return false;
    }
  }

  private static boolean isZombie(ProcessHandle each) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(each.pid()), "stat"), StandardCharsets.ISO_8859_1);
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException gone) {
      return true;
    }
  }

  /** The agent of a session, by the id among its arguments; empty map value never. */
  Map<Long, String> commandLines() {
    Map<Long, String> lines = new TreeMap<>();
    for (ProcessHandle child : children()) {
      try {
        lines.put(child.pid(), Files.readString(Path.of("/proc", Long.toString(child.pid()), "cmdline"),
            StandardCharsets.ISO_8859_1).replace('\0', ' '));
      } catch (IOException gone) {
        continue;
      }
    }
    return lines;
  }

  /** Ends it by SIGTERM; what is left of it then is an orphan. */
  void stopAndLook(Tally tally) throws InterruptedException {
    if (!stop()) {
      tally.stuck("the gateway did not stop at SIGTERM");
    }
    lookForOrphans(tally, pid -> true);
  }

  /** @param counts whether a process that still lives is one too many */
  void lookForOrphans(Tally tally, java.util.function.LongPredicate counts) {
    try {
      Await.that("no process is left", GONE_MAX, () -> children().stream().noneMatch(p -> counts.test(p.pid())));
    } catch (AssertionError left) {
      commandLines().forEach((pid, line) -> {
        if (counts.test(pid)) {
          tally.orphan(pid + " " + line.strip());
        }
      });
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
    // Only what has this throwaway home in its environment, so nothing of anybody else.
    children().forEach(ProcessHandle::destroyForcibly);
    home.close();
  }
}

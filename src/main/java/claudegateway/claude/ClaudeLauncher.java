package claudegateway.claude;

import claudegateway.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Starts CLIs, all with the operator's settings, and keeps an eye on those that live.
 *
 * <p>Any thread; {@link #start} blocks for the fork and therefore belongs on a platform thread.
 */
public final class ClaudeLauncher implements AutoCloseable {

  /**
   * @param binary the CLI
   * @param version its version, such as {@code 2.1.197}
   * @param environment the child's whole environment, see {@link ClaudeEnvironment}
   * @param allowedTools permission rules in the CLI's syntax
   * @param projectSettings whether a project's .claude/settings.json and .mcp.json count: they name programs to run
   * @param stderrFolder where the children's stderr goes while they live
   */
  public record Settings(
      Path binary,
      String version,
      Map<String, String> environment,
      String permissionMode,
      List<String> allowedTools,
      boolean projectSettings,
      Path stderrFolder) {}

  private static final System.Logger LOG = System.getLogger(ClaudeLauncher.class.getName());

  private static final Duration GIT_MAX = Duration.ofSeconds(20);

  private final Settings settings;
  private final String run = UUID.randomUUID().toString();
  private final AtomicLong started = new AtomicLong();
  private final Stdin.Pool writers = new Stdin.Pool();
  private final MarkedProcesses marked = new MarkedProcesses();
  private final Map<Long, ClaudeProcess> living = new ConcurrentHashMap<>();

  public ClaudeLauncher(Settings settings) {
    this.settings = settings;
    try {
      Files.createDirectories(settings.stderrFolder);
      StderrFile.deleteAll(settings.stderrFolder);
    } catch (IOException unwritable) {
      throw new ClaudeException("cannot use the folder " + settings.stderrFolder, unwritable);
    }
  }

  public Settings settings() {
    return settings;
  }

  public CliVersion version() {
    return CliVersion.of(settings.version);
  }

  public Transcripts transcripts() {
    return Transcripts.of(settings.environment);
  }

  /** Throws ClaudeException when the program can't be started. */
  public ClaudeProcess start(Launch launch) {
    ProcessBuilder builder =
        new ProcessBuilder(launch.command(settings.binary, version(), settings.permissionMode,
            settings.allowedTools, settings.projectSettings));
    builder.environment().clear();
    builder.environment().putAll(settings.environment);
    ClaudeProcess process = ClaudeProcess.start(launch,
        new Mark(launch.sessionId(), run, started.incrementAndGet()), marked, builder, settings.stderrFolder,
        writers);
    living.put(process.pid(), process);
    process.exited().whenComplete((_, _) -> living.remove(process.pid(), process));
    return process;
  }

  /**
   * Has a process that waits do some of its first turn's work ahead: to say what fills its context it builds its
   * prompts and its tools, which leaves no trace in the conversation. Measured with 2.1.330: 50 ms now, the first
   * token 20 of 140 ms sooner. Nothing happens where the CLI would ask the API for it.
   */
  public void prepare(ClaudeProcess process) {
    if (version().estimatesContext()) {
      process.ask(Json.object("subtype", "get_context_usage", "detail", "summary"), ClaudeProcess.START_MAX)
          .exceptionally(not -> {
            LOG.log(Level.DEBUG, "claude {0} was not prepared: {1}", process.pid(), not.getMessage());
            return null;
          });
    }
  }

  /** What a process that starts now in this folder will know. */
  public Surroundings surroundings(Path folder) {
    return Surroundings.of(folder, settings.environment);
  }

  /**
   * The changes in a repository that are not committed, as the CLI asks git for them when it starts; the last 16 KiB of
   * them, empty when git does not answer. Nothing that the repository names is run for it. Blocks for git,
   * {@link #GIT_MAX} at most, on a platform thread.
   */
  public Optional<String> uncommitted(Path repository) throws InterruptedException {
    try {
      return Optional.of(Command.run(List.of("git", "-C", repository.toString(), "-c", "core.hooksPath=/dev/null",
              "-c", "core.fsmonitor=", "--no-optional-locks", "status", "--short", "--ignore-submodules=dirty"),
          settings.environment, GIT_MAX, _ -> {})).filter(Command.Result::ok).map(Command.Result::output);
    } catch (IOException noGit) {
      return Optional.empty();
    }
  }

  /** How many were started. */
  public long started() {
    return started.get();
  }

  /** Memory that the living hold, without their tools'; empty where the machine does not tell. */
  public OptionalLong residentBytes() throws InterruptedException {
    return ResidentMemory.bytes(living().stream().map(ClaudeProcess::pid).toList())
        .map(each -> OptionalLong.of(each.values().stream().mapToLong(Long::longValue).sum()))
        .orElse(OptionalLong.empty());
  }

  /** The same by pid, of those that have lived for so long; none where the machine does not tell. */
  public Map<Long, Long> residentBytesOfEach(Duration age) throws InterruptedException {
    Instant oldEnough = Instant.now().minus(age);
    return ResidentMemory.bytes(living().stream().filter(process -> process.startedAt().isBefore(oldEnough))
        .map(ClaudeProcess::pid).toList()).orElse(Map.of());
  }

  public List<ClaudeProcess> living() {
    return List.copyOf(living.values());
  }

  /** To be called every second or so. */
  public void boundStderr() {
    living.values().forEach(ClaudeProcess::boundStderr);
  }

  /**
   * Ends a process that an earlier gateway with the same data left running, if it is still that one: same pid,
   * start time and our session id in its arguments; then what it left behind itself, by its {@link Mark}. What this
   * gateway has started is not touched: the session may go on already. Blocks for some seconds at most. Returns
   * whether something was ended.
   */
  public boolean endLeftover(long pid, long startTime, String sessionId) {
    if (sessionId.isEmpty()) {
      return false;
    }
    Optional<ProcessHandle> same = pid > 1
        ? ProcessHandle.of(pid).filter(process ->
            ProcessTree.startTime(process) == startTime && ProcessTree.hasArgument(process, sessionId))
        : Optional.empty();
    Predicate<String> mark = value -> Mark.isOfAnotherRun(value, sessionId, run);
    Set<ProcessHandle> left = ProcessTree.of(same, marked, mark);
    same.ifPresentOrElse(root -> {
      Teardown teardown = new Teardown(root, marked, mark, null, () -> {});
      teardown.signalled();
      teardown.sweep();
    }, () -> left.forEach(ProcessHandle::destroyForcibly));
    return !left.isEmpty();
  }

  /** SIGKILL for everything that is still there; those that end gently were asked to before. */
  @Override
  public void close() {
    living.values().forEach(ClaudeProcess::kill);
    writers.close();
  }
}

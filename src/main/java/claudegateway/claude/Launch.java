package claudegateway.claude;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a child is started: what cannot change later, and where its conversation comes from.
 *
 * @param sessionId the CLI's session id and ours; it stands in the arguments, so that the process can be
 *     recognised
 */
public record Launch(Profile profile, String sessionId, Origin origin) {
  /** The CLI's tools that would begin a turn later, which no client has asked for and none would hear of. */
  private static final List<String> STARTING_TURNS = List.of("CronCreate", "CronDelete", "CronList", "ScheduleWakeup");

  /**
   * What is fixed for a process's life, and so what a spare must have in common with the session that takes it.
   *
   * @param cwd the project's folder, a real path
   * @param model as the CLI's {@code --model} takes it
   * @param builtins Claude Code's own tools (and the user's MCP servers) on or off
   */
  public record Profile(Path cwd, String model, boolean builtins) {}

  public sealed interface Origin {
    /** A conversation that has no transcript yet. */
    record Fresh() implements Origin {}

    /** The session's own transcript exists. */
    record Resume() implements Origin {}

    /** A copy of another conversation; up to one of its lines, or whole. */
    record Fork(String parentId, Optional<String> upToLine) implements Origin {}
  }

  /**
   * @param permissionMode one of the CLI's modes
   * @param allowedTools rules such as {@code Bash(git *)}
   * @param projectSettings whether the project's own settings count
   */
  List<String> command(Path binary, CliVersion version, String permissionMode, List<String> allowedTools,
      boolean projectSettings) {
    List<String> command = new ArrayList<>(List.of(binary.toString(), "-p",
        "--input-format", "stream-json", "--output-format", "stream-json", "--verbose",
        "--include-partial-messages", "--permission-prompt-tool", "stdio",
        "--permission-mode", permissionMode));
    if (!projectSettings) {
      // With -p nobody is asked whether the folder is to be trusted: its hooks and MCP servers would just run.
      // Named as a further directory, its CLAUDE.md is read all the same (see ClaudeEnvironment).
      command.addAll(List.of("--setting-sources", "user", "--add-dir", profile.cwd.toString()));
    }
    // Not before: --add-dir takes all that follows up to the next option.
    command.addAll(List.of("--model", profile.model));
    if (profile.builtins) {
      command.addAll(List.of("--disallowedTools", String.join(",", STARTING_TURNS)));
    } else {
      command.addAll(List.of("--tools", "", "--strict-mcp-config"));
    }
    if (version.recordsSystemPrompt()) {
      command.addAll(List.of("--system-prompt-snapshot", "off"));
    }
    if (!allowedTools.isEmpty()) {
      command.add("--allowedTools");
      command.add(String.join(",", allowedTools));
    }
    if (permissionMode.equals("bypassPermissions")) {
      command.add("--dangerously-skip-permissions");
    }
    switch (origin) {
      case Origin.Fresh _ -> command.addAll(List.of("--session-id", sessionId));
      case Origin.Resume _ -> command.addAll(List.of("--resume", sessionId));
      case Origin.Fork(String parent, Optional<String> line) -> {
        command.addAll(List.of("--resume", parent, "--fork-session", "--session-id", sessionId));
        line.ifPresent(uuid -> command.addAll(List.of("--resume-session-at", uuid)));
      }
    }
    return command;
  }
}

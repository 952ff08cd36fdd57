package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.claude.Launch.Origin;
import claudegateway.claude.Launch.Profile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a child is started with: its arguments and its environment. */
final class LaunchTest {
  private static final Profile WITH_TOOLS = new Profile(Path.of("/p"), "sonnet", true);

  private static List<String> command(Profile profile, Origin origin, String mode, List<String> allowed,
      boolean projectSettings) {
    return new Launch(profile, "ID", origin)
        .command(Path.of("/bin/claude"), CliVersion.OLDEST, mode, allowed, projectSettings);
  }

  private static boolean has(List<String> command, String... words) {
    return Collections.indexOfSubList(command, List.of(words)) >= 0;
  }

  @Test
  void theOriginSaysWhereTheConversationComesFrom() {
    List<String> fresh = command(WITH_TOOLS, new Origin.Fresh(), "acceptEdits", List.of(), false);
    assertTrue(has(fresh, "--session-id", "ID") && !fresh.contains("--resume"));
    assertTrue(has(command(WITH_TOOLS, new Origin.Resume(), "acceptEdits", List.of(), false), "--resume", "ID"));
    List<String> fork = command(WITH_TOOLS, new Origin.Fork("PARENT", Optional.of("LINE")), "acceptEdits", List.of(),
        false);
    assertTrue(has(fork, "--resume", "PARENT", "--fork-session", "--session-id", "ID", "--resume-session-at", "LINE"));
    assertFalse(command(WITH_TOOLS, new Origin.Fork("PARENT", Optional.empty()), "acceptEdits", List.of(), false)
        .contains("--resume-session-at"));
  }

  @Test
  void toolsAndPermissions() {
    List<String> without = command(new Profile(Path.of("/p"), "m", false), new Origin.Fresh(), "dontAsk",
        List.of("Bash(git *)", "Read"), true);
    assertTrue(has(without, "--tools", "", "--strict-mcp-config"));
    assertFalse(without.contains("--disallowedTools"));
    assertTrue(has(command(WITH_TOOLS, new Origin.Resume(), "acceptEdits", List.of(), false),
        "--disallowedTools", "CronCreate,CronDelete,CronList,ScheduleWakeup", "--resume"));
    assertTrue(has(without, "--allowedTools", "Bash(git *),Read"));
    assertTrue(has(without, "--permission-mode", "dontAsk"));
    assertFalse(without.contains("--dangerously-skip-permissions") || without.contains("--setting-sources"));
    assertTrue(command(WITH_TOOLS, new Origin.Fresh(), "bypassPermissions", List.of(), true)
        .contains("--dangerously-skip-permissions"));
    // Whoever prompts is never in the arguments, where everybody on the machine can read it.
    assertTrue(has(without, "-p", "--input-format", "stream-json", "--output-format", "stream-json"));
  }

  @Test
  void theFurtherFolderTakesNoOtherArgument() {
    List<String> command = command(WITH_TOOLS, new Origin.Fresh(), "acceptEdits", List.of(), false);
    assertTrue(has(command, "--setting-sources", "user", "--add-dir", "/p", "--model", "sonnet"));
  }

  @Test
  void theEnvironmentIsAnAllowList() {
    Map<String, String> child = ClaudeEnvironment.of(Map.ofEntries(Map.entry("HOME", "/h"), Map.entry("PATH", "/b"),
        Map.entry("LC_ALL", "C"), Map.entry("ANTHROPIC_API_KEY", "k"), Map.entry("CLAUDE_CONFIG_DIR", "/c"),
        Map.entry("CLAUDE_CODE_MAX_OUTPUT_TOKENS", "5"), Map.entry("https_proxy", "p"), Map.entry("AWS_REGION", "r"),
        Map.entry("API_KEYS", "secret"), Map.entry("DATABASE_URL", "secret"), Map.entry("TLS_KEY", "secret"),
        Map.entry("CLAUDECODE", "1"), Map.entry("CLAUDE_CODE_ENTRYPOINT", "cli"),
        Map.entry("CLAUDE_CODE_SESSION_ID", "outer"), Map.entry("CLAUDE_CODE_MAX_RETRIES", "9"),
        Map.entry("CLAUDEGATEWAY_CHILD", "outer"), Map.entry("MORE", "wanted")), Set.of("MORE"), 2);
    for (String passed : List.of("HOME", "PATH", "LC_ALL", "ANTHROPIC_API_KEY", "CLAUDE_CONFIG_DIR",
        "CLAUDE_CODE_MAX_OUTPUT_TOKENS", "https_proxy", "AWS_REGION", "MORE")) {
      assertTrue(child.containsKey(passed), passed);
    }
    for (String kept : List.of("API_KEYS", "DATABASE_URL", "TLS_KEY", "CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT",
        "CLAUDE_CODE_SESSION_ID", "CLAUDEGATEWAY_CHILD")) {
      assertFalse(child.containsKey(kept), kept);
    }
    assertEquals("2", child.get("CLAUDE_CODE_MAX_RETRIES"));
    for (String switched : List.of("CLAUDE_CODE_EAGER_FLUSH", "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK",
        "CLAUDE_CODE_DISABLE_ATTACHMENTS", "CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP",
        "CLAUDE_CODE_DISABLE_REFUSAL_RETRY", "DISABLE_AUTOUPDATER")) {
      assertEquals("1", child.get(switched), switched);
    }
  }
}

package claudegateway.claude;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The child's environment: an allow-list of ours, so that none of the gateway's own secrets gets to an agent that
 * can run {@code env}, and the switches without which the CLI loses or distorts answers.
 */
public final class ClaudeEnvironment {
  /** Names the process, for those who look for what it left behind; its tools inherit it. See {@link Mark}. */
  static final String MARK = "CLAUDEGATEWAY_CHILD";

  private static final Set<String> NAMES = Set.of("HOME", "USER", "LOGNAME", "SHELL", "PATH", "TMPDIR", "TERM", "TZ",
      "LANG", "LANGUAGE", "SSH_AUTH_SOCK", "IS_SANDBOX", "CLAUDE_CONFIG_DIR",
      "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
      "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE",
      "GIT_SSL_CAINFO", "CLOUD_ML_REGION", "GCLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS");

  private static final Set<String> PREFIXES = Set.of("LC_", "ANTHROPIC_", "CLAUDE_CODE_", "DISABLE_", "MCP_", "XDG_",
      "AWS_", "GOOGLE_CLOUD_", "VERTEX_", "AZURE_");

  /** By these a CLI marks its own children: a gateway started from within Claude Code must not pass them on. */
  private static final Set<String> MARKS = Set.of("CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SSE_PORT",
      "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_CHILD_SESSION", "CLAUDE_CODE_EXECPATH", "CLAUDE_CODE_PARENT_SESSION_ID",
      "CLAUDE_CODE_MESSAGING_SOCKET_PATH", "CLAUDE_CODE_MESSAGING_SOCKET", "CLAUDE_CODE_REMOTE_SESSION_ID",
      "CLAUDE_CODE_SESSION_ACCESS_TOKEN", "CLAUDE_CODE_WEBSOCKET_AUTH_FILE_DESCRIPTOR");

  private ClaudeEnvironment() {}

  /**
   * @param gateway the gateway's own environment
   * @param more names that the operator lets through as well
   * @param maxRetries how often the CLI may repeat a failed API request, before anything was said
   */
  public static Map<String, String> of(Map<String, String> gateway, Set<String> more, int maxRetries) {
    Map<String, String> child = new LinkedHashMap<>();
    Predicate<String> allowed = name -> !MARKS.contains(name)
        && (NAMES.contains(name) || more.contains(name) || PREFIXES.stream().anyMatch(name::startsWith));
    gateway.forEach((name, value) -> {
      if (allowed.test(name)) {
        child.put(name, value);
      }
    });
    // A printed result is durable.
    child.put("CLAUDE_CODE_EAGER_FLUSH", "1");
    // A broken upstream stream is an error, not a second whole answer.
    child.put("CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK", "1");
    // "@path" in a message is text, not a file of the server.
    child.put("CLAUDE_CODE_DISABLE_ATTACHMENTS", "1");
    // The CLAUDE.md of a project whose settings do not count.
    child.put("CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD", "1");
    child.put("CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP", "1");
    child.put("CLAUDE_CODE_DISABLE_REFUSAL_RETRY", "1");
    // Sub-agents work within the turn: 2.1.330 else ends it first, and begins another unasked after them.
    child.put("CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "1");
    child.put("DISABLE_AUTOUPDATER", "1");
    child.put("CLAUDE_CODE_MAX_RETRIES", Integer.toString(maxRetries));
    return child;
  }

  /** Where the CLI keeps what is the user's: settings, transcripts, memory. */
  static Path configFolder(Map<String, String> child) {
    String named = child.get("CLAUDE_CONFIG_DIR");
    return named != null && !named.isBlank() ? Path.of(named)
        : home(child).resolve(".claude");
  }

  static Path home(Map<String, String> environment) {
    return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
  }
}

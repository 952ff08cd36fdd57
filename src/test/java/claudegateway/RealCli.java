package claudegateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The real Claude Code CLI, in the versions that the tests run on.
 *
 * <p>{@code bin/test} installs each version's platform package under {@code <cache>/<version>}; the cache is
 * {@code CLAUDE_TEST_CLI_DIR}, else {@code claude-code-gateway/cli} in the user's cache folder.
 */
public final class RealCli {
  /** The oldest and the newest version that are supported. */
  private static final List<String> VERSIONS = List.of("2.1.197", "2.1.330");

  private RealCli() {}

  /** For {@code @MethodSource("claudegateway.RealCli#versions")}. */
  public static Stream<String> versions() {
    return VERSIONS.stream();
  }

  public static String oldest() {
    return VERSIONS.getFirst();
  }

  public static String newest() {
    return VERSIONS.getLast();
  }

  /** The binary of a version; an AssertionError that says what to do when it isn't installed. */
  public static Path binary(String version) {
    Path binary = cache().resolve(version).resolve("node_modules/@anthropic-ai/claude-code-" + platform())
        .resolve("claude");
    if (!Files.isExecutable(binary)) {
      throw new AssertionError("Claude Code " + version + " is not at " + binary
          + ": run bin/test, which installs it");
    }
    try {
      // As the process table names it, also where the cache is a link to elsewhere.
      return binary.toRealPath();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** The part of the npm package's name that tells the platform. */
  static String platform() {
    String system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return system + (machine.equals("aarch64") || machine.equals("arm64") ? "-arm64" : "-x64");
  }

  private static Path cache() {
    return variable("CLAUDE_TEST_CLI_DIR").map(Path::of).orElseGet(() -> variable("XDG_CACHE_HOME")
        .map(Path::of).orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("claude-code-gateway").resolve("cli"));
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }
}

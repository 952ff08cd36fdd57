package claudegateway.claude;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a CLI may have been installed. Reads folders only, and asks npm when all else has failed. */
final class ClaudeBinarySearch {
  private static final String CLAUDE = "claude";
  private static final Duration NPM_LIMIT = Duration.ofSeconds(20);

  private final Map<String, String> environment;
  private final Path home;
  private final Path root;

  /** @param root the file system's, above the folders that all users share */
  ClaudeBinarySearch(Map<String, String> environment, Path root) {
    this.environment = environment;
    this.root = root;
    this.home = ClaudeEnvironment.home(environment);
  }

  /** The path that was asked for; a name without a slash is looked up on PATH first. */
  Path named(String asked) {
    Path expanded = asked.startsWith("~/") ? home.resolve(asked.substring(2)) : Path.of(asked);
    Optional<Path> found = asked.contains("/") ? Optional.empty() : onPath(asked);
    Path path = found.orElse(expanded.toAbsolutePath().normalize());
    if (!isProgram(path)) {
      String fault = Files.exists(path) ? " is not an executable file" : " does not exist";
      throw new ClaudeException("the Claude Code CLI " + path + fault
          + "; name another one with --claude, or leave it out and the installed one is looked for");
    }
    return path;
  }

  /** The first that exists on PATH, where the CLI's own installers put it, in Homebrew's folders. */
  Optional<Path> installed() {
    return onPath(CLAUDE).or(() -> firstIn(folders()));
  }

  /** In npm's global folder, wherever that was configured to be. */
  Optional<Path> installedByNpm() throws InterruptedException {
    return firstIn(npmPrefix().map(prefix -> prefix.resolve("bin")).stream().toList());
  }

  private static Optional<Path> firstIn(List<Path> folders) {
    return folders.stream().map(bin -> bin.resolve(CLAUDE)).filter(ClaudeBinarySearch::isProgram).findFirst();
  }

  /** The program of that name on PATH. */
  Optional<Path> onPath(String name) {
    return Stream.of(environment.getOrDefault("PATH", "").split(":"))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder).resolve(name))
        .filter(ClaudeBinarySearch::isProgram)
        .findFirst();
  }

  private List<Path> folders() {
    List<Path> folders = new ArrayList<>(List.of(
        home.resolve(".local/bin"),
        home.resolve(".claude/local"),
        root.resolve("opt/homebrew/bin"),
        root.resolve("usr/local/bin"),
        root.resolve("home/linuxbrew/.linuxbrew/bin"),
        home.resolve(".npm-global/bin")));
    folders.addAll(nodeVersions());
    return folders;
  }

  /** nvm's folders, the last installed node first. */
  private List<Path> nodeVersions() {
    Path versions = Path.of(environment.getOrDefault("NVM_DIR", home.resolve(".nvm").toString()))
        .resolve("versions/node");
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> nodes = Files.newDirectoryStream(versions)) {
      nodes.forEach(node -> found.add(node.resolve("bin")));
    } catch (IOException noNvm) {
      return List.of();
    }
    found.sort(Comparator.comparing((Path bin) -> bin.toFile().lastModified()).reversed());
    return found;
  }

  private Optional<Path> npmPrefix() throws InterruptedException {
    Optional<Path> npm = onPath("npm");
    if (npm.isEmpty()) {
      return Optional.empty();
    }
    try {
      List<String> question = List.of(npm.get().toString(), "prefix", "-g", "--loglevel=silent");
      var result = Command.run(question, environment, NPM_LIMIT, _ -> {});
      String prefix = result.output().strip();
      return result.ok() && prefix.startsWith("/") ? Optional.of(Path.of(prefix)) : Optional.empty();
    } catch (IOException npmDoesNotRun) {
      return Optional.empty();
    }
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}

package claudegateway.claude;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The Claude Code CLI that is used: where it is, and what it answered to {@code --version}.
 *
 * @param path absolute, as it was found: a link stays a link, for the CLI updates itself by moving it
 * @param version three numbers, such as 2.1.197
 */
public record ClaudeBinary(Path path, String version) {
  /** The one that is installed where there is none. */
  public static final String PINNED_VERSION = CliVersion.OLDEST.toString();

  /**
   * Finds the CLI, or installs it.
   *
   * @param asked a path, or a name on PATH; nothing else is looked at then
   * @param folder for a copy of our own and for what is remembered about the version
   * @param environment the one of this program: PATH and HOME are searched, npm gets it whole
   * @param progress lines for people, while something takes seconds
   * @throws ClaudeException when there is none that runs; the message is one line and says what to do
   * @throws InterruptedException an installation was interrupted, and ended
   */
  public static ClaudeBinary locate(
      Optional<String> asked, Path folder, Map<String, String> environment, Consumer<String> progress)
      throws InterruptedException {
    Optional<Path> found = search(asked, folder, environment);
    return versioned(found.isPresent() ? found.get()
        : new ClaudeBinaryInstall(folder, environment, progress).install(
            new ClaudeBinarySearch(environment, Path.of("/"))), folder, environment);
  }

  /** Finds the CLI, and installs nothing. Throws as {@link #locate} does. */
  public static Optional<ClaudeBinary> find(Optional<String> asked, Path folder, Map<String, String> environment)
      throws InterruptedException {
    Optional<Path> found = search(asked, folder, environment);
    return found.isPresent() ? Optional.of(versioned(found.get(), folder, environment)) : Optional.empty();
  }

  private static Optional<Path> search(Optional<String> asked, Path folder, Map<String, String> environment)
      throws InterruptedException {
    ClaudeBinarySearch search = new ClaudeBinarySearch(environment, Path.of("/"));
    if (asked.isPresent()) {
      return Optional.of(search.named(asked.get()));
    }
    // npm last: it takes half a second to say where it puts things.
    Optional<Path> found =
        search.installed().or(new ClaudeBinaryInstall(folder, environment, _ -> {})::installed);
    return found.isPresent() ? found : search.installedByNpm();
  }

  private static ClaudeBinary versioned(Path path, Path folder, Map<String, String> environment)
      throws InterruptedException {
    try {
      return new ClaudeBinary(path, new ClaudeBinaryVersion(folder, environment).of(path));
    } catch (IOException unreadable) {
      throw new ClaudeException(path + " cannot be used: " + unreadable.getMessage(), unreadable);
    }
  }
}

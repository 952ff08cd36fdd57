package claudegateway;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a user's data belongs: the XDG base directory specification, on macOS Application Support.
 *
 * @param home the user's home folder
 * @param folder this program's own folder in it
 */
record DataHome(Path home, Path folder) {
  private static final String NAME = "claude-code-gateway";

  static DataHome of(String osName, Map<String, String> environment) {
    Path home = absolute(environment.get("HOME"), Path.of(System.getProperty("user.home")));
    Path data = osName.startsWith("Mac")
        ? home.resolve("Library/Application Support")
        : absolute(environment.get("XDG_DATA_HOME"), home.resolve(".local/share"));
    return new DataHome(home, data.resolve(NAME));
  }

  /** The XDG specification says that a relative path is to be ignored. */
  private static Path absolute(String text, Path otherwise) {
    return text != null && text.startsWith("/") ? Path.of(text).normalize() : otherwise;
  }
}

package claudegateway;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * The scripted stand-in for the CLI, {@code fake-claude.pl}: its head says what it can be told to do. It costs a
 * few milliseconds and megabytes, so a test can have hundreds of them, and it misbehaves on demand.
 */
public final class FakeCli {
  /** The version that it says it is, unless {@code CLAUDE_CODE_FAKE_VERSION} names another. */
  public static final String VERSION = "2.1.197";

  /** The variable that names a file to which it appends what its model is asked. */
  public static final String RECORD = "CLAUDE_CODE_FAKE_RECORD";

  private FakeCli() {}

  /** To be started in the place of {@code claude}. */
  public static Path binary() {
    try {
      URI script = FakeCli.class.getResource("/fake-claude.pl").toURI();
      File file = new File(script);
      // Whoever copies resources need not copy their modes.
      if (!file.canExecute() && !file.setExecutable(true)) {
        throw new AssertionError(file + " cannot be made executable");
      }
      return file.toPath();
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }
}

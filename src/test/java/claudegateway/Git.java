package claudegateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Git in a folder of a test's own; of this machine's settings it knows nothing. */
public record Git(Path folder) {

  public static Git init(Path folder) {
    Git made = new Git(folder);
    made.run("init", "--quiet", "--initial-branch=main", ".");
    return made;
  }

  /** All that is in the folder. */
  public void commit(String message) {
    run("add", "--all");
    run("commit", "--quiet", "--allow-empty", "--message", message);
  }

  public void run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-c", "user.name=A", "-c", "user.email=a@example.org"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    try {
      Process git = builder.start();
      if (!git.waitFor(30, TimeUnit.SECONDS) || git.exitValue() != 0) {
        git.destroyForcibly();
        throw new AssertionError("git failed: " + command);
      }
    } catch (IOException | InterruptedException failed) {
      throw new AssertionError("git could not be run: " + command, failed);
    }
  }
}

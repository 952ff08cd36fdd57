package claudegateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A throwaway home and the whole environment for a CLI that shall know nothing of this machine and reach
 * nothing but a stub. Closing deletes the folder.
 *
 * @param root holds {@code home} and {@code work}, and is also where temporary files go
 */
public record HermeticHome(Path root) implements AutoCloseable {
  private static final int DELETE_ATTEMPTS_MAX = 20;

  public static HermeticHome create() {
    try {
      // Short: the CLI puts a unix socket below it, whose path must fit 104 bytes on macOS.
      HermeticHome made = new HermeticHome(Files.createTempDirectory("ccg").toRealPath());
      Files.createDirectories(made.home());
      Files.createDirectories(made.work());
      Files.createDirectories(made.root.resolve("tmp"));
      return made;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What the child sees as HOME. */
  public Path home() {
    return root.resolve("home");
  }

  /** An empty folder to work in. */
  public Path work() {
    return root.resolve("work");
  }

  /** All that the child's environment may hold, with the stub as its API. A new map, to be added to. */
  public Map<String, String> environment(URI baseUrl) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", home().toString());
    environment.put("TMPDIR", root.resolve("tmp").toString());
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.put("ANTHROPIC_API_KEY", "fake");
    environment.put("ANTHROPIC_BASE_URL", baseUrl.toString());
    environment.put("DISABLE_TELEMETRY", "1");
    environment.put("DISABLE_AUTOUPDATER", "1");
    environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    environment.put("IS_SANDBOX", "1");
    return environment;
  }

  /** All files and folders below, while a CLI makes and deletes some. */
  public static List<Path> below(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(folder, new Visitor() {
      @Override
      public FileVisitResult preVisitDirectory(Path inside, BasicFileAttributes attributes) {
        found.add(inside);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        found.add(file);
        return FileVisitResult.CONTINUE;
      }
    });
    return found;
  }

  /** What is gone by the time it is looked at is none of the folder's. */
  private abstract static class Visitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
      if (failed instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failed;
    }
  }

  /** A CLI that was just killed may still write: deletion tries again. */
  @Override
  public void close() {
    for (int attempt = 1; ; attempt++) {
      try {
        delete();
        return;
      } catch (IOException stillWritten) {
        if (attempt == DELETE_ATTEMPTS_MAX) {
          throw new UncheckedIOException(stillWritten);
        }
      }
    }
  }

  private void delete() throws IOException {
    Files.walkFileTree(root, new Visitor() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path folder, IOException failed) throws IOException {
        Files.deleteIfExists(folder);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}

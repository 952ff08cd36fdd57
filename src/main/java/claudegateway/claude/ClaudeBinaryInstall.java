package claudegateway.claude;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A CLI of our own: npm's package for this platform, at the pinned version, in a folder of its own. */
final class ClaudeBinaryInstall {
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final String NONE = "no Claude Code CLI was found";

  private final Path folder;
  private final Map<String, String> environment;
  private final Consumer<String> progress;

  ClaudeBinaryInstall(Path folder, Map<String, String> environment, Consumer<String> progress) {
    this.folder = folder;
    this.environment = environment;
    this.progress = progress;
  }

  /** The copy that an earlier start has installed. */
  Optional<Path> installed() {
    return Optional.of(binary(folder.resolve(ClaudeBinary.PINNED_VERSION))).filter(Files::isExecutable);
  }

  /** Installs it; a second process that wants the same waits for the first. */
  Path install(ClaudeBinarySearch search) throws InterruptedException {
    Path npm = search.onPath("npm").orElseThrow(() -> new ClaudeException(NONE
        + ", and npm is not there to install it: run \"curl -fsSL https://claude.ai/install.sh | bash\", or"
        + " install Node.js, or name a CLI with --claude"));
    try {
      Files.createDirectories(folder);
      try (FileChannel channel = FileChannel.open(folder.resolve("install.lock"),
              StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        if (installed().isEmpty()) {
          run(npm);
        }
      }
    } catch (IOException failed) {
      throw new ClaudeException(NONE + ", and installing one in " + folder + " failed: "
          + failed.getMessage(), failed);
    }
    return installed().orElseThrow(() -> new ClaudeException(NONE + ", and the package "
        + packageName() + " that npm installed in " + folder + " has none; name a CLI with --claude"));
  }

  /** Into a folder beside its place, so that what stands in its place is whole. */
  private void run(Path npm) throws IOException, InterruptedException {
    String wanted = packageName() + "@" + ClaudeBinary.PINNED_VERSION;
    Path unfinished = folder.resolve(ClaudeBinary.PINNED_VERSION + ".unfinished");
    FileTree.delete(unfinished);
    Files.createDirectories(unfinished);
    progress.accept(NONE + "; installing " + wanted + " in " + folder + " (about 250 MB)");
    var result = Command.run(
        List.of(npm.toString(), "install", "--prefix", unfinished.toString(), "--no-save",
            "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", wanted),
        environment, LIMIT, seconds -> progress.accept("still installing, " + seconds + " s"));
    if (!result.ok()) {
      FileTree.delete(unfinished);
      throw new ClaudeException(NONE + ", and npm could not install " + wanted + ": "
          + result.firstLine() + "; install it by hand, or name a CLI with --claude");
    }
    Path place = folder.resolve(ClaudeBinary.PINNED_VERSION);
    FileTree.delete(place);
    Files.move(unfinished, place);
    progress.accept("installed");
  }

  private static Path binary(Path installation) {
    return installation.resolve("node_modules").resolve(packageName()).resolve("claude");
  }

  private static String packageName() {
    return packageName(System.getProperty("os.name"), System.getProperty("os.arch"), isMusl());
  }

  /** The names that the CLI's main package lists as optional dependencies. */
  static String packageName(String os, String arch, boolean musl) {
    String system = os.startsWith("Mac") ? "darwin" : "linux";
    String cpu = arch.equals("aarch64") || arch.equals("arm64") ? "arm64" : "x64";
    String libc = musl && system.equals("linux") ? "-musl" : "";
    return "@anthropic-ai/claude-code-" + system + "-" + cpu + libc;
  }

  /** musl's loader without glibc's: a system with glibc may have musl's beside it. */
  private static boolean isMusl() {
    boolean glibc = Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2"))
        || Files.exists(Path.of("/lib/ld-linux-aarch64.so.1"));
    return !glibc && (Files.exists(Path.of("/lib/ld-musl-x86_64.so.1"))
        || Files.exists(Path.of("/lib/ld-musl-aarch64.so.1")));
  }
}

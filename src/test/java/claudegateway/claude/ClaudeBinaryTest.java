package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.HermeticHome;
import claudegateway.RealCli;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Finding, asking and installing a CLI, in a file system of shell scripts. */
final class ClaudeBinaryTest {
  @TempDir Path folder;
  private Path home;
  private Path path;
  private Path cli;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> progress = new ArrayList<>();

  @BeforeEach
  void anEmptyMachine() throws IOException {
    home = Files.createDirectories(folder.resolve("home"));
    path = Files.createDirectories(folder.resolve("bin"));
    cli = folder.resolve("data/cli");
    environment.put("HOME", home.toString());
    environment.put("PATH", path + ":/usr/bin:/bin");
  }

  private static Path script(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Counts how often it is asked. */
  private Path program(Path file, String version) throws IOException {
    return script(file, "echo asked >>" + folder.resolve("asked"), "echo '" + version + " (Claude Code)'");
  }

  private long asked() throws IOException {
    Path log = folder.resolve("asked");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  private ClaudeBinarySearch search() {
    return new ClaudeBinarySearch(environment, folder);
  }

  private ClaudeBinary locate(String asked) throws InterruptedException {
    return ClaudeBinary.locate(Optional.ofNullable(asked), cli, environment, progress::add);
  }

  private ClaudeException refused(String asked) {
    return assertThrows(ClaudeException.class, () -> locate(asked));
  }

  @Test
  void theOrderOfTheSearch() throws IOException {
    assertEquals(Optional.empty(), search().installed());
    List<Path> worstFirst = List.of(
        home.resolve(".nvm/versions/node/v22.0.0/bin/claude"),
        home.resolve(".npm-global/bin/claude"),
        folder.resolve("usr/local/bin/claude"),
        folder.resolve("opt/homebrew/bin/claude"),
        home.resolve(".claude/local/claude"),
        home.resolve(".local/bin/claude"),
        path.resolve("claude"));
    for (Path better : worstFirst) {
      script(better);
      assertEquals(Optional.of(better), search().installed());
    }
  }

  @Test
  void aFolderOrAPlainFileIsNoProgram() throws IOException {
    Files.createDirectories(path.resolve("claude"));
    Files.createDirectories(home.resolve(".local/bin"));
    Files.createFile(home.resolve(".local/bin/claude"));
    environment.put("PATH", "bin::" + path);
    assertEquals(Optional.empty(), search().installed());
  }

  @Test
  void npmIsAskedForItsFolder() throws Exception {
    script(path.resolve("npm"), "[ \"$1 $2\" = 'prefix -g' ] && echo " + folder.resolve("global"));
    assertEquals(Optional.empty(), search().installedByNpm());
    Path claude = script(folder.resolve("global/bin/claude"));
    assertEquals(Optional.of(claude), search().installedByNpm());
    script(path.resolve("npm"), "echo broken; exit 1");
    assertEquals(Optional.empty(), search().installedByNpm());
  }

  @Test
  void whatWasAskedForIsTaken() throws Exception {
    program(path.resolve("claude"), "2.1.300");
    Path other = program(home.resolve("other"), "2.1.200");
    assertEquals(new ClaudeBinary(other, "2.1.200"), locate(other.toString()));
    assertEquals(new ClaudeBinary(other, "2.1.200"), locate("~/other"));
    assertEquals(new ClaudeBinary(path.resolve("claude"), "2.1.300"), locate("claude"));
  }

  @Test
  void whatWasAskedForAndIsNotThereIsNotReplaced() throws Exception {
    program(path.resolve("claude"), "2.1.300");
    assertTrue(refused("/no/claude").getMessage().startsWith("the Claude Code CLI /no/claude does not exist"));
    Path plain = Files.createFile(folder.resolve("plain"));
    assertTrue(refused(plain.toString()).getMessage().contains("is not an executable file"));
  }

  @Test
  void theVersionIsAskedOnceForAFile() throws Exception {
    Path claude = program(path.resolve("claude"), "2.1.200");
    assertEquals("2.1.200", locate(null).version());
    assertEquals("2.1.200", locate(null).version());
    assertEquals(1, asked());
    Files.setLastModifiedTime(claude, FileTime.fromMillis(1_000));
    assertEquals("2.1.200", locate(null).version());
    assertEquals(2, asked());
    program(claude, "2.1.330.1");
    assertEquals("2.1.330", locate(null).version());
    Files.writeString(cli.resolve("version.json"), "{\"path\":");
    assertEquals("2.1.330", locate(null).version());
    assertEquals(4, asked());
  }

  /** The CLI's own installer moves a link when it updates. */
  @Test
  void aLinkThatMovedIsAskedAgain() throws Exception {
    Path link = path.resolve("claude");
    Files.createSymbolicLink(link, program(home.resolve("versions/2.1.200"), "2.1.200"));
    assertEquals(new ClaudeBinary(link, "2.1.200"), locate(null));
    Files.delete(link);
    Files.createSymbolicLink(link, program(home.resolve("versions/2.1.201"), "2.1.201"));
    assertEquals(new ClaudeBinary(link, "2.1.201"), locate(null));
  }

  @Test
  void aProgramThatDoesNotRunIsNamedWithItsWords() throws Exception {
    Path claude = script(path.resolve("claude"), "echo 'node: not found' >&2", "exit 127");
    String message = refused(null).getMessage();
    assertTrue(message.startsWith("the Claude Code CLI " + claude + " does not run"), message);
    assertTrue(message.contains("exit code 127, node: not found"), message);
    script(claude, "echo hello");
    assertTrue(refused(null).getMessage().contains("exit code 0, hello"));
    Files.writeString(claude, "\u007fELF no program");
    assertEquals(1, refused(null).getMessage().lines().count());
  }

  @Test
  void theVersionIsAskedInABareEnvironment() throws Exception {
    environment.put("API_KEYS", "secret");
    script(path.resolve("claude"), "env >" + folder.resolve("env"), "echo 2.1.200");
    locate(null);
    assertFalse(Files.readString(folder.resolve("env")).contains("API_KEYS"));
  }

  /** Stands in for npm: makes what the package would be, and says what it was asked for. */
  private void npmThatInstalls(String version) throws IOException {
    script(path.resolve("npm"), "echo \"$*\" >>" + folder.resolve("npm-calls"),
        "[ \"$1\" = install ] || exit 1",
        "package=$(eval echo \\${$#}); package=${package%@*}",
        "mkdir -p \"$3/node_modules/$package\"",
        "printf '#!/bin/sh\\necho " + version + "\\n' >\"$3/node_modules/$package/claude\"",
        "chmod +x \"$3/node_modules/$package/claude\"");
  }

  private ClaudeBinaryInstall install() {
    return new ClaudeBinaryInstall(cli, environment, progress::add);
  }

  @Test
  void installsThePinnedPackageOnce() throws Exception {
    npmThatInstalls("2.1.197");
    assertEquals(Optional.empty(), install().installed());
    Path installed = install().install(search());
    assertTrue(installed.startsWith(cli.resolve("2.1.197/node_modules/@anthropic-ai")), installed.toString());
    assertEquals(Optional.of(installed), install().installed());
    assertEquals(installed, install().install(search()));
    List<String> calls = Files.readAllLines(folder.resolve("npm-calls"));
    assertEquals(1, calls.size());
    assertTrue(calls.getFirst().matches("install --prefix \\S+ .*@anthropic-ai/claude-code-\\w+-\\w+@2\\.1\\.197"),
        calls.getFirst());
    assertTrue(progress.getFirst().startsWith("no Claude Code CLI was found; installing"), progress.toString());
    try (Stream<Path> left = Files.list(cli)) {
      assertFalse(left.anyMatch(file -> file.toString().endsWith(".unfinished")));
    }
  }

  @Test
  void anInstallationThatFailsSaysWhyAndLeavesNothing() throws Exception {
    script(path.resolve("npm"), "[ \"$1\" = install ] || exit 1", "mkdir -p $3/node_modules/half",
        "echo 'npm error network' >&2", "exit 1");
    ClaudeException failure = assertThrows(ClaudeException.class, () -> install().install(search()));
    assertTrue(failure.getMessage().contains("npm could not install"), failure.getMessage());
    assertTrue(failure.getMessage().contains("npm error network"), failure.getMessage());
    assertEquals(Optional.empty(), install().installed());
    assertFalse(Files.exists(cli.resolve("2.1.197.unfinished")));
    npmThatInstalls("2.1.197");
    assertTrue(Files.isExecutable(install().install(search())));
  }

  @Test
  void withoutNpmItSaysWhatToInstall() {
    environment.put("PATH", path.toString());
    String message = assertThrows(ClaudeException.class, () -> install().install(search())).getMessage();
    assertTrue(message.contains("npm is not there") && message.contains("--claude"), message);
  }

  @Test
  void anInterruptedInstallationEndsNpm() throws Exception {
    script(path.resolve("npm"), "echo $$ >" + folder.resolve("pid.new"),
        "mv " + folder.resolve("pid.new") + " " + folder.resolve("pid"), "exec sleep 60");
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread installer = Thread.ofPlatform().start(() -> {
      try {
        install().install(search());
        outcome.complete(new AssertionError("it ended well"));
      } catch (InterruptedException | ClaudeException expected) {
        outcome.complete(expected);
      }
    });
    Await.that("npm runs", Duration.ofSeconds(20), () -> {
      assertTrue(installer.isAlive());
      return Files.exists(folder.resolve("pid"));
    });
    ProcessHandle npm = ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("pid")).strip()))
        .orElseThrow();
    installer.interrupt();
    assertEquals(InterruptedException.class, outcome.get().getClass());
    npm.onExit().get();
  }

  @ParameterizedTest
  @CsvSource({"Linux,amd64,false,linux-x64", "Linux,aarch64,false,linux-arm64", "Linux,amd64,true,linux-x64-musl",
      "Linux,aarch64,true,linux-arm64-musl", "Mac OS X,aarch64,false,darwin-arm64",
      "Mac OS X,x86_64,false,darwin-x64"})
  void packageNames(String os, String arch, boolean musl, String suffix) {
    assertEquals("@anthropic-ai/claude-code-" + suffix, ClaudeBinaryInstall.packageName(os, arch, musl));
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void theRealOneTellsItsVersion(String version) throws Exception {
    try (HermeticHome hermetic = HermeticHome.create()) {
      ClaudeBinary binary = ClaudeBinary.locate(Optional.of(RealCli.binary(version).toString()), cli,
          hermetic.environment(URI.create("http://127.0.0.1:1")), progress::add);
      assertEquals(version, binary.version());
    }
  }
}

package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: exit codes, one line for each failure, the banner, signals. */
final class MainTest {
  @TempDir Path folder;
  private Path claude;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void aCliThatKnowsItsVersion() throws IOException {
    claude = script("claude", "echo '2.1.197 (Claude Code)'");
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("CLAUDE_BINARY_PATH", claude.toString());
    environment.put("CLAUDE_GATEWAY_DATA_DIR", folder.resolve("data").toString());
    environment.put("PORT", "0");
    environment.put("LOG_FORMAT", "text");
    environment.put("CLAUDE_GATEWAY_SPARES", "0");
  }

  private Path script(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private ChildJvm start(String... arguments) throws IOException {
    return ChildJvm.start(Main.class, folder, environment, arguments);
  }

  /** One line, no trace. */
  private void assertFails(int code, String message, String... arguments) throws Exception {
    try (ChildJvm gateway = start(arguments)) {
      assertEquals(code, gateway.exitCode(), gateway.output());
      assertEquals(1, gateway.output().lines().count(), gateway.output());
      assertTrue(gateway.output().startsWith("claude-code-gateway: "), gateway.output());
      assertTrue(gateway.output().contains(message), gateway.output());
    }
  }

  private static int port(String banner) {
    Matcher url = Pattern.compile("is ready: http://localhost:(\\d+)\n").matcher(banner);
    assertTrue(url.find(), banner);
    return Integer.parseInt(url.group(1));
  }

  @Test
  void helpAndVersionGoToStdoutAndSucceed() throws Exception {
    try (ChildJvm help = start("--help"); ChildJvm version = start("--version")) {
      assertEquals(0, help.exitCode());
      assertEquals(Help.text(), help.output());
      assertEquals(0, version.exitCode());
      assertTrue(version.output().startsWith("claude-code-gateway "), version.output());
    }
  }

  @Test
  void aWrongOptionIs64AndAWrongVariable78() throws Exception {
    assertFails(64, "unknown option --prot; did you mean --port?", "--prot", "1");
    environment.put("PORT", "http");
    assertFails(78, "PORT (environment): \"http\" is not a whole number");
  }

  @Test
  void aMissingOrBrokenCliIs69() throws Exception {
    assertFails(69, "does not exist", "--claude", folder.resolve("nowhere").toString());
    Path broken = script("broken", "echo 'Illegal instruction' >&2; exit 132");
    assertFails(69, "does not run: \"--version\" gave exit code 132, Illegal instruction",
        "--claude", broken.toString());
  }

  @Test
  void aDataDirectoryThatCannotBeIs73() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertFails(73, "cannot be used", "--data-dir", file.toString());
    assertFails(73, "cannot be used", "--data-dir", file.resolve("below").toString());
  }

  @Test
  void aFileThatIsNoDatabaseOrNoFolderIs73() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "something else");
    assertFails(73, "the project root " + file + " cannot be used (it is no folder)",
        "--project-root", file.toString());
    environment.put("DATABASE_URL", "sqlite:///" + file);
    assertFails(73, "is not a database");
  }

  @Test
  void aWrongModelOrModelsFileIs78() throws Exception {
    assertFails(78, "default-model: \"gpt-4o\" is none of the models", "--default-model", "gpt-4o");
    Path file = Files.writeString(folder.resolve("models.json"), "{}");
    assertFails(78, "the models file " + file + ": ", "--models-file", file.toString());
  }

  @Test
  void aCertificateThatIsNoneIs78() throws Exception {
    String file = Files.writeString(folder.resolve("x.pem"), "").toString();
    assertFails(78, "x.pem has no certificate in PEM form", "--tls-cert", file, "--tls-key", file);
  }

  @Test
  void aPortInUseIs75() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertFails(75, "port " + other.getLocalPort() + " is in use", "--port", "" + other.getLocalPort());
    }
  }

  @Test
  void anAddressOfAnotherMachineIs78() throws Exception {
    assertFails(78, "192.0.2.1", "--host", "192.0.2.1");
  }

  @Test
  void servesUntilItIsToldToStop() throws Exception {
    try (ChildJvm gateway = start()) {
      String banner = gateway.await(text -> text.contains("try it") && text.endsWith("}'\n"));
      assertTrue(banner.contains(claude + ", version 2.1.197"), banner);
      assertTrue(banner.contains(folder.resolve("data").toString()), banner);
      assertTrue(banner.contains("acceptEdits"), banner);
      assertTrue(banner.contains("this machine only"), banner);
      HttpResponse<String> health;
      try (HttpClient client = HttpClient.newHttpClient()) {
        URI uri = URI.create("http://localhost:" + port(banner) + "/health");
        health = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      }
      assertEquals(200, health.statusCode());

      assertFails(75, "is in use by another gateway (process " + gateway.process().pid() + ")");

      gateway.process().destroy(); // SIGTERM
      assertEquals(0, gateway.exitCode(), gateway.output());
      assertTrue(gateway.output().startsWith(banner), gateway.output());
      assertFalse(gateway.output().contains("Exception"), gateway.output());
    }
    assertEquals("rwx------", PosixFilePermissions.toString(
        Files.getPosixFilePermissions(folder.resolve("data"))));
  }

  @Test
  void theBannerNamesKeysAndDangerButNoSecret() throws Exception {
    environment.put("API_KEYS", "phone:s3cret");
    try (ChildJvm gateway = start("--permission-mode", "bypassPermissions")) {
      String banner = gateway.await(text -> text.endsWith("}'\n"));
      assertTrue(banner.contains("bypassPermissions: THE AGENT MAY DO ANYTHING"), banner);
      assertTrue(banner.contains("with an API key (1 set)"), banner);
      assertTrue(banner.contains("Authorization: Bearer $KEY"), banner);
      assertFalse(banner.contains("s3cret"), banner);
    }
  }

  @Test
  void anOldCliIsNamed() throws Exception {
    try (ChildJvm gateway = start("--claude", script("old", "echo '2.1.99 (Claude Code)'").toString())) {
      assertTrue(gateway.await(text -> text.endsWith("}'\n")).contains("2.1.99; THIS IS TOO OLD"));
    }
  }

  @Test
  void aSignalDuringTheStartEndsItAndItsChildren() throws Exception {
    Path slow = script("slow", "echo $$ >" + folder.resolve("pid") + "; exec sleep 60");
    try (ChildJvm gateway = start("--claude", slow.toString())) {
      gateway.await(_ -> Files.exists(folder.resolve("pid")) && pid().length() > 1);
      ProcessHandle child = ProcessHandle.of(Long.parseLong(pid().strip())).orElseThrow();
      gateway.process().destroy();
      assertEquals(130, gateway.exitCode(), gateway.output());
      child.onExit().get();
    }
  }

  private String pid() {
    try {
      return Files.readString(folder.resolve("pid"));
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  /** What a stop that takes for ever looks like from outside. */
  static final class Stubborn {
    public static void main(String[] arguments) throws InterruptedException {
      StopSignals signals = StopSignals.install();
      signals.started(() -> System.out.println("last act"));
      System.out.println("started");
      signals.await();
      System.out.println("stopping");
      Thread.sleep(60_000);
    }
  }

  @Test
  void aSecondSignalEndsAtOnceAfterTheLastAct() throws Exception {
    try (ChildJvm program = ChildJvm.start(Stubborn.class, folder, environment)) {
      program.await(text -> text.contains("started"));
      program.process().destroy();
      program.await(text -> text.contains("stopping"));
      program.process().destroy();
      assertEquals(143, program.exitCode());
      assertEquals(List.of("started", "stopping", "last act"), program.output().lines().toList());
    }
  }
}

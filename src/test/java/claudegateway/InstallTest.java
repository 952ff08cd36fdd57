package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service files that bin/install writes, from an unpacked distribution; nothing is started. */
final class InstallTest {
  @TempDir Path folder;
  private Path root;
  private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void aDistribution() throws IOException {
    root = folder.toRealPath().resolve("my gateway");
    home = Files.createDirectories(folder.resolve("home"));
    for (String part : List.of("bin", "etc")) {
      Files.createDirectories(root.resolve(part));
      try (Stream<Path> files = Files.list(Path.of(part))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, root.resolve(file.toString()), StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    Files.createFile(root.resolve("claude-code-gateway.jar"));
    environment.putAll(Map.of("HOME", home.toString(), "PATH", "/usr/bin:/bin",
        "JAVA_HOME", System.getProperty("java.home")));
  }

  private String install(int code, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/bash", root.resolve("bin/install").toString()));
    command.addAll(List.of(arguments));
    try (ChildJvm bash = ChildJvm.start(command, folder, environment)) {
      assertEquals(code, bash.exitCode(), bash.output());
      return bash.output();
    }
  }

  private static boolean isMac() {
    return System.getProperty("os.name").startsWith("Mac");
  }

  private Path service() {
    return home.resolve(isMac() ? "Library/LaunchAgents/claude-code-gateway.plist"
        : ".config/systemd/user/claude-code-gateway.service");
  }

  @Test
  void aUsersServiceComesAndGoes() throws Exception {
    String said = install(0, "--no-start");
    assertTrue(said.contains("wrote " + service()), said);
    String text = Files.readString(service());
    assertTrue(text.contains(root + "/bin/start"), text);
    assertFalse(text.matches("(?s).*@[A-Z]+@.*"), text);
    Path settings = home.resolve(".config/claude-code-gateway/gateway.properties");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(settings)));

    Files.writeString(settings, "port = 9000\n");
    install(0, "--no-start");
    assertEquals("port = 9000\n", Files.readString(settings), "settings are the user's");

    said = install(0, "--uninstall", "--no-start");
    assertTrue(said.contains("removed " + service()), said);
    assertFalse(Files.exists(service()));
    assertTrue(Files.exists(settings));
  }

  @Test
  void theMachinesServiceHasAUserOfItsOwn() throws Exception {
    assumeTrue(!isMac(), "systemd");
    Path destination = Files.createDirectories(folder.resolve("destination"));
    environment.put("DESTDIR", destination.toString());
    install(0, "--system");
    Path unit = destination.resolve("etc/systemd/system/claude-code-gateway.service");
    String text = Files.readString(unit);
    for (String line : List.of("User=claude-code-gateway", "StateDirectory=claude-code-gateway", "KillMode=mixed",
        "NotifyAccess=all", "NoNewPrivileges=yes", "WantedBy=multi-user.target",
        "EnvironmentFile=-/etc/claude-code-gateway/environment")) {
      assertTrue(text.lines().anyMatch(line::equals), line + " in " + text);
    }
    assertFalse(text.lines().anyMatch(line -> line.matches("(ProtectHome|MemoryDenyWriteExecute)=.*")), text);
    verify(unit);
  }

  @Test
  void systemdFindsNoFaultInAUsersService() throws Exception {
    assumeTrue(!isMac(), "systemd");
    install(0, "--no-start");
    environment.put("XDG_RUNTIME_DIR", Files.createDirectories(folder.resolve("run")).toString());
    verify(service(), "--user");
  }

  private void verify(Path unit, String... more) throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/systemd-analyze")), "systemd-analyze is needed");
    List<String> command = new ArrayList<>(List.of("/usr/bin/systemd-analyze", "verify"));
    command.addAll(List.of(more));
    command.add(unit.toString());
    try (ChildJvm analyze = ChildJvm.start(command, folder, environment)) {
      assertEquals(0, analyze.exitCode(), analyze.output());
      assertEquals("", analyze.output());
    }
  }

  @Test
  void whatItDoesNotKnowIsRefused() throws Exception {
    assertTrue(install(64, "--sytem").contains("--system"));
  }

  @Test
  void systemdIsToldWhenTheGatewayIsReady() throws Exception {
    Path told = folder.resolve("told");
    Path notify = Files.writeString(folder.resolve("systemd-notify"), "#!/bin/sh\necho \"$@\" >" + told + "\n");
    Files.setPosixFilePermissions(notify, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path claude = Files.writeString(folder.resolve("claude"), "#!/bin/sh\necho '2.1.197 (Claude Code)'\n");
    Files.setPosixFilePermissions(claude, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.put("PATH", folder + ":/usr/bin:/bin");
    environment.put("NOTIFY_SOCKET", folder.resolve("socket").toString());
    try (ChildJvm gateway = ChildJvm.start(Main.class, folder, environment, "--port", "0", "--spares", "0",
        "--claude", claude.toString(), "--data-dir", folder.resolve("data").toString())) {
      gateway.await(_ -> Files.exists(told) && told.toFile().length() > 0);
      assertEquals("--ready\n", Files.readString(told));
      gateway.process().destroy();
      assertEquals(0, gateway.exitCode(), gateway.output());
    }
  }
}

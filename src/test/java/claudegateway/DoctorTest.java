package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.doctor.PassedVersions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the doctor and the backup say as programs, and their exit codes. */
final class DoctorTest {
  private final HermeticHome home = HermeticHome.create();
  private final Map<String, String> environment =
      new HashMap<>(home.environment(java.net.URI.create("http://127.0.0.1:9")));

  @AfterEach
  void tidyUp() {
    home.close();
  }

  private ChildJvm run(String what, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(what));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--port", "0", "--data-dir", data().toString(),
        "--claude", RealCli.binary(RealCli.oldest()).toString()));
    return ChildJvm.start(Main.class, home.root(), environment, arguments.toArray(String[]::new));
  }

  private Path data() {
    return home.root().resolve("data");
  }

  @Test
  void aSoundMachineIsFoundSound() throws Exception {
    environment.put("ANTHROPIC_API_KEY", "sk-s3cret");
    try (ChildJvm doctor = run("doctor")) {
      assertEquals(0, doctor.exitCode(), doctor.output());
      String text = doctor.output();
      assertTrue(text.contains("version 2.1.197"), text);
      assertTrue(text.contains("ok    login: API key from ANTHROPIC_API_KEY"), text);
      for (String about : List.of("Java", "user", "port 0", "data folder", "disk", "database", "clock", "memory")) {
        assertTrue(text.contains(" " + about), about + " in " + text);
      }
      assertFalse(text.contains("s3cret"), text);
    }
  }

  @Test
  void whatIsWrongFails() throws Exception {
    Files.createDirectories(data());
    Files.writeString(data().resolve("gateway.db"), "no database at all, but long enough to look like a file");
    try (ChildJvm doctor = run("doctor")) {
      assertEquals(1, doctor.exitCode(), doctor.output());
      assertTrue(doctor.output().contains("fail  database: "), doctor.output());
    }
  }

  @Test
  void aVersionThatNobodyTriedIsRemembered() throws Exception {
    PassedVersions passed = PassedVersions.in(data().resolve("cli"));
    assertTrue(passed.has(RealCli.oldest()) && passed.has(RealCli.newest()));
    assertFalse(passed.has("2.1.250"));
    passed.add("2.1.250");
    assertTrue(PassedVersions.in(data().resolve("cli")).has("2.1.250"));
    assertFalse(passed.has("2.1.25"));
  }

  /** The gateway runs with it all the same; its log says what to do. */
  @Test
  void aVersionThatNobodyTriedIsNamedAtTheStart() throws Exception {
    Path script = Files.writeString(home.work().resolve("claude"), "#!/bin/sh\necho '2.1.250 (Claude Code)'\n");
    assertTrue(script.toFile().setExecutable(true));
    for (boolean passed : List.of(false, true)) {
      if (passed) {
        PassedVersions.in(data().resolve("cli")).add("2.1.250");
      }
      try (ChildJvm gateway = ChildJvm.start(Main.class, home.root(), environment, "--port", "0", "--spares", "0",
          "--data-dir", data().toString(), "--claude", script.toString())) {
        String said = gateway.await(text -> text.contains("is ready"));
        assertEquals(!passed, said.contains("Claude Code 2.1.250 was never tried"), said);
        assertEquals(!passed, said.contains("bin/doctor --cli"), said);
        assertEquals(!passed, said.contains("npm install -g @anthropic-ai/claude-code@" + RealCli.oldest()), said);
      }
    }
  }

  @Test
  void aBackupIsMadeWhileTheGatewayRunsAndCanBePutInItsPlace() throws Exception {
    try (ProgramProcess program = new ProgramProcess(RealCli.oldest())) {
      String session = program.post("/v1/chat/completions", ProgramProcess.ask("", "remember this"))
          .string("session_id").orElseThrow();
      Path copy = home.root().resolve("copy.db");
      Path data = program.home.root().resolve("data");
      String[] arguments = {"backup", copy.toString(), "--data-dir", data.toString()};
      try (ChildJvm backup = ChildJvm.start(Main.class, home.root(), environment, arguments)) {
        assertEquals(0, backup.exitCode(), backup.output());
      }
      try (ChildJvm again = ChildJvm.start(Main.class, home.root(), environment, arguments)) {
        assertEquals(73, again.exitCode(), "a file that exists is not overwritten: " + again.output());
      }
      program.kill();
      for (String file : List.of("gateway.db", "gateway.db-wal", "gateway.db-shm")) {
        Files.deleteIfExists(data.resolve(file));
      }
      Files.copy(copy, data.resolve("gateway.db"));
      program.start();
      assertTrue(program.get("/v1/sessions/" + session + "/messages").toText().contains("remember this"));
    }
  }
}

package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell around the program, in a copy of the tree whose java and mvn are scripts. */
final class ScriptsTest {
  private static final String BASH = "/bin/bash";

  @TempDir Path folder;
  private Path root;
  private Path tools;
  private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void aCloneOfItsOwn() throws IOException {
    root = folder.toRealPath().resolve("clone with blanks");
    tools = Files.createDirectories(folder.resolve("tools"));
    home = Files.createDirectories(folder.resolve("home"));
    Files.createDirectories(root.resolve("src/main/java"));
    Files.createDirectories(root.resolve("bin"));
    Files.createFile(root.resolve("pom.xml"));
    Files.createFile(root.resolve("src/main/java/A.java"));
    for (String file : List.of("bin/start", "bin/lib.sh", "bin/aot-cache", "bin/aot-cli")) {
      Files.copy(Path.of(file), root.resolve(file), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
    environment.put("HOME", home.toString());
    environment.put("PATH", tools + ":/usr/bin:/bin");
    script(tools.resolve("mvn"), "echo built >>'" + folder + "/built'",
        "echo '[INFO] --- maven-jar-plugin:3.5.1:jar (default-jar) @ x ---'",
        "mkdir -p '" + root + "/target' && : >'" + root + "/target/claude-code-gateway.jar'");
  }

  private static Path script(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A JDK whose java does what the lines say. */
  private static Path jdk(Path place, String version, String... lines) throws IOException {
    script(place.resolve("bin/java"), lines);
    script(place.resolve("bin/javac"), "");
    Files.writeString(place.resolve("release"), """
        IMPLEMENTOR="Somebody"
        JAVA_RUNTIME_VERSION="25"
        JAVA_VERSION="%s"
        OS_NAME="Linux"
        """.formatted(version));
    return place;
  }

  private ChildJvm run(String... command) throws IOException {
    return ChildJvm.start(List.of(command), folder, environment);
  }

  /** What find_jdk finds below the folder's top; "none" when it doesn't. */
  private String found() throws Exception {
    String line = ". \"$1\"; find_jdk \"$2\" && printf %s \"$JAVA_HOME\" || printf none";
    String library = root.resolve("bin/lib.sh").toString();
    try (ChildJvm bash = run(BASH, "-uc", line, "_", library, top().toString())) {
      assertEquals(0, bash.exitCode(), bash.output());
      return bash.output();
    }
  }

  private Path top() {
    return folder.resolve("top");
  }

  /** This machine's own java is not looked for on a path of tools alone. */
  private void hideJava() throws IOException {
    for (String tool : List.of("bash", "dirname", "find", "grep", "head", "mkdir", "readlink", "touch")) {
      Path real = Stream.of("/usr/bin", "/bin").map(bin -> Path.of(bin, tool)).filter(Files::exists)
          .findFirst().orElseThrow();
      script(tools.resolve(tool), "exec " + real + " \"$@\"");
    }
    environment.put("PATH", tools.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "top/usr/lib/jvm/temurin-25", "top/opt/jdk-25", "top/opt/java/openjdk",
      "top/Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
      "home/Library/Java/JavaVirtualMachines/x.jdk/Contents/Home",
      "top/opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home",
      "top/usr/local/opt/openjdk/libexec/openjdk.jdk/Contents/Home",
      "top/home/linuxbrew/.linuxbrew/opt/openjdk@25/libexec",
      "home/.sdkman/candidates/java/25.0.1-tem", "home/.jdks/temurin-25.0.1"})
  void findsAJdkWhereTheyAreInstalled(String place) throws Exception {
    hideJava();
    assertEquals("none", found());
    jdk(folder.resolve("top/usr/lib/jvm/a-17"), "17.0.15");
    jdk(folder.resolve("home/.sdkman/candidates/java/8"), "1.8.0_492");
    assertEquals("none", found());
    Path jdk = jdk(folder.resolve(place), "25.0.1");
    assertEquals(jdk.toString(), found());
  }

  @Test
  void javaHomeWinsWhenItIsNewEnough() throws Exception {
    hideJava();
    Path system = jdk(top().resolve("usr/lib/jvm/jdk-25"), "25");
    Path own = jdk(folder.resolve("my jdk"), "26-ea");
    environment.put("JAVA_HOME", own.toString());
    assertEquals(own.toString(), found());
    jdk(own, "21.0.2");
    assertEquals(system.toString(), found());
    environment.put("JAVA_HOME", "/no/such/jdk");
    assertEquals(system.toString(), found());
  }

  @Test
  void theJdkOfJavaOnThePathComesBeforeOthers() throws Exception {
    hideJava();
    jdk(top().resolve("usr/lib/jvm/jdk-25"), "25");
    Path own = jdk(folder.toRealPath().resolve("elsewhere"), "25.0.2");
    Files.createSymbolicLink(tools.resolve("java"), own.resolve("bin/java"));
    assertEquals(own.toString(), found());
  }

  @Test
  void theMacsJavaHomeToolIsAsked() throws Exception {
    hideJava();
    Path jdk = jdk(folder.resolve("anywhere"), "25.0.1");
    script(top().resolve("usr/libexec/java_home"), "[ \"$*\" = '-v 25+' ] && echo '" + jdk + "'");
    assertEquals(jdk.toString(), found());
  }

  @Test
  void aRuntimeWithoutCompilerIsNoJdk() throws Exception {
    hideJava();
    Files.delete(jdk(top().resolve("usr/lib/jvm/jre-25"), "25").resolve("bin/javac"));
    assertEquals("none", found());
  }

  private String start(int code, String... arguments) throws Exception {
    String[] command = Stream.concat(Stream.of(root.resolve("bin/start").toString()), Stream.of(arguments))
        .toArray(String[]::new);
    try (ChildJvm program = run(command)) {
      assertEquals(code, program.exitCode(), program.output());
      return program.output();
    }
  }

  private void useJava(String... lines) throws IOException {
    environment.put("JAVA_HOME", jdk(folder.resolve("jdk"), "25", lines).toString());
  }

  private long builds() throws IOException {
    Path built = folder.resolve("built");
    return Files.exists(built) ? Files.readAllLines(built).size() : 0;
  }

  @Test
  void buildsWhenASourceIsNewerAndOnlyThen() throws Exception {
    useJava("printf '<%s>' \"$@\"");
    String output = start(0);
    assertTrue(output.contains("building: jar aot (failed, see target/aot.log; it starts without) done"), output);
    assertEquals(1, builds());
    assertFalse(start(0).contains("building"));
    assertEquals(1, builds());
    Path jar = root.resolve("target/claude-code-gateway.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
    for (String source : List.of("pom.xml", "src/main/java/A.java", "src/main/java", "src/main")) {
      Files.setLastModifiedTime(root.resolve(source), FileTime.from(Instant.now().minusSeconds(90)));
    }
    start(0);
    assertEquals(1, builds());
    Files.delete(root.resolve("src/main/java/A.java")); // its folder is newer now
    start(0);
    assertEquals(2, builds());
    start(0);
    assertEquals(2, builds());
  }

  @Test
  void theCacheOfThisVeryJarIsGivenToTheJvm() throws Exception {
    useJava("printf '<%s>' \"$@\"");
    aBuild();
    assertFalse(start(0).contains("AOTCache"));
    Path cache = Files.createFile(root.resolve("target/claude-code-gateway.aot"));
    Files.setLastModifiedTime(cache, FileTime.from(Instant.now().plusSeconds(9)));
    assertTrue(start(0).contains("<-XX:AOTCache=" + cache + ">"));
    Files.setLastModifiedTime(cache, FileTime.from(Instant.now().minusSeconds(9)));
    assertFalse(start(0).contains("AOTCache"));
  }

  @Test
  void aBuildThatFailsEndsTheStart() throws Exception {
    useJava("echo not reached");
    script(tools.resolve("mvn"), "echo '[INFO] --- jar:3.5.1:jar (default-jar) @ x ---'",
        "echo '[ERROR] A.java:[3,4] no such thing'", "exit 1");
    String output = start(70);
    assertTrue(output.contains("A.java:[3,4] no such thing"), output);
    assertTrue(output.contains("target/build.log"), output);
    assertFalse(output.contains("not reached"), output);
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    hideJava();
    Files.delete(tools.resolve("mvn"));
    useJava("");
    assertTrue(start(69).contains("Maven is needed to build"));
    // This machine's own JDK would be found: what is looked for is asked for in a version that none has.
    Path library = root.resolve("bin/lib.sh");
    Files.writeString(library, Files.readString(library).replace("JAVA_NEEDED=25", "JAVA_NEEDED=999"));
    assertTrue(start(69).contains("no JDK 999 or newer was found; install one"));
  }

  @Test
  void argumentsAndExitCodesPassThrough() throws Exception {
    useJava("printf '<%s>' \"$@\"", "exit 75");
    String output = start(75, "--data-dir", "a b", "--demo");
    String jar = root + "/target/claude-code-gateway.jar";
    assertTrue(output.contains("<-jar><" + jar + "><--data-dir><a b><--demo>"), output);
  }

  @Test
  void startsThroughALink() throws Exception {
    useJava("echo started");
    Path link = Files.createSymbolicLink(tools.resolve("gateway"), root.resolve("bin/start"));
    try (ChildJvm program = run(link.toString())) {
      assertEquals(0, program.exitCode(), program.output());
      assertTrue(program.output().contains("started"));
    }
  }

  /** As a service: no shell stays between the supervisor and the JVM. */
  @Test
  void withoutATerminalTheProcessBecomesTheJvm() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setsid")));
    useJava("trap 'echo \"pid $$ told\"; exit 0' TERM", "echo ready", "while :; do sleep 0.05; done");
    aBuild();
    try (ChildJvm program = run("/usr/bin/setsid", root.resolve("bin/start").toString())) {
      program.await(text -> text.contains("ready"));
      program.process().destroy();
      assertEquals(0, program.exitCode(), program.output());
      assertTrue(program.output().contains("pid " + program.process().pid() + " told"), program.output());
    }
  }

  private void aBuild() throws IOException {
    Files.createDirectories(root.resolve("target"));
    Files.createFile(root.resolve("target/claude-code-gateway.jar"));
  }

  /** On a terminal, which util-linux's "script" makes: Ctrl-C reaches the JVM as SIGTERM, and twice. */
  @Test
  void ctrlCBecomesSigtermAndTheExitCodeIsTheJvms() throws Exception {
    Path terminal = Path.of("/usr/bin/script");
    assumeTrue(System.getProperty("os.name").equals("Linux") && Files.isExecutable(terminal));
    useJava("trap 'echo interrupted by the terminal' INT",
        "trap 'echo told; told=$((${told:-0} + 1)); [ $told -lt 2 ] || exit 7' TERM",
        "echo ready", "while :; do sleep 0.05; done");
    aBuild();
    environment.put("SHELL", BASH);
    String command = "'" + root.resolve("bin/start") + "'";
    // Who runs the tests in the background ignores SIGINT, and so would all that they start.
    try (ChildJvm program = run("perl", "-e", "$SIG{INT} = 'DEFAULT'; exec @ARGV",
        terminal.toString(), "-qec", command, "/dev/null")) {
      program.await(text -> text.contains("ready"));
      ctrlC(program);
      program.await(text -> text.contains("told"));
      ctrlC(program);
      assertEquals(7, program.exitCode(), program.output());
      assertFalse(program.output().contains("interrupted"), program.output());
    }
  }

  private static void ctrlC(ChildJvm program) throws IOException {
    program.process().getOutputStream().write(3);
    program.process().getOutputStream().flush();
  }

  @Test
  void everyScriptParses() throws Exception {
    for (String script : List.of("bin/start", "bin/test", "bin/bench", "bin/aot-cache", "bin/aot-cli", "bin/lib.sh",
        ".ci/run")) {
      try (ChildJvm bash = run(BASH, "-n", Path.of(script).toAbsolutePath().toString())) {
        assertEquals(0, bash.exitCode(), bash.output());
      }
    }
  }
}

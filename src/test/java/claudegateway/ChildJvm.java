package claudegateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A main class in a process of its own, with this test's classes and nothing of this test's environment. */
final class ChildJvm implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Process process;
  private final Path output;

  private ChildJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Both streams go to one file in the folder. */
  static ChildJvm start(Class<?> main, Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
        "-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return start(command, folder, environment);
  }

  static ChildJvm start(List<String> command, Path folder, Map<String, String> environment)
      throws IOException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new ChildJvm(builder.start(), output);
  }

  Process process() {
    return process;
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  /** Waits until the output is as wanted, or the process has ended. */
  String await(Predicate<String> wanted) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      boolean ended = !process.isAlive();
      String text = output();
      if (wanted.test(text)) {
        return text;
      }
      if (ended || System.nanoTime() > deadline) {
        throw new AssertionError((ended ? "it ended, and said: " : "in time it only said: ") + text);
      }
      Thread.sleep(10);
    }
  }

  int exitCode() throws Exception {
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }
}

package claudegateway.claude;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** One run of a program that ends by itself: the CLI asked for its version, npm, ps, git. */
final class Command {
  private static final int OUTPUT_MAX_BYTES = 16 * 1024;
  private static final int NOTICE_SECONDS = 5;

  /** @param output what it printed on both streams, the last 16 KiB of it */
  record Result(int exit, String output) {
    boolean ok() {
      return exit == 0;
    }

    /** Its first words, for an error of one line. */
    String firstLine() {
      return output.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst()
          .orElse("no output");
    }
  }

  private Command() {}

  /**
   * Runs it to its end.
   *
   * @param environment all that it gets
   * @param limit after which it is killed; the exit code is then a signal's
   * @param notice called every 5 seconds with the seconds that have passed
   * @throws IOException when it cannot be started
   * @throws InterruptedException when this thread was interrupted; the program has been killed
   */
  static Result run(
      List<String> command, Map<String, String> environment, Duration limit, LongConsumer notice)
      throws IOException, InterruptedException {
    // A file and no pipe: what the program leaves running cannot hold the end of its output back.
    Path output = Files.createTempFile("claude-gateway", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectInput(Path.of("/dev/null").toFile())
          .redirectOutput(output.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        long waited = 0;
        while (waited < limit.toSeconds() && !process.waitFor(NOTICE_SECONDS, TimeUnit.SECONDS)) {
          waited += NOTICE_SECONDS;
          notice.accept(waited);
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Result(process.waitFor(), tail(output));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static String tail(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(Math.max(0, in.length() - OUTPUT_MAX_BYTES));
      byte[] bytes = new byte[(int) (in.length() - in.getFilePointer())];
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}

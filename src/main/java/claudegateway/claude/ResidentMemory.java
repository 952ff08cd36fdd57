package claudegateway.claude;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** How much memory processes hold: from /proc, else from ps. */
final class ResidentMemory {
  private static final Path PROC = Path.of("/proc");
  private static final Duration PS_MAX = Duration.ofSeconds(5);

  private ResidentMemory() {}

  /** All of them together; those that have just ended count nothing. Empty when the machine does not tell. */
  static OptionalLong bytes(List<Long> pids) throws InterruptedException {
    if (pids.isEmpty()) {
      return OptionalLong.of(0);
    }
    try {
      return OptionalLong.of(Files.isReadable(PROC.resolve("self/status")) ? ofProc(pids) : ofPs(pids));
    } catch (IOException | NumberFormatException unreadable) {
      return OptionalLong.empty();
    }
  }

  /** {@code VmRSS:   203452 kB}, proc_pid_status(5). */
  private static long ofProc(List<Long> pids) throws IOException {
    long kilobytes = 0;
    for (long pid : pids) {
      try {
        kilobytes += Files.readAllLines(PROC.resolve(pid + "/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
      } catch (NoSuchFileException ended) {
        continue;
      }
    }
    return kilobytes << 10;
  }

  private static long ofPs(List<Long> pids) throws IOException, InterruptedException {
    String list = pids.stream().map(String::valueOf).collect(Collectors.joining(","));
    return ClaudeBinaryCommand.run(List.of("/bin/ps", "-o", "rss=", "-p", list), Map.of(), PS_MAX, _ -> {})
        .output().lines().map(String::strip).filter(line -> !line.isEmpty()).mapToLong(Long::parseLong).sum() << 10;
  }
}

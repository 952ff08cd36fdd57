package claudegateway.claude;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How much memory processes hold: from /proc, else from ps. */
final class ResidentMemory {
  private static final Path PROC = Path.of("/proc");
  private static final Duration PS_MAX = Duration.ofSeconds(5);

  private ResidentMemory() {}

  /** Bytes of each; those that have just ended are left out. Empty when the machine does not tell. */
  static Optional<Map<Long, Long>> bytes(List<Long> pids) throws InterruptedException {
    if (pids.isEmpty()) {
      return Optional.of(Map.of());
    }
    try {
      return Optional.of(Files.isReadable(PROC.resolve("self/status")) ? ofProc(pids) : ofPs(pids));
    } catch (IOException | NumberFormatException unreadable) {
      return Optional.empty();
    }
  }

  /** {@code VmRSS:   203452 kB}, proc_pid_status(5). */
  private static Map<Long, Long> ofProc(List<Long> pids) throws IOException {
    Map<Long, Long> bytes = new HashMap<>();
    for (long pid : pids) {
      try {
        bytes.put(pid, Files.readAllLines(PROC.resolve(pid + "/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).sum());
      } catch (NoSuchFileException ended) {
        continue;
      }
    }
    return bytes;
  }

  private static Map<Long, Long> ofPs(List<Long> pids) throws IOException, InterruptedException {
    String list = pids.stream().map(String::valueOf).collect(Collectors.joining(","));
    return ClaudeBinaryCommand.run(List.of("/bin/ps", "-o", "pid=,rss=", "-p", list), Map.of(), PS_MAX, _ -> {})
        .output().lines().map(String::strip).filter(line -> !line.isEmpty()).map(line -> line.split("\\s+"))
        .collect(Collectors.toMap(fields -> Long.parseLong(fields[0]), fields -> Long.parseLong(fields[1]) << 10));
  }
}

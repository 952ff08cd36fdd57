package claudegateway.claude;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How much memory processes hold: from /proc, else from ps. */
final class ResidentMemory {
  private static final Path PROC = Path.of("/proc");
  private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s*(\\d+) kB", Pattern.MULTILINE);

  /** Bytes; that of a CLI has 1.5 kB. */
  private static final int STATUS_MAX = 8 << 10;

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
    // One for all: hundreds of processes are looked at every few seconds.
    byte[] status = new byte[STATUS_MAX];
    for (long pid : pids) {
      try (InputStream in = Files.newInputStream(PROC.resolve(pid + "/status"))) {
        int length = in.readNBytes(status, 0, status.length);
        Matcher resident = RESIDENT.matcher(new String(status, 0, length, StandardCharsets.ISO_8859_1));
        bytes.put(pid, resident.find() ? Long.parseLong(resident.group(1)) << 10 : 0);
      } catch (NoSuchFileException ended) {
        continue;
      }
    }
    return bytes;
  }

  private static Map<Long, Long> ofPs(List<Long> pids) throws IOException, InterruptedException {
    String list = pids.stream().map(String::valueOf).collect(Collectors.joining(","));
    return Command.run(List.of("/bin/ps", "-o", "pid=,rss=", "-p", list), Map.of(), PS_MAX, _ -> {})
        .output().lines().map(String::strip).filter(line -> !line.isEmpty()).map(line -> line.split("\\s+"))
        .collect(Collectors.toMap(fields -> Long.parseLong(fields[0]), fields -> Long.parseLong(fields[1]) << 10));
  }
}

package claudegateway.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the measuring machine is, and how busy. */
final class Machine {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration QUIET_MAX = Duration.ofSeconds(6);

  /** The kernel counts processor time in ticks of 10 ms. */
  private static final Duration QUIET = Duration.ofMillis(10);

  private Machine() {}

  static String description() {
    long memory = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
    return Runtime.getRuntime().availableProcessors() + " × " + processor() + ", " + (memory >> 30) + " GiB, "
        + System.getProperty("os.name") + " " + System.getProperty("os.version");
  }

  private static String processor() {
    return lines("/proc/cpuinfo").filter(line -> line.startsWith("model name")).findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(System.getProperty("os.arch"));
  }

  /** The load average of the last minute, everything on the machine included. */
  static String load() {
    return String.format(Locale.ROOT, "%.1f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  static long freeMemory() {
    return lines("/proc/meminfo").filter(line -> line.startsWith("MemAvailable")).findFirst()
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).orElse(Long.MAX_VALUE);
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.exists(Path.of(file)) ? Files.readAllLines(Path.of(file)).stream() : Stream.empty();
    } catch (IOException unreadable) {
      return Stream.empty();
    }
  }

  /** Bytes of memory that a process holds, its children not counted. */
  static long residentBytes(ProcessHandle process) {
    return status(process, "VmRSS").map(kilobytes -> kilobytes << 10).orElseGet(() -> {
      String kilobytes = output(List.of("ps", "-o", "rss=", "-p", Long.toString(process.pid()))).strip();
      return kilobytes.isEmpty() ? 0 : Long.parseLong(kilobytes) << 10;
    });
  }

  /** 0 where the system does not tell. */
  static long threads(ProcessHandle process) {
    return status(process, "Threads").orElse(0L);
  }

  private static Optional<Long> status(ProcessHandle process, String field) {
    return lines("/proc/" + process.pid() + "/status").filter(line -> line.startsWith(field + ":")).findFirst()
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")));
  }

  /** Bytes of living objects in a JVM's heap, after a collection. */
  static long liveHeapBytes(ProcessHandle jvm) {
    String histogram = output(List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
        Long.toString(jvm.pid()), "GC.class_histogram"));
    return histogram.lines().filter(line -> line.startsWith("Total")).findFirst()
        .map(line -> Long.parseLong(line.strip().split("\\s+")[2]))
        .orElseThrow(() -> new IllegalStateException("jcmd said: " + histogram));
  }

  private static String output(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  /** Processor time that a process has used; on a busy machine the steadiest of all figures. */
  static double cpuMicros(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e3;
  }

  /** Waits until the processes that this one has started are at rest, at most {@link #QUIET_MAX}. */
  static void awaitQuiet() throws InterruptedException {
    long deadline = System.nanoTime() + QUIET_MAX.toNanos();
    int quiet = 0;
    Duration before = descendantsTime();
    while (quiet < 3 && System.nanoTime() < deadline) {
      Thread.sleep(LOOK_EVERY);
      Duration now = descendantsTime();
      quiet = now.minus(before).compareTo(QUIET) <= 0 ? quiet + 1 : 0;
      before = now;
    }
  }

  private static Duration descendantsTime() {
    return ProcessHandle.current().descendants()
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}

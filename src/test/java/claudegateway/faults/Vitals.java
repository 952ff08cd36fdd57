package claudegateway.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a gateway holds at a moment.
 *
 * @param heapBytes of live objects, after a full collection
 * @param rssBytes resident memory of the JVM
 * @param virtualThreads those that are alive
 * @param children agents and what they started
 */
record Vitals(long heapBytes, long rssBytes, int descriptors, int threads, int virtualThreads, int children) {
  /** Room for what is loaded and cached with the first use of anything. */
  private static final long HEAP_GROWTH_MAX = 12L << 20;

  private static final int DESCRIPTOR_GROWTH_MAX = 20;

  /** Pools of bounded size that grow with the load and shrink after a minute: 24 seen. */
  private static final int THREAD_GROWTH_MAX = 40;

  /** A live agent, of which more may be there than before: its pipes, its stderr, its reader, its reaper. */
  private static final int DESCRIPTORS_OF_CHILD = 4;
  private static final int THREADS_OF_CHILD = 3;
  private static final Duration SETTLES = Duration.ofSeconds(30);
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
  private static final Pattern RSS = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

  static Vitals of(GatewayProcess gateway) throws IOException, InterruptedException {
    Path proc = Path.of("/proc", Long.toString(gateway.pid()));
    Matcher total = TOTAL.matcher(jcmd(gateway, "GC.class_histogram"));
    Matcher rss = RSS.matcher(Files.readString(proc.resolve("status")));
    if (!total.find() || !rss.find()) {
      throw new IOException("jcmd or /proc say nothing of " + gateway.pid());
    }
    return new Vitals(Long.parseLong(total.group(1)), Long.parseLong(rss.group(1)) << 10, count(proc.resolve("fd")),
        count(proc.resolve("task")), virtual(gateway), gateway.children().size());
  }

  private static int virtual(GatewayProcess gateway) throws IOException, InterruptedException {
    Path dump = gateway.home().root().resolve("threads.txt");
    jcmd(gateway, "Thread.dump_to_file", "-overwrite", "-format=plain", dump.toString());
    try (Stream<String> lines = Files.lines(dump, StandardCharsets.ISO_8859_1)) {
      return (int) lines.filter(line -> line.startsWith("#") && line.contains(" virtual")).count();
    }
  }

  private static String jcmd(GatewayProcess gateway, String... command) throws IOException, InterruptedException {
    Path out = gateway.home().root().resolve("jcmd.txt");
    String[] all = new String[command.length + 2];
    all[0] = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    all[1] = Long.toString(gateway.pid());
    System.arraycopy(command, 0, all, 2, command.length);
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(out.toFile());
    // The JVM looks for the other one's socket in the folder that both call temporary.
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("jcmd hangs");
    }
    return Files.readString(out, StandardCharsets.ISO_8859_1);
  }

  private static int count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return (int) files.count();
    }
  }

  private boolean grownTo(Vitals now) {
    int more = Math.max(0, now.children - children);
    return now.heapBytes > heapBytes + HEAP_GROWTH_MAX
        || now.descriptors > descriptors + DESCRIPTOR_GROWTH_MAX + more * DESCRIPTORS_OF_CHILD
        || now.virtualThreads > virtualThreads + THREAD_GROWTH_MAX
        || now.threads > threads + THREAD_GROWTH_MAX + more * THREADS_OF_CHILD;
  }

  /** Waits until it holds no more than now, give or take; what stays is reported. */
  void compare(GatewayProcess gateway, Tally tally) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + SETTLES.toNanos();
    Vitals now = of(gateway);
    while (grownTo(now) && System.nanoTime() < deadline) {
      Thread.sleep(1_000);
      now = of(gateway);
    }
    tally.note("before " + this + ", after " + now);
    if (grownTo(now)) {
      tally.stuck("it holds more than before: " + this + " -> " + now);
    }
  }

  @Override
  public String toString() {
    return "%d MB heap, %d MB RSS, %d descriptors, %d+%d threads, %d children".formatted(heapBytes >> 20,
        rssBytes >> 20, descriptors, threads, virtualThreads, children);
  }
}

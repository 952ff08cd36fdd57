package claudegateway.metrics;

import claudegateway.chat.ChatFigures;
import claudegateway.http.Exchange;
import claudegateway.http.Handler;
import claudegateway.store.DatabaseStats;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The page itself: every figure as it is when somebody asks. */
public final class MetricsPage implements Handler {
  private final Sources sources;

  /**
   * Where the figures come from; all may be asked by any thread.
   *
   * @param active requests that are being answered
   * @param streams those of them that are streams
   */
  public record Sources(String version, String cliVersion, RequestCounts requests, Callable<ChatFigures> chat,
      Supplier<DatabaseStats> database, IntSupplier active, IntSupplier streams) {}

  public MetricsPage(Sources sources) {
    this.sources = sources;
  }

  @Override
  public void handle(Exchange exchange) throws Exception {
    Exposition out = new Exposition();
    out.family("build_info", "gauge", "Which versions run.")
        .sample(1, "version", sources.version(), "claude_version", sources.cliVersion());
    sources.requests().write(out);
    out.gauge("requests_active", "Requests that are being answered.", sources.active().getAsInt());
    out.gauge("streams_active", "Event streams that are open.", sources.streams().getAsInt());
    chat(out, sources.chat().call());
    database(out, sources.database().get());
    jvm(out);
    exchange.send(200, Exposition.CONTENT_TYPE, out.bytes());
  }

  private static void chat(Exposition out, ChatFigures chat) {
    out.gauge("turns_running", "Turns that run.", chat.runningTurns());
    out.family("turns_total", "counter", "Turns that ended, by how.");
    chat.ended().forEach((how, count) -> out.sample(count, "end", how));
    out.counter("deltas_total", "Events of turns that ended: deltas of text, thinking and tool calls.", chat.deltas());
    out.family("tokens_total", "counter", "Tokens, as Claude Code reported them.");
    chat.models().forEach((model, used) -> out
        .sample(used.input(), "model", model, "kind", "input")
        .sample(used.output(), "model", model, "kind", "output")
        .sample(used.cacheRead(), "model", model, "kind", "cache_read")
        .sample(used.cacheCreation(), "model", model, "kind", "cache_creation"));
    out.family("cost_dollars_total", "counter", "Cost in US dollars, as Claude Code reported it.");
    chat.models().forEach((model, used) -> out.sample(used.cost(), "model", model));
    out.gauge("processes_live", "Claude Code processes, spares included.", chat.processes());
    out.gauge("processes_max", "How many there may be.", chat.processesMax());
    out.gauge("processes_charged_bytes", "What they count for in the memory budget.", chat.chargedBytes());
    out.gauge("processes_charged_max_bytes", "The memory budget.", chat.chargedMax());
    out.gauge("processes_spare", "Processes kept ready for new conversations.", chat.spares());
    out.gauge("process_queue", "Requests that wait for a process.", chat.queued());
    out.counter("processes_started_total", "Processes started.", chat.started());
    out.counter("processes_evicted_total", "Idle processes ended to make room.", chat.evicted());
    chat.residentBytes().ifPresent(bytes ->
        out.gauge("processes_resident_bytes", "Memory of all Claude Code processes (their tools left out).", bytes));
  }

  private static void database(Exposition out, DatabaseStats database) {
    out.gauge("database_write_queue", "Works that wait to be written.", database.writeQueue());
    out.gauge("database_read_queue", "Works that wait to be read.", database.readQueue());
    out.counter("database_works_total", "Works in committed transactions.", database.works());
    out.counter("database_commits_total", "Transactions committed.", database.commits());
    out.counter("database_commits_failed_total", "Transactions lost.", database.failedCommits());
    out.counter("database_commit_seconds_total", "Time spent in commits.", database.commitNanos() / 1e9);
    out.gauge("database_commit_last_seconds", "Time of the latest commit.", database.lastCommitNanos() / 1e9);
  }

  private static void jvm(Exposition out) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    out.gauge("start_time_seconds", "When the gateway started, Unix time.", runtime.getStartTime() / 1e3);
    out.gauge("heap_used_bytes", "Heap in use.", heap.getUsed());
    out.gauge("heap_max_bytes", "Heap that may be used.", heap.getMax());
    out.gauge("threads", "Platform threads.", ManagementFactory.getThreadMXBean().getThreadCount());
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      out.gauge("open_files", "Open file descriptors.", unix.getOpenFileDescriptorCount());
      out.gauge("open_files_max", "How many there may be.", unix.getMaxFileDescriptorCount());
      out.counter("cpu_seconds_total", "CPU time of the gateway itself.", unix.getProcessCpuTime() / 1e9);
    }
  }
}

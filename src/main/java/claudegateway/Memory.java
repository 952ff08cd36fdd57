package claudegateway;

import claudegateway.pool.Footprint;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many live CLIs this machine has room for, how many of them wait, and how much memory they may take. */
final class Memory {
  private static final int FEWEST = 2;
  private static final int MOST = 64;

  /** One for the next conversation, and one more, so that half of them can be told ahead what it is likely to need. */
  private static final int SPARES_FEWEST = 2;
  private static final int SPARES_MOST = 6;

  private Memory() {}

  /** What fits into half of the machine's memory (or of the container's). */
  static int processesThatFit() {
    return processesIn(half());
  }

  static int processes(Config.Sessions sessions) {
    return sessions.processesMax().orElseGet(() -> processesIn(bytes(sessions)));
  }

  /** What was set; else a tenth of the live ones. One process is left for a conversation in any case. */
  static int spares(Config.Sessions sessions) {
    int live = processes(sessions);
    return Math.min(sessions.sparesMax().orElseGet(() -> Math.clamp(live / 10, SPARES_FEWEST, SPARES_MOST)),
        Math.max(0, live - 1));
  }

  /** What was set; else what so many processes as were set need; else half of the machine's. */
  static long bytes(Config.Sessions sessions) {
    if (sessions.memoryMebibytes().isPresent()) {
      return (long) sessions.memoryMebibytes().getAsInt() << 20;
    }
    if (sessions.processesMax().isPresent()) {
      int starting = Runtime.getRuntime().availableProcessors();
      return sessions.processesMax().getAsInt() * Footprint.LIVE
          + starting * (Footprint.STARTING - Footprint.LIVE);
    }
    return Math.max(half(), FEWEST * Footprint.STARTING);
  }

  private static int processesIn(long bytes) {
    return (int) Math.clamp(bytes / Footprint.LIVE, FEWEST, MOST);
  }

  private static long half() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize() / 2;
  }
}

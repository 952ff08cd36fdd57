package claudegateway;

import claudegateway.pool.Footprint;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many live CLIs this machine has room for, and how much memory they may take. */
final class Memory {
  private static final int FEWEST = 2;
  private static final int MOST = 64;

  private Memory() {}

  /** What fits into half of the machine's memory (or of the container's). */
  static int processesThatFit() {
    return processesIn(half());
  }

  static int processes(Config.Sessions sessions) {
    return sessions.processesMax().orElseGet(() -> processesIn(bytes(sessions)));
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

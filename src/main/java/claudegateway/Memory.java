package claudegateway;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many live CLIs this machine has room for. */
final class Memory {
  /** Resident size of one after some turns (measured, 2.1.197 and 2.1.330). */
  private static final long PROCESS_BYTES = 200L << 20;

  private static final int FEWEST = 2;
  private static final int MOST = 64;

  private Memory() {}

  /** Half of the machine's memory (or of the container's) may be theirs. */
  static int processesThatFit() {
    long total = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    return (int) Math.clamp(total / 2 / PROCESS_BYTES, FEWEST, MOST);
  }
}

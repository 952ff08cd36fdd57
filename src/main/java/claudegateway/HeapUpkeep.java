package claudegateway;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Keeps the heap near to what is in use. The serial collector looks at the old part of its heap only when that cannot
 * grow any further, which is at a quarter of the machine's memory; until then what turns leave behind stays there.
 *
 * <p>While the whole heap is looked through nothing else runs, for some tens of milliseconds: so that is done when no
 * turn runs, and under load only when much has come together. Not thread-safe.
 */
final class HeapUpkeep {
  /** Bytes that are worth the look while no turn runs: more than the young part of the heap, cleared anyway. */
  static final long QUIET_GROWTH = 32L << 20;

  /** Bytes that are worth a pause under load. */
  static final long BUSY_GROWTH = 256L << 20;

  private static final Duration EVERY = Duration.ofSeconds(5);

  private final LongSupplier used;
  private final IntSupplier runningTurns;
  private final Runnable collect;
  private long usedAfterwards;

  /**
   * @param used bytes of the heap, garbage included
   * @param collect looks through all of it
   */
  HeapUpkeep(LongSupplier used, IntSupplier runningTurns, Runnable collect) {
    this.used = used;
    this.runningTurns = runningTurns;
    this.collect = collect;
    this.usedAfterwards = used.getAsLong();
  }

  /** This JVM's, on a thread of its own until that is interrupted. */
  static Thread start(IntSupplier runningTurns) {
    Runtime runtime = Runtime.getRuntime();
    HeapUpkeep upkeep = new HeapUpkeep(() -> runtime.totalMemory() - runtime.freeMemory(), runningTurns, System::gc);
    return Thread.ofVirtual().name("heap-upkeep").start(upkeep::run);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        look();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks whether it is time, and collects. */
  void look() {
    long growth = used.getAsLong() - usedAfterwards;
    if (growth > (runningTurns.getAsInt() == 0 ? QUIET_GROWTH : BUSY_GROWTH)) {
      collect.run();
      usedAfterwards = used.getAsLong();
    }
  }
}

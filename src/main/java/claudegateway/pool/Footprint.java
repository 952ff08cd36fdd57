package claudegateway.pool;

/**
 * What a CLI process counts for in the budget, in bytes. Measured on 2.1.197 and 2.1.330: resident size after some
 * turns, the peak of a start, and what reading a transcript takes.
 */
public final class Footprint {
  public static final long LIVE = 200L << 20;
  public static final long STARTING = 305L << 20;

  /** Times a transcript's size; 9 to 14 were measured. */
  private static final int TRANSCRIPT = 12;

  private Footprint() {}

  /** @param transcript bytes of the transcript that is resumed; 0 for a new conversation */
  static long starting(long transcript) {
    return STARTING + TRANSCRIPT * transcript;
  }

  /** Until it has been measured. */
  static long live(long transcript) {
    return LIVE + TRANSCRIPT * transcript;
  }

  /** @param resident what was measured; less than usual is about to become more */
  static long measured(long resident) {
    return Math.max(LIVE, resident);
  }
}

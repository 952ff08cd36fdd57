package claudegateway.store;

/** Epoch milliseconds. @param from the first one @param to the first one behind */
public record TimeRange(long from, long to) {
  public static final TimeRange ALL = new TimeRange(0, Long.MAX_VALUE);
}

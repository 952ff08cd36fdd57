package claudegateway.bench;

import java.util.Arrays;

/** Measured values, and what they say together. Any thread adds; who reads waits until all have. */
final class Samples {
  private double[] values = new double[256];
  private int count;

  synchronized void add(double value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
  }

  synchronized void addNanosAsMillis(long nanos) {
    add(nanos / 1e6);
  }

  synchronized void clear() {
    count = 0;
  }

  synchronized int count() {
    return count;
  }

  double median() {
    return percentile(50);
  }

  /** The smallest value that so many percent are not above; NaN when there is none. */
  synchronized double percentile(double percent) {
    if (count == 0) {
      return Double.NaN;
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[Math.clamp((long) Math.ceil(percent / 100 * count) - 1, 0, count - 1)];
  }
}

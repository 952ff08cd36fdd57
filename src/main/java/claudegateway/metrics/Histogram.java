package claudegateway.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Durations, counted by how long they were. Any thread. */
final class Histogram {
  /** Upper ends of the buckets, in seconds: a warm process answers within 0.1 s, a cold one within 1 s. */
  private static final double[] BOUNDS =
      {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};

  private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
  private final DoubleAdder seconds = new DoubleAdder();

  Histogram() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void add(Duration time) {
    double value = time.toNanos() / 1e9;
    int bucket = 0;
    while (bucket < BOUNDS.length && value > BOUNDS[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    seconds.add(value);
  }

  void write(Exposition out) {
    long sum = 0;
    for (int i = 0; i < BOUNDS.length; i++) {
      sum += counts[i].sum();
      out.part("_bucket", sum, "le", Double.toString(BOUNDS[i]));
    }
    sum += counts[BOUNDS.length].sum();
    out.part("_bucket", sum, "le", "+Inf").part("_sum", seconds.sum()).part("_count", sum);
  }
}

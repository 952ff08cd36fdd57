package claudegateway.bench;

import java.util.Locale;

/** What a figure must not be above, or below. */
record Target(boolean atMost, double bound) {
  static Target atMost(double bound) {
    return new Target(true, bound);
  }

  static Target atLeast(double bound) {
    return new Target(false, bound);
  }

  boolean isMetBy(double value) {
    return atMost ? value <= bound : value >= bound;
  }

  @Override
  public String toString() {
    return (atMost ? "≤ " : "≥ ")
        + (bound == Math.rint(bound) ? String.format(Locale.ROOT, "%,d", (long) bound) : Double.toString(bound));
  }
}

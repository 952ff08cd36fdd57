package claudegateway.faults;

import java.time.Duration;

/** Mixed load for a while. */
record Soak(Duration length) implements Fault {
  @Override
  public String name() {
    return "soak";
  }

  @Override
  public void inject(Plan plan, Tally tally) {
    tally.skip("not yet");
  }
}

package claudegateway;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting in tests: for a condition, with a deadline, never for a time. */
public final class Await {
  private static final Duration EVERY = Duration.ofMillis(5);

  private Await() {}

  /** Returns when the condition holds; an AssertionError that names it when it doesn't in time. */
  public static void that(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
      }
      try {
        Thread.sleep(EVERY);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting: " + what, stopped);
      }
    }
  }

  /** That a process has ended. */
  public static void gone(long pid, Duration limit) {
    that("process " + pid + " is gone", limit,
        () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }
}

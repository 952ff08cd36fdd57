package claudegateway.chat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Periodic work that is done often while there is a reason for it, and seldom otherwise: a gateway that nobody uses
 * shall not keep a laptop awake. One run at a time; a run that throws is logged, and the next one comes all the same.
 *
 * <p>{@link #hurry} may be called by any thread; it costs nothing while the work is done often anyway.
 */
final class Beat {
  private static final System.Logger LOG = System.getLogger(Beat.class.getName());

  private final ScheduledExecutorService clock;
  private final Duration often;
  private final Duration seldom;
  private final BooleanSupplier work;
  /** Whether the next run is far away; written with the lock. */
  private volatile boolean resting;
  private boolean running;
  private boolean hurried;
  /** A run that was put forward stays in the clock's queue: only the last that was ordered counts. */
  private long orders;

  /**
   * Runs for the first time after {@code often}; until the clock is shut down.
   *
   * @param work says whether it should be done again soon
   */
  Beat(ScheduledExecutorService clock, Duration often, Duration seldom, BooleanSupplier work) {
    this.clock = clock;
    this.often = often;
    this.seldom = seldom;
    this.work = work;
    order(often);
  }

  /** From now on there is a reason for it, until the work itself says otherwise. */
  void hurry() {
    if (resting) {
      putForward();
    }
  }

  private synchronized void putForward() {
    if (running) {
      hurried = true;
    } else if (resting) {
      order(often);
    }
  }

  private synchronized void order(Duration delay) {
    long order = ++orders;
    resting = delay.equals(seldom);
    try {
      clock.schedule(() -> run(order), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.log(Level.DEBUG, "a periodic task has ended with its clock");
    }
  }

  private void run(long order) {
    if (!begins(order)) {
      return;
    }
    boolean again = false;
    try {
      again = work.getAsBoolean();
    } catch (RuntimeException | Error fault) {
      // Also when there is no memory or no thread: that passes.
      LOG.log(Level.ERROR, "a periodic task failed", fault);
    } finally {
      ends(again);
    }
  }

  private synchronized boolean begins(long order) {
    if (order != orders) {
      return false;
    }
    running = true;
    hurried = false;
    // Whoever gives it a reason from here on, too late for this run to see, must be heard.
    resting = true;
    return true;
  }

  private synchronized void ends(boolean again) {
    running = false;
    order(again || hurried ? often : seldom);
  }
}

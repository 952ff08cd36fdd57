package claudegateway.claude;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Ends a child and all that it started, gently first. Never SIGTERM: on 2.1.197 it orphans running tools.
 *
 * <p>What the tree consists of is listed before each step, because a killed CLI no longer knows its children.
 */
final class Teardown implements Runnable {
  private static final Duration INTERRUPT_MAX = Duration.ofSeconds(1);
  private static final Duration EOF_MAX = Duration.ofSeconds(2);
  private static final Duration SIGINT_MAX = Duration.ofSeconds(1);
  private static final int SWEEPS_MAX = 5;
  private static final System.Logger LOG = System.getLogger(Teardown.class.getName());

  private final ProcessHandle child;
  private final MarkedProcesses marked;
  private final Predicate<String> mark;
  private final Supplier<? extends java.util.concurrent.Future<?>> interrupt;
  private final Runnable endOfInput;

  /**
   * @param mark tells by a process's {@link Mark} whether it belongs to the child
   * @param interrupt null when the child is idle or its pipes are gone
   */
  Teardown(ProcessHandle child, MarkedProcesses marked, Predicate<String> mark,
      Supplier<? extends java.util.concurrent.Future<?>> interrupt, Runnable endOfInput) {
    this.child = child;
    this.marked = marked;
    this.mark = mark;
    this.interrupt = interrupt;
    this.endOfInput = endOfInput;
  }

  /** All steps; blocks for some seconds at most. */
  @Override
  public void run() {
    if (interrupt != null) {
      try {
        interrupt.get().get(INTERRUPT_MAX.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException deaf) {
        LOG.log(Level.DEBUG, "claude {0} did not take the interrupt", child.pid());
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }
    endOfInput.run();
    if (!exits(EOF_MAX)) {
      signalled();
    }
    sweep();
  }

  /** From SIGINT on: for a child whose pipes nobody holds any more. */
  void signalled() {
    Signals.send(child, Signals.SIGINT);
    if (!exits(SIGINT_MAX)) {
      kill();
    }
  }

  void kill() {
    Set<ProcessHandle> tree = ProcessTree.of(Optional.of(child), marked, mark);
    child.destroyForcibly();
    tree.forEach(ProcessHandle::destroyForcibly);
    exits(SIGINT_MAX);
  }

  /** SIGKILL for what is left of the tree; new ones may appear while the old ones go, so look again. */
  void sweep() {
    // Its stdout ends a moment before it does; what it still writes must not be cut.
    exits(SIGINT_MAX);
    for (int i = 0; i < SWEEPS_MAX; i++) {
      Set<ProcessHandle> left = ProcessTree.of(Optional.of(child), marked, mark);
      left.removeIf(process -> !process.isAlive());
      if (left.isEmpty()) {
        return;
      }
      LOG.log(Level.INFO, "ending {0} processes that claude {1} left behind", left.size(), child.pid());
      left.forEach(ProcessHandle::destroyForcibly);
      left.forEach(process -> exits(process, SIGINT_MAX));
    }
  }

  private boolean exits(Duration limit) {
    return exits(child, limit);
  }

  private static boolean exits(ProcessHandle process, Duration limit) {
    try {
      process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException still) {
      return false;
    } catch (ExecutionException | InterruptedException unlikely) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }
}

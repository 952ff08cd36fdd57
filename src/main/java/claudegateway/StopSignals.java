package claudegateway;

import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/**
 * INT, TERM and HUP: the first asks for a stop, the second ends the process at once.
 *
 * <p>{@code sun.misc.Signal} rather than a shutdown hook: while hooks run the JVM ignores further signals,
 * and its exit code would be the signal's.
 */
final class StopSignals {
  /** Exit codes above it are signals, as shells report them. */
  private static final int SIGNALLED = 128;

  private final Thread starter = Thread.currentThread();
  private final CountDownLatch first = new CountDownLatch(1);
  private volatile boolean started;
  private volatile Runnable lastAct = () -> {};

  private StopSignals() {}

  /** From now on signals come here. To be called on the thread that starts the program and later awaits. */
  static StopSignals install() {
    StopSignals signals = new StopSignals();
    for (String name : new String[] {"INT", "TERM", "HUP"}) {
      Signal.handle(new Signal(name), signals::received);
    }
    return signals;
  }

  /** Runs on a thread of its own for each signal. */
  private void received(Signal signal) {
    boolean second = any();
    first.countDown();
    if (!started) {
      starter.interrupt();
    }
    if (second) {
      lastAct.run();
      Runtime.getRuntime().halt(SIGNALLED + signal.getNumber());
    }
  }

  /** The start is over: a signal no longer interrupts the starting thread. */
  void started(Runnable atSecondSignal) {
    lastAct = atSecondSignal;
    started = true;
  }

  boolean any() {
    return first.getCount() == 0;
  }

  /** Returns at the first signal. */
  void await() throws InterruptedException {
    first.await();
  }
}

package claudegateway.http;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Notices clients that close their connection while they are owed an answer; the JDK's server would notice at
 * the second write after it, or never.
 *
 * <p>One thread. While there is something to watch, it looks at the sockets every {@value #TICK_MILLIS} ms; a new
 * one it looks for at once, so that it is known before the first word of the answer comes; else it sleeps. Before it
 * trusts its eyes it tries them on a connection of its own. Thread-safe.
 */
final class ClientWatch implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ClientWatch.class.getName());
  static final long TICK_MILLIS = 250;
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
  /** A look for new connections is followed by so many times its own length without one. */
  private static final int REST = 20;
  /** A reset connection has no address any more: it is one that can't be found, twice in a row. */
  private static final int MISSES_MAX = 2;
  private static final int TRIALS_MAX = 50;
  private static final long TRIAL_MILLIS = 10;

  /** One exchange under watch. */
  private static final class Watched {
    final SocketPeek.Ends ends;
    final Runnable onGone;
    volatile int descriptor = -1;
    int misses;

    Watched(SocketPeek.Ends ends, Runnable onGone) {
      this.ends = ends;
      this.onGone = onGone;
    }
  }

  interface Registration extends AutoCloseable {
    /**
     * Whether the socket takes some bytes without waiting; no before the first look has found it. One thread at a
     * time.
     */
    boolean hasRoom();

    /** Ends the watch; afterwards the callback is not called any more, except when it is just running. */
    @Override
    void close();
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Watched> watched = new LinkedHashSet<>();
  private final CompletableFuture<Boolean> available = new CompletableFuture<>();
  private volatile SocketPoll poll;
  private boolean closed;
  /** Whether somebody is watched who has not been looked for yet. */
  private boolean newcomers;
  /** On the clock of {@link System#nanoTime}; the watching thread's, as the next. */
  private long tickAt;
  private long restedAt = System.nanoTime();

  private enum Due { ALL, NEWCOMERS, NOTHING_MORE }

  ClientWatch() {
    Thread.ofPlatform().daemon().name("http-clients").start(this::run);
  }

  /** Whether this works here: on Linux and macOS, with native access. Waits for the trial, some 100 ms. */
  boolean available() {
    return available.join();
  }

  /**
   * @param onGone called once, on the watching thread; must be quick
   */
  Registration watch(InetSocketAddress remote, InetSocketAddress local, Runnable onGone) {
    Watched one = new Watched(SocketPeek.Ends.of(remote, local.getPort()), onGone);
    lock.lock();
    try {
      watched.add(one);
      newcomers = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    return new Registration() {
      private final SocketPoll.Slip slip = new SocketPoll.Slip();

      @Override
      public boolean hasRoom() {
        // It may be another connection's by now. Then this one is closed, and no write to it waits.
        int descriptor = one.descriptor;
        return descriptor >= 0 && poll.hasRoom(slip, descriptor);
      }

      @Override
      public void close() {
        forget(one);
      }
    };
  }

  private boolean forget(Watched one) {
    lock.lock();
    try {
      return watched.remove(one);
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try (SocketPeek sockets = SocketPeek.open().orElse(null)) {
      boolean works = sockets != null && canSee(sockets);
      poll = works ? sockets.poll() : null;
      available.complete(works);
      if (!works) {
        LOG.log(Level.INFO, "closed connections can't be noticed here before something is written to them");
      }
      Due due = works ? sleep() : Due.NOTHING_MORE;
      while (due != Due.NOTHING_MORE) {
        look(sockets, due);
        due = sleep();
      }
    } catch (RuntimeException noNativeAccess) {
      LOG.log(Level.INFO, "closed connections can't be noticed: {0}", noNativeAccess.getMessage());
    } finally {
      available.complete(false);
    }
  }

  private static void tell(Watched one) {
    try {
      one.onGone.run();
    } catch (RuntimeException fault) {
      LOG.log(Level.ERROR, "a callback for a client that left has failed", fault);
    }
  }

  /** Waits for the next look. */
  private Due sleep() {
    lock.lock();
    try {
      while (!closed) {
        long now = System.nanoTime();
        if (watched.isEmpty()) {
          changed.await();
          tickAt = System.nanoTime() + TICK_NANOS;
        } else if (tickAt - now <= 0) {
          return Due.ALL;
        } else if (newcomers && restedAt - now <= 0) {
          return Due.NEWCOMERS;
        } else {
          changed.awaitNanos(newcomers ? Math.min(tickAt - now, restedAt - now) : tickAt - now);
        }
      }
      return Due.NOTHING_MORE;
    } catch (InterruptedException _) {
      return Due.NOTHING_MORE;
    } finally {
      lock.unlock();
    }
  }

  private void look(SocketPeek sockets, Due due) {
    long begun = System.nanoTime();
    for (Watched one : gone(sockets, due)) {
      if (forget(one)) {
        tell(one);
      }
    }
    long now = System.nanoTime();
    restedAt = now + REST * (now - begun);
    if (due == Due.ALL) {
      tickAt = now + TICK_NANOS;
    }
  }

  /** One look. */
  private Set<Watched> gone(SocketPeek sockets, Due due) {
    Set<Watched> gone = new LinkedHashSet<>();
    Map<SocketPeek.Ends, Watched> unknown = new HashMap<>();
    for (Watched one : snapshot(due)) {
      // The descriptor may belong to another connection by now, so each look asks again whose it is.
      if (one.descriptor >= 0 && sockets.ends(one.descriptor).equals(Optional.of(one.ends))) {
        look(sockets, one, gone);
      } else {
        unknown.put(one.ends, one);
      }
    }
    if (!unknown.isEmpty()) {
      for (int descriptor : sockets.descriptors()) {
        Watched one = sockets.ends(descriptor).map(unknown::remove).orElse(null);
        if (one != null) {
          one.descriptor = descriptor;
          look(sockets, one, gone);
        }
      }
      for (Watched one : unknown.values()) {
        if (due == Due.ALL && ++one.misses >= MISSES_MAX) {
          gone.add(one);
        }
      }
    }
    return gone;
  }

  private static void look(SocketPeek sockets, Watched one, Set<Watched> gone) {
    one.misses = 0;
    if (sockets.isEnded(one.descriptor)) {
      gone.add(one);
    }
  }

  /** Those that are due now. */
  private List<Watched> snapshot(Due due) {
    lock.lock();
    try {
      newcomers = false;
      return watched.stream().filter(one -> due == Due.ALL || one.descriptor < 0).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Finds a connection of its own, sees it open, and sees it closed. */
  private static boolean canSee(SocketPeek sockets) {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      Optional<SocketPeek.Ends> ends = Optional.of(SocketPeek.Ends.of(
          (InetSocketAddress) accepted.getRemoteSocketAddress(), server.getLocalPort()));
      for (int descriptor : sockets.descriptors()) {
        if (sockets.ends(descriptor).equals(ends)) {
          boolean open = !sockets.isEnded(descriptor);
          client.close();
          return open && isEndedSoon(sockets, descriptor);
        }
      }
      return false;
    } catch (IOException | InterruptedException noTrial) {
      return false;
    }
  }

  private static boolean isEndedSoon(SocketPeek sockets, int descriptor) throws InterruptedException {
    for (int trial = 0; trial < TRIALS_MAX; trial++) {
      if (sockets.isEnded(descriptor)) {
        return true;
      }
      Thread.sleep(TRIAL_MILLIS);
    }
    return false;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}

package claudegateway.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A running HTTP server: all addresses of its settings, one port, one handler, one virtual thread per
 * exchange.
 *
 * <p>Thread-safe. {@link #stopAccepting}, {@link #awaitIdle}, {@link #close} make a polite end.
 */
public final class Server implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Server.class.getName());
  private static final int STOP_MAX_SECONDS = 3_600;

  private final Handler handler;
  private final Exchange.Wire wire;
  private final List<HttpServer> listeners;
  private final int port;
  /** One for each connection whose request is read or answered. */
  private final Map<Thread, TimeLimit> calls = new ConcurrentHashMap<>();
  private final Deadlines deadlines = new Deadlines(calls.values());
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int active;
  private volatile boolean stopping;

  private Server(HttpSettings settings, Handler handler) throws IOException {
    this.handler = handler;
    this.wire = new Exchange.Wire(
        settings.limits(), new ClientWatch(), new AtomicLong(), new AtomicInteger(), settings.tls().isPresent());
    try {
      this.listeners = Listeners.bind(settings);
    } catch (IOException refused) {
      deadlines.close();
      wire.clients().close();
      throw refused;
    }
    this.port = listeners.getFirst().getAddress().getPort();
    for (HttpServer listener : listeners) {
      listener.setExecutor(this::startCall);
      listener.createContext("/", this::serve);
      listener.start();
    }
  }

  /**
   * Listens and serves from now on.
   *
   * @throws PortInUseException when another program listens there
   * @throws IOException when an address can't be used; the message names it
   */
  public static Server start(HttpSettings settings, Handler handler) throws IOException {
    JdkServer.configure();
    return new Server(settings, handler);
  }

  /** The port that it really listens on. */
  public int port() {
    return port;
  }

  /** Where it really listens: without ::1 on a machine that has no IPv6. */
  public List<InetSocketAddress> addresses() {
    return listeners.stream().map(HttpServer::getAddress).toList();
  }

  /** Requests that are being answered. */
  public int active() {
    lock.lock();
    try {
      return active;
    } finally {
      lock.unlock();
    }
  }

  /** Those of them that are streams. */
  public int streams() {
    return wire.streams().get();
  }

  /**
   * Whether closed connections are noticed by themselves ({@link Exchange#onClientGone}). Right after the
   * start it waits for the trial that finds this out, some 100 ms.
   */
  public boolean watchesClients() {
    return wire.clients().available();
  }

  /** No new connections; running exchanges go on, later requests get a 503. Returns at once. */
  public void stopAccepting() {
    if (!stopping) {
      stopping = true;
      for (HttpServer listener : listeners) {
        // stop() closes the listening socket at once and then waits for the exchanges.
        Thread.ofPlatform().daemon().name("http-stop").start(() -> listener.stop(STOP_MAX_SECONDS));
      }
    }
  }

  /** Waits until nothing is being answered. False when the time was over before. */
  public boolean awaitIdle(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (active > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
      return active == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Closes all connections now. */
  @Override
  public void close() {
    stopping = true;
    listeners.forEach(listener -> listener.stop(0));
    deadlines.close();
    wire.clients().close();
  }

  /** Called by the JDK's dispatcher thread when a connection has something to read; must not block. */
  private void startCall(Runnable call) {
    if (calls.size() >= wire.limits().callsMax()) {
      throw new RejectedExecutionException("more than " + wire.limits().callsMax() + " calls");
    }
    Thread.ofVirtual().name("http").start(() -> {
      Thread thread = Thread.currentThread();
      TimeLimit limit = new TimeLimit();
      calls.put(thread, limit);
      limit.begin(wire.limits().headTime());
      deadlines.added();
      try {
        call.run();
      } finally {
        limit.end();
        calls.remove(thread);
      }
    });
  }

  private void serve(HttpExchange jdk) throws IOException {
    TimeLimit limit = calls.get(Thread.currentThread());
    if (!limit.end()) {
      throw new IOException("the head came too slowly");
    }
    changeActive(1);
    try {
      answer(jdk, limit);
    } finally {
      changeActive(-1);
      // What the JDK still does to the connection may block too.
      limit.begin(wire.limits().writeStall());
    }
  }

  private void answer(HttpExchange jdk, TimeLimit limit) throws IOException {
    Exchange exchange = new Exchange(jdk, limit, wire);
    try {
      if (stopping) {
        exchange.header("Connection", "close");
        throw HttpError.unavailable("shutting_down", "The server is shutting down", Duration.ofSeconds(5));
      }
      handler.handle(exchange);
    } catch (ClientGoneException _) {
      // finish() closes the connection.
    } catch (HttpError error) {
      Errors.answer(exchange, error);
    } catch (Throwable fault) {
      LOG.log(Level.ERROR, "a fault outside the error filter", fault);
      Errors.answer(exchange, HttpError.internal(exchange.requestId()));
    } finally {
      exchange.release();
    }
    exchange.response().finish();
  }

  private void changeActive(int by) {
    lock.lock();
    try {
      active += by;
      if (active == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}

package claudegateway.demo;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * The Anthropic Messages API on a loopback port, with a {@link Model} in place of the real one: streamed and
 * whole answers, errors in the API's shape, and a refusal of what the real API refuses ({@link Rules}).
 *
 * <p>Any number of requests at a time, each on a virtual thread. Small events leave at once only where {@code
 * sun.net.httpserver.nodelay} was set before the first server of the JVM.
 */
public final class MessagesStub implements AutoCloseable {
  /** Requests and answers that are kept for {@link #received()} and {@link #answered()}. */
  public static final int KEPT_MAX = 10_000;

  /** Bytes of kept request bodies, beyond which the oldest are forgotten. */
  public static final long KEPT_BYTES_MAX = 64L * 1024 * 1024;

  private static final int BACKLOG = 1024;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Log<Received> received;
  private final Log<Answered> answered;

  private MessagesStub(Model model, int port, long keptBytesMax) throws IOException {
    this.received = new Log<>(KEPT_MAX, keptBytesMax, Received::size);
    this.answered = new Log<>(KEPT_MAX, Long.MAX_VALUE, _ -> 0);
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    this.server = HttpServer.create(new InetSocketAddress(loopback, port), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", new MessagesHandler(model, received, answered));
    server.start();
  }

  /** A running stub on a free port of 127.0.0.1. */
  public static MessagesStub start(Model model) {
    return start(model, 0, KEPT_BYTES_MAX);
  }

  /**
   * @param port 0 for any free one
   * @param keptBytesMax bytes of request bodies to keep for {@link #received()}; the last one always stays
   * @throws UncheckedIOException when the port is taken
   */
  public static MessagesStub start(Model model, int port, long keptBytesMax) {
    try {
      return new MessagesStub(model, port, keptBytesMax);
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, failed);
    }
  }

  /** What {@code ANTHROPIC_BASE_URL} is set to. */
  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Every POST to {@code /v1/messages} that was a JSON object, in the order of arrival; refused ones too. */
  public List<Received> received() {
    return received.entries();
  }

  /** How the answers ended, in that order; an answer is here before its last byte leaves. */
  public List<Answered> answered() {
    return answered.entries();
  }

  /** Forgets what was received and answered. */
  public void clear() {
    received.clear();
    answered.clear();
  }

  /** What was received, once the condition holds; throws IllegalStateException when it doesn't in time. */
  public List<Received> await(Predicate<List<Received>> condition, Duration limit) {
    return received.await(condition, limit);
  }

  /** The same for answers. */
  public List<Answered> awaitAnswered(Predicate<List<Answered>> condition, Duration limit) {
    return answered.await(condition, limit);
  }

  /** Breaks what is still being answered. */
  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
    threads.close();
  }
}

package claudegateway.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The answer to one request, and the rules by which the JDK's server wants it: lengths, HEAD, when to close.
 *
 * <p>Whatever goes wrong on the wire ends as an exception out of {@link #finish}: thrown through the JDK's
 * server it is the one way to close a connection that leaves nothing of it in the server's tables.
 */
final class Response {
  /** Bytes of one write; a client that takes this much within the write limit is alive. */
  static final int PIECE_MAX = 32 << 10;

  private enum State {
    NEW,
    /** The head is sent or about to be. */
    OPEN,
    /** The last bytes are being sent: from here on a client that closes has simply had its answer. */
    ENDING,
    DONE,
    BROKEN
  }

  private final HttpExchange jdk;
  private final RequestBody body;
  private final TimeLimit limit;
  private final HttpLimits limits;
  /** Who gets to send the head: the exchange's thread, or the one that answers 408 for it. */
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private volatile int status;
  private long bytes;
  private long firstByteAt;

  Response(HttpExchange jdk, RequestBody body, TimeLimit limit, HttpLimits limits) {
    this.jdk = jdk;
    this.body = body;
    this.limit = limit;
    this.limits = limits;
  }

  /** Replaces. What a header can't carry becomes a question mark: values may come from a client. */
  void header(String name, String value) {
    jdk.getResponseHeaders().set(name, printable(value));
  }

  /** Adds to a comma-separated list, {@code Vary} for example. */
  void addToHeader(String name, String value) {
    String present = jdk.getResponseHeaders().getFirst(name);
    header(name, present == null ? value : present + ", " + value);
  }

  boolean begun() {
    return state.get() != State.NEW;
  }

  boolean broken() {
    return state.get() == State.BROKEN;
  }

  /** Whether the client is still owed something. */
  boolean owed() {
    State now = state.get();
    return now == State.NEW || now == State.OPEN;
  }

  /** 0 before the head is sent. */
  int status() {
    return status;
  }

  long bytes() {
    return bytes;
  }

  /** {@link TimeLimit#now} of the first write; 0 before it. */
  long firstByteAt() {
    return firstByteAt;
  }

  /** Sends a whole answer. */
  void send(int code, byte[] content) {
    begin(code);
    state.set(State.ENDING);
    try {
      if (isHead() || content.length == 0) {
        sendHeadOnly(code, content.length);
      } else {
        bounded(() -> jdk.sendResponseHeaders(code, content.length));
        writePieces(content, 0, content.length);
        readLeftovers();
        bounded(() -> jdk.getResponseBody().close());
      }
      state.set(State.DONE);
    } catch (IOException gone) {
      throw broke(gone);
    }
  }

  private void sendHeadOnly(int code, int length) throws IOException {
    if (isHead() && code != 204 && code != 304) {
      header("Content-Length", Integer.toString(length));
    }
    bounded(() -> jdk.sendResponseHeaders(code, -1));
  }

  /** Sends a head whose body comes piece by piece. False when there will be no body: HEAD. */
  boolean open(int code) {
    begin(code);
    try {
      if (isHead()) {
        bounded(() -> jdk.sendResponseHeaders(code, -1));
        state.set(State.DONE);
        return false;
      }
      bounded(() -> jdk.sendResponseHeaders(code, 0));
      return true;
    } catch (IOException gone) {
      throw broke(gone);
    }
  }

  /** Writes to the client now. Only between {@link #open} and {@link #end}. */
  void write(byte[] buffer, int offset, int length) {
    requireOpen();
    try {
      if (length <= PIECE_MAX) {
        writeAndFlush(buffer, offset, length);
      } else {
        writePieces(buffer, offset, length);
        bounded(() -> jdk.getResponseBody().flush());
      }
    } catch (IOException gone) {
      throw broke(gone);
    }
  }

  /** The last bytes and the end of the body, in one packet where they fit. */
  void end(byte[] buffer, int offset, int length) {
    requireOpen();
    state.set(State.ENDING);
    try {
      writePieces(buffer, offset, length);
      readLeftovers();
      bounded(() -> jdk.getResponseBody().close());
      state.set(State.DONE);
    } catch (IOException gone) {
      throw broke(gone);
    }
  }

  /** The body stays without its end, so the connection will be closed. */
  void abandon() {
    state.compareAndSet(State.OPEN, State.BROKEN);
  }

  /**
   * Answers from another thread while the exchange's own one waits for the body. Never closes: that would
   * wait.
   */
  void sendWhileReading(HttpError error) {
    if (state.compareAndSet(State.NEW, State.BROKEN)) {
      byte[] content = error.toJson();
      try {
        status = error.status();
        header("Content-Type", "application/json");
        header("Connection", "close");
        jdk.sendResponseHeaders(error.status(), content.length);
        OutputStream out = jdk.getResponseBody();
        out.write(content);
        out.flush();
      } catch (IOException _) {
        // The client is about to be cut off anyway.
      }
    }
  }

  /** Gives the connection back to the server. Throws when it must be closed instead. */
  void finish() throws IOException {
    if (state.get() != State.DONE) {
      throw new IOException("the answer did not come to its end");
    }
  }

  private void begin(int code) {
    if (!state.compareAndSet(State.NEW, State.OPEN)) {
      if (broken()) {
        throw new ClientGoneException("the connection is broken", null);
      }
      throw new IllegalStateException("the answer has begun");
    }
    status = code;
    firstByteAt = TimeLimit.now();
  }

  private void requireOpen() {
    State now = state.get();
    if (now != State.OPEN) {
      throw now == State.DONE && !isHead()
          ? new IllegalStateException("the answer has ended")
          : new ClientGoneException("nobody reads this answer", null);
    }
  }

  private ClientGoneException broke(IOException cause) {
    state.set(State.BROKEN);
    return new ClientGoneException("the client went away: " + cause.getMessage(), cause);
  }

  private boolean isHead() {
    return jdk.getRequestMethod().equals("HEAD");
  }

  private void writePieces(byte[] buffer, int offset, int length) throws IOException {
    OutputStream out = jdk.getResponseBody();
    for (int at = offset; at < offset + length; at += PIECE_MAX) {
      int from = at;
      int piece = Math.min(PIECE_MAX, offset + length - at);
      bounded(() -> out.write(buffer, from, piece));
    }
    bytes += length;
  }

  /** What {@link #writePieces} and a flush do, for the usual small event under one time limit. */
  private void writeAndFlush(byte[] buffer, int offset, int length) throws IOException {
    bounded(() -> {
      OutputStream out = jdk.getResponseBody();
      out.write(buffer, offset, length);
      out.flush();
    });
    bytes += length;
  }

  private void readLeftovers() throws IOException {
    if (!body.isRead()) {
      bounded(() -> jdk.getResponseBody().flush());
      bounded(limits.drainTime(), body::drain);
    }
  }

  private interface Io {
    void run() throws IOException;
  }

  private void bounded(Io io) throws IOException {
    bounded(limits.writeStall(), io);
  }

  private void bounded(Duration time, Io io) throws IOException {
    limit.begin(time);
    try {
      io.run();
    } catch (IOException broken) {
      throw limit.end() ? broken : tooSlow(time);
    }
    if (!limit.end()) {
      throw tooSlow(time);
    }
  }

  private static IOException tooSlow(Duration time) {
    return new IOException("the client did nothing for " + time.toSeconds() + " s");
  }

  private static String printable(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
        byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
        for (int b = 0; b < ascii.length; b++) {
          ascii[b] = ascii[b] < ' ' || ascii[b] > '~' ? (byte) '?' : ascii[b];
        }
        return new String(ascii, StandardCharsets.US_ASCII);
      }
    }
    return value;
  }
}

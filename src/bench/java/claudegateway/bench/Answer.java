package claudegateway.bench;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One answer on its way: when it was asked for, and what came when, on the clock of {@link System#nanoTime}. Written
 * by one reading thread; of others, who waits for {@link #begun} may read when that was, and who waits for
 * {@link #done} all.
 */
final class Answer {
  /** Called for each delta on the reading thread, with the inside of its text's literal. */
  interface Listener {
    void delta(byte[] bytes, int from, int to, long nanos);

    Listener NONE = (_, _, _, _) -> {};
  }

  private final Listener listener;
  private final Consumer<Answer> whole;
  private final CompletableFuture<Answer> begun = new CompletableFuture<>();
  private final CompletableFuture<Answer> done = new CompletableFuture<>();
  private volatile long askedNanos;
  private volatile String sessionId = "";
  private long firstNanos;
  private long lastNanos;
  private long deltas;
  private long bytes;

  Answer(Listener listener) {
    this(listener, _ -> {});
  }

  /** {@code whole} is called on the reading thread before anyone that waits for the end goes on. */
  Answer(Listener listener, Consumer<Answer> whole) {
    this.listener = listener;
    this.whole = whole;
  }

  /** To be called right before the first byte of the question leaves. */
  void asked() {
    askedNanos = System.nanoTime();
  }

  void delta(byte[] buffer, int from, int to, long nanos) {
    if (from == to) {
      return;
    }
    if (deltas == 0) {
      firstNanos = nanos;
      begun.complete(this);
    }
    lastNanos = nanos;
    deltas++;
    bytes += to - from;
    listener.delta(buffer, from, to, nanos);
  }

  void sessionId(String id) {
    sessionId = id;
  }

  void ended() {
    whole.accept(this);
    done.complete(this);
  }

  void failed(String why) {
    IllegalStateException failure = new IllegalStateException(why);
    begun.completeExceptionally(failure);
    done.completeExceptionally(failure);
  }

  /** Done when the first text has come. */
  CompletableFuture<Answer> begun() {
    return begun;
  }

  /** Fails when there was no whole answer. */
  CompletableFuture<Answer> done() {
    return done;
  }

  String sessionId() {
    return sessionId;
  }

  /** From the question to the first text. */
  long firstTokenNanos() {
    return firstNanos - askedNanos;
  }

  long firstNanos() {
    return firstNanos;
  }

  long lastNanos() {
    return lastNanos;
  }

  /** Events with text; folded deltas count as one. */
  long deltas() {
    return deltas;
  }

  /** Of text, escapes as they stood. */
  long bytes() {
    return bytes;
  }
}

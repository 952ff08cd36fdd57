package claudegateway.api;

import claudegateway.http.HttpError;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * Finds out that a request is a copy of one that runs or was just answered, so that it is done once.
 *
 * <p>The iOS app sends each call twice, and again after a timeout; SDKs repeat what failed and say so; a
 * client may name its request by an {@code Idempotency-Key}. Thread-safe; bounded in entries and bytes, the
 * oldest goes first.
 *
 * @param <T> what a copy needs to give the same answer
 */
final class DoubledRequests<T> {
  static final int ENTRIES_MAX = 1_000;
  static final long BYTES_MAX = 8 << 20;

  /** An answered call of the app is repeated for this long, once. */
  static final Duration TWIN = Duration.ofSeconds(5);

  /** An answer that its client did not get, or that a client asks for again, is kept for this long. */
  static final Duration RETRY = Duration.ofSeconds(120);

  /** The answer to a named request is kept for this long. */
  static final Duration NAMED = Duration.ofMinutes(10);

  /** Beside its value. Bytes. */
  private static final int ENTRY_OVERHEAD = 300;

  /** Why a request may be a copy. */
  enum Kind {
    /** An ordinary request is itself, but a later one may be its copy. */
    FIRST,
    /** One of the app's: the next equal one is its twin. */
    APP,
    /** A repetition that says so. */
    RETRY,
    /** With an Idempotency-Key. */
    NAMED
  }

  /**
   * Which requests are equal.
   *
   * @param name the Idempotency-Key, or the body's hash
   */
  record Key(String owner, String method, String path, String name) {}

  private final LongSupplier nanos;
  private final ToLongFunction<T> bytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>();
  private long held;

  private final class Entry {
    final String body;
    final Kind kind;
    final CompletableFuture<T> value = new CompletableFuture<>();
    long weight = ENTRY_OVERHEAD;
    boolean answered;
    boolean delivered;
    boolean good;
    long at;

    Entry(String body, Kind kind) {
      this.body = body;
      this.kind = kind;
    }

    boolean isFresh(Duration time) {
      return nanos.getAsLong() - at < time.toNanos();
    }
  }

  /** One request's part: the first does the work, a copy waits for its value. */
  final class Claim {
    private final Key key;
    private final Entry entry;
    private final boolean first;

    private Claim(Key key, Entry entry, boolean first) {
      this.key = key;
      this.entry = entry;
      this.first = first;
    }

    boolean isFirst() {
      return first;
    }

    /** What the first made of it; completes exceptionally with what the first threw. */
    CompletableFuture<T> value() {
      return entry.value;
    }

    /** The first says what copies need. They may join from now on, although the answer is not complete. */
    void value(T found) {
      lock.lock();
      try {
        long more = bytes.applyAsLong(found);
        if (entries.get(key) == entry) {
          entry.weight += more;
          held += more;
          trim();
        }
      } finally {
        lock.unlock();
      }
      entry.value.complete(found);
    }

    /** The first could not do it. */
    void failed(Throwable why) {
      entry.value.completeExceptionally(why);
      answered(true, false);
    }

    /**
     * The first has answered.
     *
     * @param delivered whether the client got all of it
     * @param good whether it was what the client wanted: only then a retry is not done again
     */
    void answered(boolean delivered, boolean good) {
      lock.lock();
      try {
        entry.answered = true;
        entry.delivered = delivered;
        entry.good = good;
        entry.at = nanos.getAsLong();
      } finally {
        lock.unlock();
      }
    }

    /** A copy found its value to be worth nothing any more. */
    void forget() {
      lock.lock();
      try {
        if (entries.get(key) == entry) {
          remove(key);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** @param nanos a clock; @param bytes about how much memory a value takes */
  DoubledRequests(LongSupplier nanos, ToLongFunction<T> bytes) {
    this.nanos = nanos;
    this.bytes = bytes;
  }

  /**
   * @param body the body's hash
   * @throws HttpError 422 when the name was used with another body
   */
  Claim claim(Key key, String body, Kind kind) {
    lock.lock();
    try {
      Entry known = entries.get(key);
      if (known != null && isCopy(known, body, kind)) {
        if (kind == Kind.APP && known.answered) {
          remove(key);
        }
        return new Claim(key, known, false);
      }
      if (known != null) {
        remove(key);
      }
      Entry entry = new Entry(body, kind);
      entries.put(key, entry);
      held += entry.weight;
      trim();
      return new Claim(key, entry, true);
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  private boolean isCopy(Entry known, String body, Kind kind) {
    return switch (kind) {
      case FIRST -> false;
      case APP -> known.kind == Kind.APP
          && (!known.answered
              || (known.delivered ? known.isFresh(TWIN) : known.good && known.isFresh(RETRY)));
      case RETRY -> !known.answered || (known.good && known.isFresh(RETRY));
      case NAMED -> {
        boolean kept = !known.answered || known.isFresh(NAMED);
        if (kept && !known.body.equals(body)) {
          throw HttpError.of(422, "invalid_request_error", "idempotency_key_reused",
              "This Idempotency-Key was used for another request; use a new key for a new request");
        }
        yield kept && (!known.answered || known.good);
      }
    };
  }

  private void remove(Key key) {
    held -= entries.remove(key).weight;
  }

  private void trim() {
    while (entries.size() > ENTRIES_MAX || (held > BYTES_MAX && entries.size() > 1)) {
      remove(entries.firstEntry().getKey());
    }
  }
}

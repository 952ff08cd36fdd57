package claudegateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes behind a request's head, read within bounds of size and time. Exchange thread only.
 *
 * <p>What a client announces is not reserved before it arrives: a thousand promises of 32 MiB cost nothing.
 */
final class RequestBody {
  private static final int FIRST_BUFFER = 64 << 10;
  private static final int READ_MAX = 256 << 10;

  private final InputStream in;
  private final long announced;
  private final TimeLimit limit;
  private final HttpLimits limits;
  private final AtomicLong allBodies;
  private long counted;
  private boolean atEnd;
  private byte[] bytes;

  /**
   * @param announced Content-Length; -1 when chunked; 0 when there is none
   * @param allBodies bytes of the bodies of all exchanges
   */
  RequestBody(InputStream in, long announced, TimeLimit limit, HttpLimits limits, AtomicLong allBodies) {
    this.in = in;
    this.announced = announced;
    this.limit = limit;
    this.limits = limits;
    this.allBodies = allBodies;
    this.atEnd = announced == 0;
  }

  boolean isEmpty() {
    return announced == 0;
  }

  /** Whether nothing of it is left on the connection. */
  boolean isRead() {
    return atEnd;
  }

  /**
   * The whole body; the same array again on the next call.
   *
   * @param whenLate answers 408; runs on another thread when the client is too slow
   * @throws HttpError 413 when it is too large, 503 when too much is held for others
   * @throws ClientGoneException when it does not come to its end
   */
  byte[] read(Runnable whenLate) {
    if (bytes == null) {
      bytes = atEnd ? new byte[0] : readAll(whenLate);
    }
    return bytes;
  }

  private byte[] readAll(Runnable whenLate) {
    if (announced > limits.bodyMax()) {
      throw HttpError.bodyTooLarge(limits.bodyMax());
    }
    byte[] buffer = new byte[announced < 0 ? FIRST_BUFFER : (int) Math.min(announced, FIRST_BUFFER)];
    count(buffer.length);
    int length = 0;
    long until = TimeLimit.now() + limits.bodyTime().toNanos();
    while (true) {
      if (length == buffer.length) {
        if (length == announced) {
          break;
        }
        int room = announced < 0 ? limits.bodyMax() + 1 : (int) announced;
        int grown = (int) Math.min(room, 2L * buffer.length);
        count(grown - buffer.length);
        buffer = Arrays.copyOf(buffer, grown);
      }
      int n = readSome(buffer, length, until, whenLate);
      if (n < 0) {
        break;
      }
      length += n;
      if (length > limits.bodyMax()) {
        throw HttpError.bodyTooLarge(limits.bodyMax());
      }
    }
    atEnd = true;
    return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
  }

  private int readSome(byte[] buffer, int at, long until, Runnable whenLate) {
    long left = Math.max(1, until - TimeLimit.now());
    limit.begin(Duration.ofNanos(Math.min(left, limits.bodyIdle().toNanos())), whenLate);
    int n;
    try {
      n = in.read(buffer, at, Math.min(buffer.length - at, READ_MAX));
    } catch (IOException broken) {
      limit.end();
      throw new ClientGoneException("the body did not come to its end", broken);
    }
    if (!limit.end()) {
      throw new ClientGoneException("the body came too slowly", null);
    }
    return n;
  }

  private void count(long more) {
    counted += more;
    if (allBodies.addAndGet(more) > limits.bodiesMax()) {
      throw HttpError.unavailable(
          "overloaded", "The server holds too many request bodies", Duration.ofSeconds(1));
    }
  }

  /**
   * Reads on after an answer that did not wait for the body, so that a client which is still sending gets to
   * read that answer: closing a socket with unread bytes resets it. The caller has set a time limit.
   */
  void drain() throws IOException {
    byte[] waste = new byte[FIRST_BUFFER];
    for (long left = limits.drainMax(); left > 0 && !atEnd; ) {
      int n = in.read(waste, 0, (int) Math.min(left, waste.length));
      atEnd = n < 0;
      left -= n;
    }
  }

  /** The exchange is over: its bytes no longer count. */
  void release() {
    allBodies.addAndGet(-counted);
    counted = 0;
    bytes = null;
  }
}

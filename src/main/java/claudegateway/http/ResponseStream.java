package claudegateway.http;

import java.util.Arrays;

/**
 * A body that is written piece by piece (chunked). Pieces are collected in one reusable buffer and leave with
 * {@link #flush}, one write each time. One thread at a time: the exchange's, or one that stands in for it while
 * it waits and hands over by a lock.
 *
 * <p>A body counts as complete only after {@link #end}. {@link #close} without it breaks the connection, so
 * that a client never takes a part for the whole.
 */
public class ResponseStream implements AutoCloseable {
  /** Bytes of one write; a client that takes this much within the write limit is alive. */
  public static final int PIECE_MAX = Response.PIECE_MAX;

  private static final int BUFFER_FIRST = 2 << 10;
  /** A larger buffer is given back after its flush. */
  private static final int BUFFER_KEPT = 64 << 10;

  private final Response response;
  private final int status;
  private byte[] buffer = new byte[BUFFER_FIRST];
  private int length;
  private boolean begun;
  private boolean ended;

  ResponseStream(Response response, int status) {
    this.response = response;
    this.status = status;
  }

  /** Sends the head now; otherwise it goes with the first bytes. */
  public final void begin() {
    open();
    response.write(buffer, 0, 0);
  }

  /** Whether the head was sent: from then on a failure can no longer be a status. */
  public final boolean begun() {
    return begun;
  }

  /** Collects; nothing is sent before {@link #flush}. */
  public final ResponseStream append(byte[] bytes, int offset, int count) {
    if (count > buffer.length - length) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, Math.addExact(length, count)));
    }
    System.arraycopy(bytes, offset, buffer, length, count);
    length += count;
    return this;
  }

  public final ResponseStream append(byte[] bytes) {
    return append(bytes, 0, bytes.length);
  }

  /** Bytes collected since the last flush. */
  public final int pending() {
    return length;
  }

  /** Sends what was collected in one write; throws {@link ClientGoneException} when nobody takes it. */
  public final void flush() {
    if (length > 0) {
      open();
      response.write(buffer, 0, length);
      clear();
    }
  }

  /** Sends what was collected together with the end of the body. */
  public final void end() {
    open();
    ended = true;
    response.end(buffer, 0, length);
    clear();
  }

  @Override
  public final void close() {
    if (begun && !ended) {
      response.abandon();
    }
  }

  private void open() {
    if (!begun) {
      begun = true;
      response.open(status);
    }
  }

  private void clear() {
    length = 0;
    if (buffer.length > BUFFER_KEPT) {
      buffer = new byte[BUFFER_FIRST];
    }
  }
}

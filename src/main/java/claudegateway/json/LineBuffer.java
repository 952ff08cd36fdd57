package claudegateway.json;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Cuts a byte stream into lines, in place: the current line is a region of one buffer.
 *
 * <p>Behind each line stands a control character, and at least {@link #SLACK} readable bytes follow its start,
 * so that a scan may load eight bytes at any position up to the line's end and needs no test for the end of the
 * buffer. Not thread-safe.
 */
final class LineBuffer {
  /** What an idle stream keeps: the capacity of a Linux pipe. */
  static final int IDLE_BYTES = 64 << 10;
  /** Below this much free space the unread bytes move to the front, so that reads do not become tiny. */
  private static final int READ_MIN_BYTES = 8 << 10;
  static final int SLACK = 8;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long NEWLINES = ONES * '\n';

  private final InputStream in;
  private final int lineMax;
  private byte[] bytes = new byte[IDLE_BYTES + SLACK];
  private int lineStart;
  private int lineEnd;
  /** Where the next line begins. */
  private int next;
  /** Read bytes end here; bytes[limit] may be overwritten. */
  private int limit;
  private long skipped;
  private boolean atEnd;

  LineBuffer(InputStream in, int lineMax) {
    if (lineMax < 1 || lineMax > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("a line of at most " + lineMax + " bytes");
    }
    this.in = in;
    this.lineMax = lineMax;
  }

  byte[] bytes() {
    return bytes;
  }

  int lineStart() {
    return lineStart;
  }

  /** Behind the line's last byte; neither "\n" nor the "\r" before it belong to the line. */
  int lineEnd() {
    return lineEnd;
  }

  long skippedBytes() {
    return skipped;
  }

  JsonlTokenizer.Line advance() throws IOException {
    while (true) {
      int end = find();
      if (end < 0) {
        return tooLong();
      }
      int start = next;
      if (start == limit) {
        lineStart = lineEnd = start;
        return JsonlTokenizer.Line.END;
      }
      next = Math.min(end + 1, limit);
      if (end > start && bytes[end - 1] == '\r') {
        end--;
      }
      if (!isBlank(start, end)) {
        lineStart = start;
        lineEnd = end;
        return JsonlTokenizer.Line.LINE;
      }
    }
  }

  /** The end of the line that begins at {@code next}, which may move; -1 when it is longer than lineMax. */
  private int find() throws IOException {
    int at = next;
    while (true) {
      at = newline(at);
      if (at - next > lineMax) {
        return -1;
      }
      if (at < limit) {
        return at;
      }
      if (atEnd) {
        bytes[limit] = '\n';
        return limit;
      }
      int length = at - next;
      fill();
      at = next + length;
    }
  }

  /** The first newline at or behind the position, or limit. */
  private int newline(int from) {
    byte[] b = bytes;
    int end = limit;
    int i = from;
    while (i < end) {
      long word = (long) WORD.get(b, i) ^ NEWLINES;
      long hit = (word - ONES) & ~word & HIGHS;
      if (hit != 0) {
        return Math.min(i + (Long.numberOfTrailingZeros(hit) >> 3), end);
      }
      i += 8;
    }
    return end;
  }

  private boolean isBlank(int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Reads at least one byte behind limit, or finds the end; the bytes from {@code next} on stay, but may move. */
  private void fill() throws IOException {
    int pending = limit - next;
    if (pending == 0) {
      next = limit = 0;
    }
    if (bytes.length > IDLE_BYTES + SLACK && pending <= IDLE_BYTES / 2 && in.available() == 0) {
      moveTo(new byte[IDLE_BYTES + SLACK]);
    } else if (next > 0 && space() < READ_MIN_BYTES) {
      moveTo(bytes);
    }
    if (space() == 0) {
      moveTo(new byte[(int) Math.min(2L * (bytes.length - SLACK), lineMax + 1L) + SLACK]);
    }
    int count = in.read(bytes, limit, space());
    if (count < 0) {
      atEnd = true;
    } else {
      limit += count;
    }
  }

  private int space() {
    return bytes.length - SLACK - limit;
  }

  private void moveTo(byte[] target) {
    int pending = limit - next;
    System.arraycopy(bytes, next, target, 0, pending);
    bytes = target;
    next = 0;
    limit = pending;
  }

  /** Drops the line that begins at {@code next}, of which too much has been read, through to its newline. */
  private JsonlTokenizer.Line tooLong() throws IOException {
    skipped = 0;
    int at = newline(next);
    while (at == limit && !atEnd) {
      skipped += limit - next;
      next = limit = 0;
      if (bytes.length > IDLE_BYTES + SLACK) {
        bytes = new byte[IDLE_BYTES + SLACK];
      }
      fill();
      at = newline(next);
    }
    skipped += at - next;
    next = Math.min(at + 1, limit);
    lineStart = lineEnd = next;
    return JsonlTokenizer.Line.TOO_LONG;
  }
}

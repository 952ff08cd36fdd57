package claudegateway.json;

import claudegateway.json.JsonlTokenizer.Line;
import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a byte stream into lines, in place: the current line is a region of one buffer.
 *
 * <p>A newline stands behind each line, the last one included, and {@link Swar#PADDING} bytes may be loaded
 * from there, so that a scan needs no test for the end. Where a line ends is searched only for who asks:
 * one that was walked to its end costs no second look at its bytes. Not thread-safe.
 */
final class LineBuffer {
  /** What a stream begins with, for hundreds of children at once; small deltas never need more. */
  static final int IDLE_BYTES = 16 << 10;
  /** What an idle stream keeps: a session whose tools have said a page will hear of another page. */
  static final int KEPT_BYTES = 64 << 10;
  /** The most that one read asks for: the capacity of a Linux pipe. */
  private static final int READ_MAX_BYTES = 64 << 10;
  /** The JDK passes so much on by way of the stack; for more it takes memory from the system with each read. */
  private static final int READ_FIRST_BYTES = 8 << 10;
  /** Below this much free space the unread bytes move to the front, so that reads do not become tiny. */
  private static final int READ_MIN_BYTES = 8 << 10;
  /** Few copies for a long line. */
  private static final int GROWTH = 4;
  /** From here on a buffer is at most twice as large as its line: many children may have one at a time. */
  private static final int LARGE_BYTES = 1 << 20;
  private static final int LARGE_GROWTH = 2;

  private final InputStream in;
  /** Of a line with its newline. A buffer never holds more, so a line that fits is never too long. */
  private final int capacityMax;
  private byte[] bytes;
  private int readMost = READ_FIRST_BYTES;
  private boolean inLine;
  private int lineStart;
  /** Where the next line begins, when none is current. */
  private int next;
  /** Behind the last newline that was read: before it are whole lines. */
  private int whole;
  /** Behind the last byte that was read. */
  private int limit;
  private long skipped;
  private boolean atEnd;

  LineBuffer(InputStream in, int lineMax) {
    if (lineMax < 1 || lineMax > JsonlTokenizer.LINE_MAX) {
      throw new IllegalArgumentException("a line of at most " + lineMax + " bytes");
    }
    this.in = in;
    this.capacityMax = lineMax + 1;
    this.bytes = allocate(IDLE_BYTES);
  }

  byte[] bytes() {
    return bytes;
  }

  /** Of the current line; the next line's when there is none. */
  int lineStart() {
    return inLine ? lineStart : next;
  }

  /** Behind the current line's last byte; neither "\n" nor a "\r" before it belong to the line. */
  int lineEnd() {
    if (!inLine) {
      return next;
    }
    int end = Swar.newline(bytes, lineStart);
    return end > lineStart && bytes[end - 1] == '\r' ? end - 1 : end;
  }

  long skippedBytes() {
    return skipped;
  }

  /** Goes to the next line that isn't blank; the current one was walked up to this position in it. */
  Line advance(int walked) throws IOException {
    if (inLine) {
      inLine = false;
      next = Swar.newline(bytes, walked) + 1;
    }
    while (true) {
      while (next < whole) {
        int first = next;
        while (bytes[first] == ' ' || bytes[first] == '\t' || bytes[first] == '\r') {
          first++;
        }
        if (bytes[first] != '\n') {
          inLine = true;
          lineStart = next;
          return Line.LINE;
        }
        next = first + 1;
      }
      if (atEnd) {
        return Line.END;
      }
      if (limit - next == capacityMax) {
        dropLine();
        return Line.TOO_LONG;
      }
      makeRoom();
      read();
    }
  }

  /** No whole line is left: moves what there is of the next one, and replaces the buffer by a fitting one. */
  private void makeRoom() throws IOException {
    int pending = limit - next;
    if (pending == 0) {
      next = whole = limit = 0;
    }
    if (capacity() > KEPT_BYTES && pending <= IDLE_BYTES / 2 && in.available() == 0) {
      moveTo(allocate(IDLE_BYTES));
    } else if (next > 0 && capacity() - limit < READ_MIN_BYTES) {
      moveTo(bytes);
    }
    if (capacity() == limit) {
      moveTo(allocate((capacity() < LARGE_BYTES ? GROWTH : LARGE_GROWTH) * (long) capacity()));
    }
  }

  private int capacity() {
    return bytes.length - Swar.PADDING;
  }

  private byte[] allocate(long capacity) {
    return new byte[(int) Math.min(capacity, capacityMax) + Swar.PADDING];
  }

  private void moveTo(byte[] target) {
    int pending = limit - next;
    System.arraycopy(bytes, next, target, 0, pending);
    bytes = target;
    next = whole = 0;
    limit = pending;
  }

  /**
   * Reads at least one byte or finds the end; a last line without a newline gets one, in the padding if
   * need be.
   */
  private void read() throws IOException {
    int from = limit;
    int most = Math.min(capacity() - from, readMost);
    int count = in.read(bytes, from, most);
    readMost = count == most ? READ_MAX_BYTES : READ_FIRST_BYTES;
    if (count >= 0) {
      limit += count;
      whole = Swar.lastNewline(bytes, from, limit) + 1;
    } else {
      atEnd = true;
      if (limit > next) {
        bytes[limit++] = '\n';
        whole = limit;
      }
    }
  }

  /** Forgets the line of which the whole buffer is full, and reads on to its end. */
  private void dropLine() throws IOException {
    skipped = 0;
    whole = 0;
    if (capacity() > IDLE_BYTES) {
      skipped = limit;
      limit = 0;
      bytes = allocate(IDLE_BYTES);
    }
    next = 0;
    while (whole == 0 && !atEnd) {
      skipped += limit;
      limit = 0;
      read();
    }
    if (whole > 0) {
      int end = Swar.newline(bytes, 0);
      skipped += end;
      next = end + 1;
    }
  }
}

package claudegateway.openai;

import claudegateway.json.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One SSE event being put together (WHATWG HTML §9.2); used again for the next one. */
final class EventBuffer {
  private static final byte[] ID = ascii("id: ");
  private static final byte[] END = ascii("\n\n");
  /** Digits of the longest number. */
  private static final int NUMBER_MAX = 19;
  private static final byte[] DOT = ascii(".");

  private final byte[] data;
  private byte[] bytes = new byte[2048];
  private int length;

  /** @param spaces behind {@code data:}; readers strip one, JSON's readers the rest */
  EventBuffer(int spaces) {
    data = ascii("\ndata:" + " ".repeat(spaces));
  }

  /** Begins an event at a {@link StreamPlace}, which is written as its own text is. */
  EventBuffer begin(long position, long units) {
    length = 0;
    add(ID).number(position);
    if (units != 0) {
      add(DOT).number(units);
    }
    return add(data);
  }

  EventBuffer add(byte[] more) {
    return add(more, 0, more.length);
  }

  EventBuffer add(byte[] more, int offset, int count) {
    room(count);
    System.arraycopy(more, offset, bytes, length, count);
    length += count;
    return this;
  }

  EventBuffer add(Slice literal) {
    return add(literal.bytes(), literal.offset(), literal.length());
  }

  EventBuffer end() {
    return add(END);
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Not negative. Makes no objects: there is one for each delta. */
  private EventBuffer number(long value) {
    room(NUMBER_MAX);
    int digits = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = value;
    for (int at = length + digits - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    return this;
  }

  private void room(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
    }
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

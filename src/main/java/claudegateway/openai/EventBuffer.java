package claudegateway.openai;

import claudegateway.json.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One SSE event being put together (WHATWG HTML §9.2); used again for the next one. */
final class EventBuffer {
  private static final byte[] ID = ascii("id: ");
  private static final byte[] END = ascii("\n\n");

  private final byte[] data;
  private byte[] bytes = new byte[2048];
  private int length;

  /** @param spaces behind {@code data:}; readers strip one, JSON's readers the rest */
  EventBuffer(int spaces) {
    data = ascii("data:" + " ".repeat(spaces));
  }

  EventBuffer begin(StreamPlace id) {
    length = 0;
    return add(ID).add(ascii(id.toString())).add((byte) '\n').add(data);
  }

  EventBuffer add(byte[] more) {
    return add(more, 0, more.length);
  }

  EventBuffer add(byte[] more, int offset, int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
    }
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

  private EventBuffer add(byte single) {
    return add(new byte[] {single}, 0, 1);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

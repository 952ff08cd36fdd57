package claudegateway.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The inside of a JSON string literal (without its quotes): UTF-8 bytes with JSON's escapes as they stood.
 *
 * <p>A literal that is valid in the line where it came from is valid in any other JSON text, so a delta can
 * go from the CLI's stdout to a client's socket without being decoded. Joining the insides of two literals
 * gives the inside of the joined text's literal.
 *
 * @param bytes shared with others; this slice's part of it is never written to after construction
 */
public record Slice(byte[] bytes, int offset, int length) {
  public static final Slice EMPTY = new Slice(new byte[0], 0, 0);

  public Slice {
    if (offset < 0 || length < 0 || offset > bytes.length - length) {
      throw new IndexOutOfBoundsException("slice " + offset + "+" + length + " of " + bytes.length);
    }
  }

  /** The literal for a text. A lone surrogate becomes U+FFFD. */
  public static Slice of(String text) {
    byte[] quoted = JsonWriter.literal(text);
    return new Slice(quoted, 1, quoted.length - 2);
  }

  /** A copy of a region of a buffer that its owner goes on using. */
  static Slice copyOf(byte[] buffer, int offset, int length) {
    byte[] copy = new byte[length];
    System.arraycopy(buffer, offset, copy, 0, length);
    return new Slice(copy, 0, length);
  }

  public static Slice join(List<Slice> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    byte[] joined = new byte[parts.stream().mapToInt(Slice::length).sum()];
    int at = 0;
    for (Slice part : parts) {
      System.arraycopy(part.bytes, part.offset, joined, at, part.length);
      at += part.length;
    }
    return new Slice(joined, 0, joined.length);
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /**
   * The text. Malformed UTF-8 and the backslash of no known escape become U+FFFD. An escaped half of a
   * surrogate pair stays one: its other half may be the beginning of the next delta.
   */
  public String decode() {
    return StringDecoder.decode(bytes, offset, offset + length);
  }

  /** The same literal, wherever its bytes are kept. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Slice that
        && Arrays.equals(bytes, offset, offset + length, that.bytes, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The literal as it stands, escapes included. */
  @Override
  public String toString() {
    return new String(bytes, offset, length, StandardCharsets.UTF_8);
  }
}

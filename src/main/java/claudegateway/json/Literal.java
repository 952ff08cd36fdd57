package claudegateway.json;

/**
 * Where the inside of a JSON string literal may be cut: not in an escape, a character or a surrogate pair.
 */
public final class Literal {
  /** Bytes of the longest thing that cannot be cut: two {@code \\uXXXX} escapes that are one character. */
  public static final int ATOM_MAX = 12;

  private Literal() {}

  /** The length in bytes of the uncuttable thing that begins at {@code at}. */
  public static int atom(byte[] bytes, int at, int end) {
    int length = unit(bytes, at);
    if (isEscapedHighSurrogate(bytes, at) && at + length < end) {
      length += unit(bytes, at + length);
    }
    return Math.min(length, end - at);
  }

  /** UTF-16 units of a region that begins and ends between atoms. */
  public static long units(byte[] bytes, int from, int end) {
    long units = 0;
    for (int at = from; at < end; at += unit(bytes, at)) {
      units += (bytes[at] & 0xF8) == 0xF0 ? 2 : 1;
    }
    return units;
  }

  /** The furthest place at most {@code room} bytes behind {@code from}; at least one atom behind it. */
  public static int cut(byte[] bytes, int from, int end, int room) {
    if (end - from <= room) {
      return end;
    }
    int at = from + atom(bytes, from, end);
    while (at < end) {
      int next = at + atom(bytes, at, end);
      if (next - from > room) {
        break;
      }
      at = next;
    }
    return at;
  }

  /** The place {@code units} behind the slice's start, or its end when it is shorter. */
  public static int advance(Slice slice, long units) {
    byte[] bytes = slice.bytes();
    int at = slice.offset();
    int end = at + slice.length();
    for (long left = units; left > 0 && at < end; left--) {
      if ((bytes[at] & 0xF8) == 0xF0) {
        left--;
      }
      at += unit(bytes, at);
    }
    return at;
  }

  /** Bytes of the escape or the UTF-8 character at a place. */
  public static int unit(byte[] bytes, int at) {
    int first = bytes[at];
    if (first == '\\') {
      return bytes[at + 1] == 'u' ? 6 : 2;
    }
    if (first >= 0) {
      return 1;
    }
    return (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4;
  }

  /** {@code \\ud800} to {@code \\udbff}, in either case of letters. */
  private static boolean isEscapedHighSurrogate(byte[] bytes, int at) {
    if (bytes[at] != '\\' || bytes[at + 1] != 'u' || (bytes[at + 2] | 0x20) != 'd') {
      return false;
    }
    int third = bytes[at + 3] | 0x20;
    return bytes[at + 3] == '8' || bytes[at + 3] == '9' || third == 'a' || third == 'b';
  }
}

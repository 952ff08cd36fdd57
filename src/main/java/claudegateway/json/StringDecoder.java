package claudegateway.json;

import static claudegateway.json.Swar.HIGHS;
import static claudegateway.json.Swar.ONES;

import java.nio.charset.StandardCharsets;

/** What the inside of a JSON string literal says, and whether it is one. */
final class StringDecoder {
  private static final long BACKSLASHES = ONES * '\\';
  private static final char REPLACEMENT = '\uFFFD';

  private StringDecoder() {}

  /**
   * The text. Malformed UTF-8 and the backslash of no known escape become U+FFFD; an escaped half of a
   * surrogate pair stays one.
   */
  static String decode(byte[] bytes, int from, int to) {
    int at = backslash(bytes, from, to);
    if (at == to) {
      return utf8(bytes, from, to);
    }
    StringBuilder text = new StringBuilder(to - from);
    int plain = from;
    while (at < to) {
      text.append(utf8(bytes, plain, at));
      int length = escapeLength(bytes, at, to);
      text.append(length == 0 ? REPLACEMENT : unescaped(bytes, at));
      plain = at + Math.max(length, 1);
      at = backslash(bytes, plain, to);
    }
    return text.append(utf8(bytes, plain, to)).toString();
  }

  /** Whether all escapes are JSON's. */
  static boolean escapesAreValid(byte[] bytes, int from, int to) {
    int at = backslash(bytes, from, to);
    while (at < to) {
      int length = escapeLength(bytes, at, to);
      if (length == 0) {
        return false;
      }
      at = backslash(bytes, at + length, to);
    }
    return true;
  }

  /** The first backslash, or to. */
  private static int backslash(byte[] bytes, int from, int to) {
    int i = from;
    while (i + Swar.BYTES <= to) {
      long word = Swar.word(bytes, i) ^ BACKSLASHES;
      long hits = word - ONES & ~word & HIGHS;
      if (hits != 0) {
        return i + Swar.first(hits);
      }
      i += Swar.BYTES;
    }
    while (i < to && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  /** 2 or 6 bytes; 0 when no escape of JSON's stands there. */
  private static int escapeLength(byte[] bytes, int at, int to) {
    if (to - at < 2 || bytes[at] != '\\') {
      return 0;
    }
    return switch (bytes[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
      case 'u' -> to - at >= 6 && hex(bytes, at + 2) >= 0 ? 6 : 0;
      default -> 0;
    };
  }

  private static char unescaped(byte[] bytes, int at) {
    byte kind = bytes[at + 1];
    return switch (kind) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> (char) hex(bytes, at + 2);
      default -> (char) kind;
    };
  }

  /** Four hexadecimal digits; negative when one isn't. */
  private static int hex(byte[] bytes, int at) {
    int value = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(bytes[i], 16);
      value = digit < 0 ? -1 << 16 : value << 4 | digit;
    }
    return value;
  }

  private static String utf8(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}

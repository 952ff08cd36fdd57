package claudegateway.json;

import java.nio.charset.StandardCharsets;

/** JSON's numbers in place. */
final class NumberScan {
  /** So many digits always fit 64 bits, if not always a signed long. */
  private static final int LONG_DIGITS = 19;

  private NumberScan() {}

  /** Behind the number that begins there; -1 when there is none. What follows it is not looked at. */
  static int end(byte[] bytes, int from) {
    int i = bytes[from] == '-' ? from + 1 : from;
    i = bytes[i] == '0' ? i + 1 : digits(bytes, i);
    if (i > 0 && bytes[i] == '.') {
      i = digits(bytes, i + 1);
    }
    if (i > 0 && (bytes[i] == 'e' || bytes[i] == 'E')) {
      i = digits(bytes, bytes[i + 1] == '+' || bytes[i + 1] == '-' ? i + 2 : i + 1);
    }
    return i;
  }

  /** Behind one digit or more; -1 when there is none. */
  private static int digits(byte[] bytes, int from) {
    int i = from;
    while (isDigit(bytes[i])) {
      i++;
    }
    return i == from ? -1 : i;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** A fraction is cut off; out of range gives the nearest long. */
  static long longValue(byte[] bytes, int from, int to) {
    boolean negative = bytes[from] == '-';
    int i = negative ? from + 1 : from;
    if (to - i > LONG_DIGITS) {
      return (long) doubleValue(bytes, from, to);
    }
    long value = 0;
    for (; i < to; i++) {
      if (!isDigit(bytes[i])) {
        return (long) doubleValue(bytes, from, to);
      }
      value = 10 * value + bytes[i] - '0';
    }
    if (value < 0) {
      return negative ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return negative ? -value : value;
  }

  static double doubleValue(byte[] bytes, int from, int to) {
    return Double.parseDouble(ascii(bytes, from, to));
  }

  private static String ascii(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}

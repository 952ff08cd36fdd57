package claudegateway.openai;

/** A pattern being read, and what is kept of it. Complaints are {@link Fault}s. */
final class PatternCursor {
  private final int[] text;
  private final StringBuilder kept = new StringBuilder();
  private int at;

  PatternCursor(String pattern) {
    text = pattern.codePoints().toArray();
  }

  /** The text is no pattern. */
  static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1;

    Fault() {
      super(null, null, false, false);
    }
  }

  static void require(boolean holds) {
    if (!holds) {
      throw new Fault();
    }
  }

  /** The code point here, or {@code ahead} further on; -1 behind the end. */
  int peek(int ahead) {
    return at + ahead < text.length ? text[at + ahead] : -1;
  }

  int peek() {
    return peek(0);
  }

  boolean atEnd() {
    return at == text.length;
  }

  boolean looking(String ahead) {
    for (int i = 0; i < ahead.length(); i++) {
      if (peek(i) != ahead.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Keeps the code point and returns it. */
  int take() {
    require(!atEnd());
    kept.appendCodePoint(text[at]);
    return text[at++];
  }

  void take(int count) {
    for (int i = 0; i < count; i++) {
      take();
    }
  }

  void drop() {
    at++;
  }

  void expect(int c) {
    require(take() == c);
  }

  /** Exactly so many hexadecimal digits. */
  int hex(int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int digit = isAscii(peek()) ? Character.digit(peek(), 16) : -1;
      require(digit >= 0);
      value = value * 16 + digit;
      take();
    }
    return value;
  }

  String kept() {
    return kept.toString();
  }

  static boolean isAscii(int c) {
    return c >= 0 && c < 0x80;
  }

  static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}

package claudegateway.demo;

/** The stub's idea of a token: a word with the white space around it. */
final class Tokens {
  private Tokens() {}

  /** Words in the text; a text without any is one token, an empty one none. */
  static long count(String text) {
    long words = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      boolean space = Character.isWhitespace(text.charAt(i));
      if (!space && !inside) {
        words++;
      }
      inside = !space;
    }
    return words == 0 && !text.isEmpty() ? 1 : words;
  }

  /** The beginning of the text up to the end of its n-th word. */
  static String first(String text, long n) {
    long words = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      boolean space = Character.isWhitespace(text.charAt(i));
      if (!space && !inside && words++ == n) {
        return text.substring(0, i);
      }
      inside = !space;
    }
    return n == 0 ? "" : text;
  }

  /** A plausible figure for a prompt: four bytes of the request to a token. */
  static long ofBytes(long bytes) {
    return Math.max(1, bytes / 4);
  }
}

package claudegateway.json;

import static claudegateway.json.Swar.HIGHS;
import static claudegateway.json.Swar.ONES;

/**
 * Finds where a JSON string ends.
 *
 * <p>Two gaits. The usual one looks for quotes only, and at one looks back whether it is escaped. Where
 * escaped quotes come thick (JSON within JSON), stopping at each would cost a mispredicted branch; there
 * the second one follows backslashes and quotes through whole words without a branch.
 */
final class StringScan {
  private static final long QUOTE = ONES * '"';
  private static final long BACKSLASH = ONES * '\\';
  private static final long SPACE = ONES * ' ';
  /** Turns the quote into a blank, the first of the bytes that are no control characters. */
  private static final long QUOTE_TO_SPACE = QUOTE ^ SPACE;
  private static final long LOWS = ~HIGHS;
  /** Escaped quotes nearer than that come thick. */
  private static final int NEAR_BYTES = 32;
  /** For so many words after one. */
  private static final int THICK_WORDS = 16;

  private StringScan() {}

  /**
   * The closing quote's position, for the position behind the opening one; -1 when a control character comes
   * first, the newline at the end of the line for instance.
   */
  static int end(byte[] bytes, int from) {
    int i = from;
    int last = from - NEAR_BYTES;
    while (true) {
      long word = Swar.word(bytes, i);
      long stops = (word ^ QUOTE_TO_SPACE) - ONES * (' ' + 1) & ~word & HIGHS;
      if (stops == 0) {
        i += Swar.BYTES;
        continue;
      }
      i += Swar.first(stops);
      if (bytes[i] != '"') {
        return -1;
      }
      if (bytes[i - 1] != '\\' || !isEscaped(bytes, i)) {
        return i;
      }
      boolean thick = i - last < NEAR_BYTES;
      last = ++i;
      if (thick) {
        i = amongEscapes(bytes, i);
      }
    }
  }

  /** Whether an odd number of backslashes stands before; the opening quote stops the count at the latest. */
  private static boolean isEscaped(byte[] bytes, int at) {
    int i = at;
    while (bytes[i - 1] == '\\') {
      i--;
    }
    return (at - i & 1) != 0;
  }

  /**
   * Passes words without an end, from a byte on that is not escaped. What it can't tell is left to the
   * usual gait: a run of five backslashes, and a "#" behind a quote, which the test takes for one (see
   * {@link Swar}).
   */
  private static int amongEscapes(byte[] bytes, int from) {
    int i = from;
    long escapedFirst = 0;
    for (int n = 0; n < THICK_WORDS; n++) {
      long word = Swar.word(bytes, i);
      long quotes = (word ^ QUOTE) - ONES & ~word;
      long controls = word - SPACE & ~word;
      long other = word ^ BACKSLASH;
      long backslashes = ~((other & LOWS) + LOWS | other) & HIGHS & ~escapedFirst;
      long first = backslashes & ~(backslashes << 8);
      long second = first << 8 & backslashes;
      long third = second << 8 & backslashes;
      long fourth = third << 8 & backslashes;
      long escaped = (first | third) << 8 | escapedFirst;
      if (((quotes & ~escaped | controls) & HIGHS | fourth << 8 & backslashes) != 0) {
        break;
      }
      escapedFirst = (first | third) >>> 56;
      i += Swar.BYTES;
    }
    return i;
  }
}

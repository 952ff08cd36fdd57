package claudegateway.json;

import java.util.Random;

/**
 * Random JSON documents on one line: all kinds of values, escapes and blanks. The same seed gives the same
 * ones.
 */
final class RandomJson {
  private static final int DEPTH_MAX = 8;
  private static final String[] PLAIN = {
      "a", "type", "stream_event", " ", "#", "]", "}", "{", ",", ":", "é", "日本", "😀",
      "0f8fad5b-d9cb-469f-a165-70867728950e", "\u007f", "\u2028", "/", "u00e9", "n", "true"};
  private static final String[] ESCAPES = {
      "\\n", "\\\"", "\\\\", "\\t", "\\/", "\\b", "\\f", "\\r", "\\u00e9", "\\u0000",
      "\\ud83d\\ude00", "\\\\\\\"", "\\\\\\\\", "\\\\\\\\\\\\\\\"", "\\u005c", "\\u0022"};
  /** Not in names: there jackson-core refuses them. */
  private static final String[] HALVES = {"\\uD83D", "\\ude00x"};
  private static final String[] NUMBERS = {
      "0", "-0", "1", "-12", "3.25", "1e5", "1E-3", "0.0", "123456789012345678901",
      "-1.5e+300", "2e400", "10"};

  private final Random random;
  private final StringBuilder out = new StringBuilder();
  /** Of a hundred pieces of a string, so many are escapes. */
  private int escapes;
  private final boolean blanks;

  RandomJson(Random random) {
    this.random = random;
    this.escapes = random.nextInt(3) * 40;
    this.blanks = random.nextInt(4) == 0;
  }

  RandomJson withoutEscapes() {
    escapes = 0;
    return this;
  }

  String document() {
    value(0);
    return out.toString();
  }

  private void value(int depth) {
    blank();
    switch (random.nextInt(depth < DEPTH_MAX ? 9 : 5)) {
      case 0 -> out.append(NUMBERS[random.nextInt(NUMBERS.length)]);
      case 1 -> out.append(random.nextBoolean());
      case 2 -> out.append("null");
      case 3, 4 -> string(true);
      case 5, 6, 7 -> object(depth);
      default -> array(depth);
    }
    blank();
  }

  private void object(int depth) {
    out.append('{');
    int size = random.nextInt(5);
    for (int i = 0; i < size; i++) {
      out.append(i > 0 ? "," : "");
      blank();
      string(false);
      blank();
      out.append(':');
      value(depth + 1);
    }
    blank();
    out.append('}');
  }

  private void array(int depth) {
    out.append('[');
    int size = random.nextInt(5);
    for (int i = 0; i < size; i++) {
      out.append(i > 0 ? "," : "");
      value(depth + 1);
    }
    blank();
    out.append(']');
  }

  private void string(boolean halves) {
    out.append('"');
    int pieces = random.nextInt(20) == 0 ? random.nextInt(400) : random.nextInt(6);
    for (int i = 0; i < pieces; i++) {
      boolean escape = random.nextInt(100) < escapes;
      String[] from = !escape ? PLAIN : halves && random.nextInt(9) == 0 ? HALVES : ESCAPES;
      out.append(from[random.nextInt(from.length)]);
    }
    out.append('"');
  }

  private void blank() {
    if (blanks && random.nextInt(3) == 0) {
      out.append(" \t\r ".charAt(random.nextInt(4)));
    }
  }
}

package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StringScanTest {
  /**
   * Pieces that the tests on whole words could mistake: neighbours of quote and backslash, runs, long
   * characters.
   */
  private static final String[] PIECES = {
      "\\\"", "\\\\", "\\n", "#", "]", "\\\"#", "\\\\]", "[^\\\\]", "!", "é", "日", "a",
      "bcdefgh", "\\\\\\\"", "\\\\\\\\\\\\", " ", "\u007f", "\\\"\\\"", "{\\\"a\\\":\\\"b\\\"}"};

  /** Runs of backslashes of any length among escaped quotes. */
  private static final String[] THICK = {"\\\"", "\\\"", "\\\\", "\\\\", "\\\\", "a"};

  /** Long, so that who misses the end goes far. */
  private static final String END = "\"," + "tail ".repeat(30) + "\\\"";

  @Test
  void findsTheEndThatAByteLoopFinds() {
    Random random = new Random(7);
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder("\"");
      String[] pieces = i % 2 == 0 ? PIECES : THICK;
      for (int n = random.nextInt(i % 50 == 0 ? 300 : 30); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      text.append(random.nextInt(9) == 0 ? "\u001f" : "").append(random.nextInt(9) == 0 ? "" : END);
      byte[] bytes = padded(text + "\n\"\"\"\"");
      assertEquals(byByteLoop(bytes), StringScan.end(bytes, 1), text::toString);
    }
  }

  @Test
  void findsTheEndAtEveryOffset() {
    for (String inside : new String[] {"", "x", "\\\"", "\\\\", "\\\"\\\"\\\\\\\"", "é"}) {
      for (int offset = 0; offset < 40; offset++) {
        String text = "\"" + "y".repeat(offset) + inside + "\"";
        byte[] bytes = padded(text + ",\n");
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length - 1, StringScan.end(bytes, 1), text);
      }
    }
  }

  private static byte[] padded(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, bytes.length + Swar.PADDING);
  }

  private static int byByteLoop(byte[] bytes) {
    int i = 1;
    while (bytes[i] != '"') {
      if (bytes[i] == '\\' && (bytes[i + 1] == '"' || bytes[i + 1] == '\\')) {
        i++;
      }
      if (bytes[i] >= 0 && bytes[i] < ' ') {
        return -1;
      }
      i++;
    }
    return i;
  }
}

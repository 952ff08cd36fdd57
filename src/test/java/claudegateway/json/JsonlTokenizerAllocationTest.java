package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.JsonlTokenizer.Line;
import claudegateway.json.JsonlTokenizer.Token;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class JsonlTokenizerAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final NameTable NAMES = NameTable.of("type", "event", "session_id",
      "parent_tool_use_id", "uuid", "delta", "text", "index");
  private static final NameTable TYPES = NameTable.of("stream_event", "content_block_delta", "text_delta");
  private static final int LINES = 20_000;
  private static final int TRIES = 5;

  @Test
  void readingDeltasAllocatesNothing() throws IOException {
    JsonlTokenizer tokens = new JsonlTokenizer(new Endless(CliCorpus.textDeltas(300_000)));
    read(tokens);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && least > 0; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      read(tokens);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least, "bytes for " + LINES + " lines");
  }

  @Test
  void theMeasureSeesOneSmallObject() {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    byte[] small = new byte[Math.toIntExact(LINES % 7 + 1)];
    assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before >= small.length);
  }

  /**
   * As the gateway does: names and types matched, numbers read, the text's bounds taken, some values
   * skipped.
   */
  private static void read(JsonlTokenizer tokens) throws IOException {
    int found = 0;
    for (int line = 0; line < LINES; line++) {
      assertEquals(Line.LINE, tokens.nextLine());
      Token token = tokens.next();
      while (token != Token.END_LINE && token != Token.INVALID) {
        int name = tokens.nameIn(NAMES);
        if (name == 2) {
          tokens.skipValue();
        } else if (token == Token.STRING) {
          found += tokens.textIn(TYPES) == 1 ? tokens.tokenEnd() - tokens.tokenStart() : 0;
        } else if (token == Token.NUMBER) {
          found += (int) tokens.longValue();
        }
        token = tokens.next();
      }
      assertEquals(Token.END_LINE, token);
    }
    assertEquals(LINES * "content_block_delta".length(), found);
  }

  /** The same lines over and over. */
  private static final class Endless extends InputStream {
    private final byte[] lines;
    private int at;

    Endless(byte[] lines) {
      this.lines = lines;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("one byte");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int count = Math.min(length, lines.length - at);
      System.arraycopy(lines, at, target, offset, count);
      at = (at + count) % lines.length;
      return count;
    }
  }
}

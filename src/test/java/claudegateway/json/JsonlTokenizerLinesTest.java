package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.JsonlTokenizer.Line;
import claudegateway.json.JsonlTokenizer.Token;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where lines begin and end, whatever the reads return. */
class JsonlTokenizerLinesTest {
  @Test
  void blankLinesAndCarriageReturnsAreNothing() throws IOException {
    assertEquals(List.of("[1]", "[2]", " [3] "), lines("\n\r\n  \n[1]\r\n\n[2]\n\t\n [3] \r\n \r\n   "));
    assertEquals(List.of(), lines(""));
    assertEquals(List.of(), lines("\n\n"));
  }

  @Test
  void theLastLineNeedsNoNewline() throws IOException {
    assertEquals(List.of("[1]", "[2"), lines("[1]\n[2"));
    assertEquals(List.of("[1]"), lines("[1]\r"));
  }

  @Test
  void everySplitGivesTheSameTokens() throws IOException {
    byte[] sample = sample();
    List<String> expected = tokens(new ByteArrayInputStream(sample));
    assertTrue(expected.size() > 30, expected.toString());
    for (int split = 1; split < sample.length; split++) {
      InputStream parts = new SequenceInputStream(
          new ByteArrayInputStream(sample, 0, split),
          new ByteArrayInputStream(sample, split, sample.length - split));
      assertEquals(expected, tokens(parts), "split at " + split);
    }
  }

  @Test
  void oneByteAtATimeGivesTheSameTokens() throws IOException {
    byte[] sample = sample();
    assertEquals(tokens(new ByteArrayInputStream(sample)), tokens(new InChunks(sample, 1)));
  }

  @Test
  void linesAcrossTheEndOfTheBufferAreWhole() throws IOException {
    byte[] session = CliCorpus.session(700_000);
    List<String> expected = tokens(new ByteArrayInputStream(session));
    for (int chunk : new int[] {4_099, 65_521}) {
      assertEquals(expected, tokens(new InChunks(session, chunk)), "reads of " + chunk + " bytes");
    }
  }

  @Test
  void aLineOfTheGreatestLengthIsReadAndALongerOneSkipped() throws IOException {
    for (int max : new int[] {10, 1_000, 70_000, 300_000}) {
      for (String ending : List.of("\n", "")) {
        String fits = "\"" + "x".repeat(max - 2) + "\"";
        for (int chunk : new int[] {max / 10 * 3, 1 << 20}) {
          byte[] lines = bytes(fits + "\n[1]\nx" + fits + "\n[2]\n" + fits.repeat(7) + ending);
          JsonlTokenizer tokens = new JsonlTokenizer(new InChunks(lines, chunk), max);
          assertEquals(Line.LINE, tokens.nextLine());
          assertEquals(Token.STRING, tokens.next());
          assertEquals(max - 2, tokens.text().length());
          assertEquals(Line.LINE, tokens.nextLine());
          assertEquals(Line.TOO_LONG, tokens.nextLine());
          assertEquals(max + 1, tokens.skippedBytes());
          assertEquals(Token.INVALID, tokens.next());
          assertEquals(0, tokens.lineBytes().length);
          assertEquals(Line.LINE, tokens.nextLine());
          assertEquals("[2]", new String(tokens.lineBytes(), StandardCharsets.UTF_8));
          assertEquals(Line.TOO_LONG, tokens.nextLine());
          assertEquals(7L * max, tokens.skippedBytes());
          assertEquals(Line.END, tokens.nextLine());
        }
      }
    }
  }

  @Test
  void aTooLongLineIsNotKept() throws IOException {
    int max = 1 << 20;
    long size = 40L << 20;
    InputStream endless = new SequenceInputStream(
        new ByteArrayInputStream(bytes("[1]\n")), new SequenceInputStream(new Filler(size),
        new ByteArrayInputStream(bytes("\n[2]\n"))));
    JsonlTokenizer tokens = new JsonlTokenizer(endless, max);
    tokens.nextLine();
    assertEquals(Line.TOO_LONG, tokens.nextLine());
    assertEquals(size, tokens.skippedBytes());
    assertTrue(tokens.buffer().length <= LineBuffer.IDLE_BYTES + Swar.PADDING, "the buffer has shrunk");
    assertEquals(Line.LINE, tokens.nextLine());
    assertEquals("[2]", new String(tokens.lineBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void theBufferGrowsForALongLineAndShrinksWhenTheStreamIsIdle() throws IOException {
    int size = 5 << 20;
    byte[] line = bytes("\"" + "y".repeat(size) + "\"\n");
    Pausing in = new Pausing(line, bytes("[1]\n"));
    JsonlTokenizer tokens = new JsonlTokenizer(in);
    tokens.nextLine();
    tokens.next();
    assertEquals(size, tokens.tokenEnd() - tokens.tokenStart());
    int grown = tokens.buffer().length;
    assertTrue(grown > size && grown <= 4 * size + Swar.PADDING, "grown to " + grown);
    assertEquals(Line.LINE, tokens.nextLine());
    assertEquals(LineBuffer.IDLE_BYTES + Swar.PADDING, tokens.buffer().length);
    assertEquals("[1]", new String(tokens.lineBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void theBufferOfAPageIsKeptForTheNextOne() throws IOException {
    byte[] page = bytes("\"" + "y".repeat(60 << 10) + "\"\n");
    JsonlTokenizer tokens = new JsonlTokenizer(new Pausing(page, bytes("[1]\n")));
    tokens.nextLine();
    byte[] grown = tokens.buffer();
    assertEquals(LineBuffer.KEPT_BYTES + Swar.PADDING, grown.length);
    assertEquals(Line.LINE, tokens.nextLine());
    assertSame(grown, tokens.buffer());
  }

  @Test
  void aFailingReadIsTheCallersToHandle() {
    JsonlTokenizer tokens = new JsonlTokenizer(new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("Stream closed");
      }
    });
    assertThrows(IOException.class, tokens::nextLine);
  }

  @Test
  void theLongestLineHasABound() {
    InputStream none = InputStream.nullInputStream();
    assertThrows(IllegalArgumentException.class, () -> new JsonlTokenizer(none, 0));
    assertThrows(IllegalArgumentException.class, () -> new JsonlTokenizer(none, JsonlTokenizer.LINE_MAX + 1));
  }

  private static byte[] sample() {
    return bytes("{\"type\":\"stream_event\","
        + "\"event\":{\"delta\":{\"text\":\"a\\\"b\\\\\"},\"n\":-12.5e3}}\r\n\n"
        + "{\"é😀\":[\"日本\\n\\ud83d\\ude00\",true,false,null]} \n"
        + "{\"broken\":[1,2}\n[\"" + "\\\\\\\"x\\\"#".repeat(12) + "\",\"" + "long text ".repeat(9) + "\"]\n"
        + "{\"last\":[[{\"a\":{}}]]}");
  }

  private static List<String> lines(String text) throws IOException {
    JsonlTokenizer tokens = new JsonlTokenizer(new ByteArrayInputStream(bytes(text)));
    List<String> lines = new ArrayList<>();
    while (tokens.nextLine() == Line.LINE) {
      lines.add(new String(tokens.lineBytes(), StandardCharsets.UTF_8));
    }
    return lines;
  }

  /** Every token of every line; each third line is left in the middle. */
  private static List<String> tokens(InputStream in) throws IOException {
    JsonlTokenizer tokens = new JsonlTokenizer(in);
    List<String> all = new ArrayList<>();
    for (int line = 0; tokens.nextLine() == Line.LINE; line++) {
      Token token = tokens.next();
      for (int i = 0; token != Token.END_LINE && token != Token.INVALID && (line % 3 != 1 || i < 5); i++) {
        all.add(token + " " + tokens.text() + tokens.longValue());
        token = tokens.next();
      }
      all.add(token + " of " + tokens.lineBytes().length);
    }
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Gives at most so many bytes a read. */
  private static final class InChunks extends ByteArrayInputStream {
    private final int chunk;

    InChunks(byte[] bytes, int chunk) {
      super(bytes);
      this.chunk = chunk;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(length, chunk));
    }
  }

  /** So many bytes without a newline. */
  private static final class Filler extends InputStream {
    private long left;

    Filler(long size) {
      this.left = size;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int count = (int) Math.min(length, left);
      java.util.Arrays.fill(target, offset, offset + count, (byte) 'x');
      left -= count;
      return count > 0 ? count : -1;
    }
  }

  /** Two writes with a pause between them: nothing is available at the pause. */
  private static final class Pausing extends InputStream {
    private final ByteArrayInputStream first;
    private final ByteArrayInputStream second;

    Pausing(byte[] first, byte[] second) {
      this.first = new ByteArrayInputStream(first);
      this.second = new ByteArrayInputStream(second);
    }

    @Override
    public int available() {
      return first.available();
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("one byte");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (first.available() > 0) {
        return first.read(target, offset, length);
      }
      return second.read(target, offset, length);
    }
  }
}

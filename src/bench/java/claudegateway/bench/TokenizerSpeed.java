package claudegateway.bench;

import claudegateway.json.JsonlTokenizer;
import claudegateway.json.JsonlTokenizer.Line;
import claudegateway.json.JsonlTokenizer.Token;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The tokenizer alone, on what a real CLI printed in an agentic session ({@link Recorder}), beside jackson-core on the
 * same bytes; each token of both is compared first. By processor time, so that a busy machine changes little.
 */
final class TokenizerSpeed implements Part {
  private static final int WARM_ROUNDS = 5;
  private static final int REPEATS = 8;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final JsonFactory JACKSON = new JsonFactory();

  private interface Walk {
    long over(InputStream lines) throws IOException;
  }

  @Override
  public void run(Lab lab, Report report) throws IOException {
    byte[] session = corpus();
    long tokens = compare(session);
    Samples ours = new Samples();
    Samples jacksons = new Samples();
    for (int round = -WARM_ROUNDS; round < lab.pick(41, 11); round++) {
      double our = gigabytesASecond(TokenizerSpeed::walk, session);
      double jackson = gigabytesASecond(TokenizerSpeed::walkByJackson, session);
      if (round >= 0) {
        ours.add(our);
        jacksons.add(jackson);
      }
    }
    double allocated = allocatedPerLine(session);
    report.part("Tokenizer, " + lines(session) + " recorded lines, " + tokens + " tokens", "GB/s", "best");
    report.row("JsonlTokenizer", ours.median(), ours.percentile(100));
    report.row("jackson-core", jacksons.median(), jacksons.percentile(100));
    report.verdict("tokenizer", ours.median(), "GB/s", Target.atLeast(1));
    report.verdict("tokenizer over jackson-core", ours.median() / jacksons.median(), "times", Target.atLeast(2));
    report.verdict("allocated by the tokenizer", allocated, "B/line", Target.atMost(0));
  }

  private static byte[] corpus() throws IOException {
    try (InputStream in = new GZIPInputStream(TokenizerSpeed.class.getResourceAsStream("session.jsonl.gz"))) {
      return in.readAllBytes();
    }
  }

  private static long lines(byte[] corpus) {
    long lines = 0;
    for (byte b : corpus) {
      lines += b == '\n' ? 1 : 0;
    }
    return lines;
  }

  private static double gigabytesASecond(Walk walk, byte[] corpus) throws IOException {
    long begun = THREADS.getCurrentThreadCpuTime();
    walk.over(new Repeated(corpus, REPEATS));
    return (double) corpus.length * REPEATS / (THREADS.getCurrentThreadCpuTime() - begun);
  }

  private static long walk(InputStream in) throws IOException {
    return walk(new JsonlTokenizer(in), Integer.MAX_VALUE);
  }

  private static long walk(JsonlTokenizer tokenizer, int linesMax) throws IOException {
    long count = 0;
    for (int line = 0; line < linesMax && tokenizer.nextLine() == Line.LINE; line++) {
      Token token = tokenizer.next();
      while (token != Token.END_LINE && token != Token.INVALID) {
        count++;
        token = tokenizer.next();
      }
    }
    return count;
  }

  private static long walkByJackson(InputStream in) {
    long count = 0;
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), in)) {
      while (parser.nextToken() != null) {
        count++;
      }
    }
    return count;
  }

  /** Behind the first pass, when the line buffer has its size. */
  private static double allocatedPerLine(byte[] corpus) throws IOException {
    int lines = (int) lines(corpus);
    JsonlTokenizer tokenizer = new JsonlTokenizer(new Repeated(corpus, 4));
    walk(tokenizer, lines);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    walk(tokenizer, 2 * lines);
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / (2.0 * lines);
  }

  /** The number of tokens; throws IllegalStateException when the two do not say the same. */
  private static long compare(byte[] corpus) throws IOException {
    JsonlTokenizer ours = new JsonlTokenizer(new ByteArrayInputStream(corpus));
    long count = 0;
    try (JsonParser jackson = JACKSON.createParser(ObjectReadContext.empty(), new ByteArrayInputStream(corpus))) {
      while (ours.nextLine() == Line.LINE) {
        for (Token token = ours.next(); token != Token.END_LINE; token = ours.next()) {
          JsonToken other = jackson.nextToken();
          boolean text = token == Token.NAME || token == Token.STRING;
          if (other != asJackson(token) && !(token == Token.NUMBER && other.isNumeric())
              || text && !ours.text().equals(jackson.getString())
              || token == Token.NUMBER && ours.doubleValue() != jackson.getDoubleValue()) {
            throw new IllegalStateException("token " + count + ": " + token + " but jackson has " + other);
          }
          count++;
        }
      }
      if (jackson.nextToken() != null) {
        throw new IllegalStateException("jackson has more tokens");
      }
    }
    return count;
  }

  private static JsonToken asJackson(Token token) {
    return switch (token) {
      case BEGIN_OBJECT -> JsonToken.START_OBJECT;
      case END_OBJECT -> JsonToken.END_OBJECT;
      case BEGIN_ARRAY -> JsonToken.START_ARRAY;
      case END_ARRAY -> JsonToken.END_ARRAY;
      case NAME -> JsonToken.PROPERTY_NAME;
      case STRING -> JsonToken.VALUE_STRING;
      case NUMBER -> JsonToken.VALUE_NUMBER_INT;
      case TRUE -> JsonToken.VALUE_TRUE;
      case FALSE -> JsonToken.VALUE_FALSE;
      case NULL -> JsonToken.VALUE_NULL;
      case END_LINE, INVALID -> JsonToken.NOT_AVAILABLE;
    };
  }

  /** The same bytes again and again, as a pipe gives them: not more than it holds at once. */
  private static final class Repeated extends InputStream {
    private static final int PIPE_BYTES = 64 << 10;

    private final byte[] bytes;
    private int left;
    private int at;

    Repeated(byte[] bytes, int times) {
      this.bytes = bytes;
      this.left = times;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("one byte at a time");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (at == bytes.length) {
        at = 0;
        left--;
      }
      if (left <= 0) {
        return -1;
      }
      int count = Math.min(Math.min(length, PIPE_BYTES), bytes.length - at);
      System.arraycopy(bytes, at, target, offset, count);
      at += count;
      return count;
    }

    @Override
    public int available() {
      return left > 0 ? bytes.length - at : 0;
    }
  }
}

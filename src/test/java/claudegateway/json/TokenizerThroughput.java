package claudegateway.json;

import claudegateway.json.JsonlTokenizer.Line;
import claudegateway.json.JsonlTokenizer.Token;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Prints GB for each second of processor time, median of {@link #ROUNDS}: every token by the tokenizer and
 * by jackson-core, from the same stream, and what the gateway does with the lines. Not a test: it has a
 * main.
 *
 * <p>A corpus is long enough that branch prediction can't know it by heart, and a stream repeats it, so that
 * the line buffer has its size for most of the time, as in a child's life.
 */
public final class TokenizerThroughput {
  private static final int ROUNDS = 11;
  private static final int CORPUS_BYTES = 10 << 20;
  private static final int REPEATS = 4;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final JsonFactory JACKSON = new JsonFactory();

  private static final int TYPE = 0;
  private static final int EVENT = 1;
  private static final int DELTA = 2;
  private static final int TEXT = 3;
  private static final NameTable FIELDS = NameTable.of("type", "event", "delta", "text");
  private static final byte[] STREAM_EVENT = "stream_event".getBytes(StandardCharsets.US_ASCII);

  private interface Walk {
    long over(InputStream lines) throws IOException;
  }

  private TokenizerThroughput() {}

  public static void main(String[] args) throws IOException {
    Map<String, byte[]> corpora = new LinkedHashMap<>();
    corpora.put("session", CliCorpus.session(CORPUS_BYTES));
    corpora.put("text deltas", CliCorpus.textDeltas(CORPUS_BYTES));
    corpora.put("tool results, 8 kB", CliCorpus.toolResults(CORPUS_BYTES, 8_000));
    corpora.put("lines of 2 MB", CliCorpus.toolResults(CORPUS_BYTES, 1 << 20));
    Map<String, Walk> walks = new LinkedHashMap<>();
    walks.put("every token", TokenizerThroughput::everyToken);
    walks.put("jackson-core", TokenizerThroughput::jackson);
    walks.put("text deltas only", TokenizerThroughput::textDeltas);
    System.out.printf("%-20s %8s %8s", "GB/s", "B/line", "B/token");
    walks.keySet().forEach(name -> System.out.printf(" %16s", name));
    System.out.println();
    for (int warm = 0; warm < 3; warm++) {
      for (byte[] corpus : corpora.values()) {
        for (Walk walk : walks.values()) {
          speed(walk, corpus);
        }
      }
    }
    for (var corpus : corpora.entrySet()) {
      measure(corpus.getKey(), corpus.getValue(), walks);
    }
  }

  private static void measure(String name, byte[] corpus, Map<String, Walk> walks) throws IOException {
    long tokens = everyToken(stream(corpus, 1));
    if (tokens != jackson(stream(corpus, 1))) {
      throw new IllegalStateException("other tokens than jackson-core's");
    }
    double[][] speeds = new double[walks.size()][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      int which = 0;
      for (Walk walk : walks.values()) {
        speeds[which++][round] = speed(walk, corpus);
      }
    }
    System.out.printf("%-20s %8d %8.1f", name, corpus.length / lines(corpus),
        (double) corpus.length / (tokens & 0xFFFFFFFFL));
    for (double[] speed : speeds) {
      Arrays.sort(speed);
      System.out.printf(" %16.2f", speed[ROUNDS / 2]);
    }
    System.out.println();
  }

  private static double speed(Walk walk, byte[] corpus) throws IOException {
    InputStream stream = stream(corpus, REPEATS);
    long start = THREADS.getCurrentThreadCpuTime();
    walk.over(stream);
    return (double) corpus.length * REPEATS / (THREADS.getCurrentThreadCpuTime() - start);
  }

  private static InputStream stream(byte[] corpus, int repeats) {
    List<InputStream> parts = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      parts.add(new ByteArrayInputStream(corpus));
    }
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  private static int lines(byte[] corpus) {
    int lines = 0;
    for (byte b : corpus) {
      lines += b == '\n' ? 1 : 0;
    }
    return lines;
  }

  /** The number of tokens, and in the upper half that of names and strings. */
  private static long everyToken(InputStream lines) throws IOException {
    JsonlTokenizer tokens = new JsonlTokenizer(lines);
    long count = 0;
    while (tokens.nextLine() == Line.LINE) {
      for (Token token = tokens.next(); token != Token.END_LINE; token = tokens.next()) {
        if (token == Token.INVALID) {
          throw new IllegalStateException("invalid");
        }
        count += token == Token.STRING || token == Token.NAME ? 1 + (1L << 32) : 1;
      }
    }
    return count;
  }

  private static long jackson(InputStream lines) {
    long count = 0;
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), lines)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        count += token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME ? 1 + (1L << 32) : 1;
      }
    }
    return count;
  }

  /** The names matched, the text delta's bounds taken, the rest of the line skipped. */
  private static long textDeltas(InputStream lines) throws IOException {
    JsonlTokenizer tokens = new JsonlTokenizer(lines);
    long bytes = 0;
    while (tokens.nextLine() == Line.LINE) {
      tokens.next();
      boolean streamed = false;
      while (tokens.next() == Token.NAME) {
        int field = tokens.nameIn(FIELDS);
        if (field == TYPE) {
          tokens.next();
          streamed = tokens.textIs(STREAM_EVENT);
        } else if (field == EVENT && streamed) {
          bytes += delta(tokens);
        } else {
          tokens.skipValue();
        }
      }
    }
    return bytes;
  }

  /** Enters the event and its delta, and leaves both. */
  private static int delta(JsonlTokenizer tokens) {
    int bytes = 0;
    int outside = tokens.depth();
    tokens.next();
    while (tokens.depth() > outside) {
      Token token = tokens.next();
      if (token == Token.INVALID) {
        return bytes;
      }
      switch (tokens.nameIn(FIELDS)) {
        case DELTA -> tokens.next();
        case TEXT -> {
          tokens.next();
          bytes += tokens.tokenEnd() - tokens.tokenStart();
        }
        default -> tokens.skipValue();
      }
    }
    return bytes;
  }
}

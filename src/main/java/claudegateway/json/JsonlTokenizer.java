package claudegateway.json;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Walks a stream of JSON texts, one a line, in place: the CLI's stdout.
 *
 * <p>{@link #nextLine} finds a line, {@link #next} pulls its tokens. A token is a region of the line's
 * buffer; nothing is decoded or copied before it is asked for, and walking allocates nothing. What is asked
 * about the current token holds until the next call of {@code nextLine}, {@code next}, {@code skipValue} or
 * {@code rawValue}.
 *
 * <p>Bad input never throws. Whatever breaks JSON's grammar, raw control characters in strings included,
 * gives {@link Token#INVALID} from there to the end of the line. What a string's escapes and its UTF-8 say
 * is looked at only when it is asked for: {@link #text} has U+FFFD for what is wrong with them, and a
 * {@link #slice} is always fit for another JSON text.
 *
 * <p>Not thread-safe: one reader thread. The buffer holds the longest line and shrinks when the stream is
 * idle.
 */
public final class JsonlTokenizer {
  /** Longer lines are skipped; far above the CLI's longest, an answer of some MB. In bytes. */
  public static final int LINE_MAX = 64 << 20;

  private static final byte[] NO_BYTES = {};
  /** Deeper nesting is INVALID. */
  public static final int DEPTH_MAX = 512;

  /** What {@link #nextLine} found. */
  public enum Line { LINE, TOO_LONG, END }

  /** What {@link #next} found. */
  public enum Token {
    BEGIN_OBJECT, END_OBJECT, BEGIN_ARRAY, END_ARRAY, NAME,
    STRING, NUMBER, TRUE, FALSE, NULL,
    END_LINE, INVALID
  }

  private static final int TRUE_WORD = 't' | 'r' << 8 | 'u' << 16 | 'e' << 24;
  private static final int ALSE_WORD = 'a' | 'l' << 8 | 's' << 16 | 'e' << 24;
  private static final int NULL_WORD = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;

  /*
   * What the current token was, and so what may follow: below 0 a name, from STRING on a comma or an end.
   * They are numbers because storing a reference to an enum would cost the collector's write barrier at
   * each token.
   */
  private static final int BEFORE_NAME = -2;
  private static final int BEGIN_OBJECT = -1;
  private static final int STOPPED = 0;
  private static final int BEFORE_VALUE = 1;
  private static final int NAME = 2;
  private static final int BEGIN_ARRAY = 3;
  private static final int STRING = 4;
  private static final int NUMBER = 5;
  private static final int OTHER_END = 6;

  private final LineBuffer lines;
  private final SlicePages pages = new SlicePages();
  private byte[] bytes;
  private int at;
  private int state = STOPPED;
  /** END_LINE or INVALID, when STOPPED. */
  private Token stopped = Token.END_LINE;
  private int tokenStart;
  private int tokenEnd;
  private int depth;
  /** One bit for each open container: set for an object. */
  private final long[] objects = new long[DEPTH_MAX / Long.SIZE];
  /** What closes the innermost container, and what a comma leads to in it; 0 outside of all. */
  private int close;
  private int afterComma;

  /** With {@link #LINE_MAX}. */
  public JsonlTokenizer(InputStream in) {
    this(in, LINE_MAX);
  }

  /** Skips lines of more than lineMax bytes, 1 to LINE_MAX, the newline not counted. */
  public JsonlTokenizer(InputStream in, int lineMax) {
    this.lines = new LineBuffer(in, lineMax);
    this.bytes = lines.bytes();
  }

  /**
   * Goes to the next line that isn't blank; what is left of the current one is dropped. Blocks until the
   * whole line is there. A last line without its newline is a line; END comes again when asked again.
   */
  public Line nextLine() throws IOException {
    Line line;
    bytes = NO_BYTES; // an idle tokenizer does not hold on to the buffer of a long line
    try {
      line = lines.advance(at);
    } finally {
      bytes = lines.bytes();
    }
    at = tokenStart = tokenEnd = lines.lineStart();
    depth = close = afterComma = 0;
    state = line == Line.LINE ? BEFORE_VALUE : STOPPED;
    stopped = line == Line.TOO_LONG ? Token.INVALID : Token.END_LINE;
    return line;
  }

  /** How long the line was that was TOO_LONG, in bytes. */
  public long skippedBytes() {
    return lines.skippedBytes();
  }

  /** The next token of the line. END_LINE and INVALID stay; a line that was TOO_LONG is INVALID. */
  public Token next() {
    byte[] b = bytes;
    int i = at;
    int c = b[i];
    int expected = state;
    if (expected >= STRING) {
      if (c != ',') {
        return afterValue(i, c);
      }
      expected = afterComma;
      c = b[++i];
    }
    if (c == '"') {
      if (expected < 0) {
        return name(b, i + 1);
      }
      if (expected > 0) {
        return string(b, i + 1);
      }
    }
    return noString(b, i, c, expected);
  }

  private Token name(byte[] b, int from) {
    int end = StringScan.end(b, from);
    if (end < 0) {
      return invalid();
    }
    int colon = end + 1;
    if (b[colon] != ':') {
      colon = skipSpace(colon);
      if (b[colon] != ':') {
        return invalid();
      }
    }
    tokenStart = from;
    tokenEnd = end;
    at = colon + 1;
    state = NAME;
    return Token.NAME;
  }

  private Token string(byte[] b, int from) {
    int end = StringScan.end(b, from);
    if (end < 0) {
      return invalid();
    }
    tokenStart = from;
    tokenEnd = end;
    at = end + 1;
    state = STRING;
    return Token.STRING;
  }

  private Token afterValue(int i, int c) {
    if (c == close) {
      return endContainer(i, c);
    }
    if (isSpace(c)) {
      at = skipSpace(i);
      return next();
    }
    return c == '\n' && close == 0 ? stop(i, Token.END_LINE) : invalid();
  }

  private Token noString(byte[] b, int i, int c, int expected) {
    if (expected == STOPPED) {
      return state == STOPPED ? stopped : invalid();
    }
    if (isSpace(c)) {
      at = skipSpace(i);
      state = expected;
      return next();
    }
    if (expected < 0) {
      return c == '}' && expected == BEGIN_OBJECT ? endContainer(i, c) : invalid();
    }
    return switch (c) {
      case '{' -> beginContainer(i, true);
      case '[' -> beginContainer(i, false);
      case ']' -> expected == BEGIN_ARRAY ? endContainer(i, c) : invalid();
      case 't' -> Swar.int32(b, i) == TRUE_WORD ? token(Token.TRUE, OTHER_END, i, i + 4) : invalid();
      case 'f' -> Swar.int32(b, i + 1) == ALSE_WORD ? token(Token.FALSE, OTHER_END, i, i + 5) : invalid();
      case 'n' -> Swar.int32(b, i) == NULL_WORD ? token(Token.NULL, OTHER_END, i, i + 4) : invalid();
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
        int end = NumberScan.end(b, i);
        yield end < 0 ? invalid() : token(Token.NUMBER, NUMBER, i, end);
      }
      default -> invalid();
    };
  }

  private Token token(Token token, int newState, int start, int end) {
    tokenStart = start;
    tokenEnd = end;
    at = end;
    state = newState;
    return token;
  }

  private Token beginContainer(int i, boolean object) {
    if (depth == DEPTH_MAX) {
      return invalid();
    }
    long bit = 1L << depth;
    long others = objects[depth >> 6] & ~bit;
    objects[depth >> 6] = object ? others | bit : others;
    depth++;
    enter(object);
    return object
        ? token(Token.BEGIN_OBJECT, BEGIN_OBJECT, i, i + 1)
        : token(Token.BEGIN_ARRAY, BEGIN_ARRAY, i, i + 1);
  }

  private Token endContainer(int i, int c) {
    depth--;
    if (depth == 0) {
      close = afterComma = 0;
    } else {
      enter((objects[depth - 1 >> 6] >>> depth - 1 & 1) != 0);
    }
    return token(c == '}' ? Token.END_OBJECT : Token.END_ARRAY, OTHER_END, i, i + 1);
  }

  private void enter(boolean object) {
    close = object ? '}' : ']';
    afterComma = object ? BEFORE_NAME : BEFORE_VALUE;
  }

  private Token invalid() {
    return stop(at, Token.INVALID);
  }

  private Token stop(int i, Token reason) {
    stopped = reason;
    return token(reason, STOPPED, i, i);
  }

  private static boolean isSpace(int c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  private int skipSpace(int from) {
    int i = from;
    while (isSpace(bytes[i])) {
      i++;
    }
    return i;
  }

  /**
   * Goes to the end of the current value: at a NAME that is the value which follows, at a BEGIN_OBJECT or
   * BEGIN_ARRAY the rest of it, at anything else nothing. Then the value's last token is current, and has the
   * bounds of the whole value.
   */
  public void skipValue() {
    if (state == NAME) {
      next();
    }
    if (state == BEGIN_OBJECT || state == BEGIN_ARRAY) {
      int start = tokenStart;
      int inside = depth;
      while (depth >= inside && next() != Token.INVALID) {
        // the tokens in between are of no interest
      }
      if (state != STOPPED) {
        tokenStart = start;
      }
    }
  }

  /**
   * Goes to the end of the current value as {@link #skipValue} does; a copy of its JSON text, empty when
   * INVALID.
   */
  public byte[] rawValue() {
    skipValue();
    int quote = isText() ? 1 : 0;
    return Arrays.copyOfRange(bytes, tokenStart - quote, tokenEnd + quote);
  }

  /**
   * Whether the current NAME or STRING stands there as these bytes; an escaped form of them is another
   * text.
   */
  public boolean textIs(byte[] ascii) {
    return isText() && Arrays.equals(bytes, tokenStart, tokenEnd, ascii, 0, ascii.length);
  }

  /** The current NAME's number in the table; -1 when it is unknown, and at any other token. */
  public int nameIn(NameTable table) {
    return state == NAME ? table.find(bytes, tokenStart, tokenEnd) : -1;
  }

  /** The current STRING's number in the table; -1 when it is unknown, and at any other token. */
  public int textIn(NameTable table) {
    return state == STRING ? table.find(bytes, tokenStart, tokenEnd) : -1;
  }

  private boolean isText() {
    return state == STRING || state == NAME;
  }

  /** A copy of the inside of the current NAME or STRING; EMPTY at any other token. */
  public Slice slice() {
    if (!isText()) {
      return Slice.EMPTY;
    }
    return StringDecoder.escapesAreValid(bytes, tokenStart, tokenEnd)
        ? pages.copyOf(bytes, tokenStart, tokenEnd - tokenStart)
        : Slice.of(text());
  }

  /** The current NAME or STRING decoded; "" at any other token. */
  public String text() {
    return isText() ? JsonWriter.wellFormed(StringDecoder.decode(bytes, tokenStart, tokenEnd)) : "";
  }

  /** The current NUMBER, a fraction cut off, out of range the nearest long; 0 at any other token. */
  public long longValue() {
    return state == NUMBER ? NumberScan.longValue(bytes, tokenStart, tokenEnd) : 0;
  }

  /** The current NUMBER; 0 at any other token. */
  public double doubleValue() {
    return state == NUMBER ? NumberScan.doubleValue(bytes, tokenStart, tokenEnd) : 0;
  }

  /** Where the current line and its tokens stand. Not to be written to; good until the next nextLine. */
  public byte[] buffer() {
    return bytes;
  }

  /** Where the current token begins in the buffer; a string's quotes do not belong to it. */
  public int tokenStart() {
    return tokenStart;
  }

  /** Behind the current token's last byte. */
  public int tokenEnd() {
    return tokenEnd;
  }

  public int lineStart() {
    return lines.lineStart();
  }

  /** Behind the line's last byte; neither "\n" nor "\r" before it belong to the line. Searches for it. */
  public int lineEnd() {
    return lines.lineEnd();
  }

  /** A copy of the current line, for diagnostics; empty when there is none. */
  public byte[] lineBytes() {
    return Arrays.copyOfRange(bytes, lineStart(), lineEnd());
  }

  /** How many containers are open: a BEGIN counts its own, an END no longer. */
  public int depth() {
    return depth;
  }
}

package claudegateway.json;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Walks a stream of JSON texts, one a line, in place: the CLI's stdout.
 *
 * <p>{@link #nextLine} finds a line, {@link #next} pulls its tokens. A token is a region of the line's buffer;
 * nothing is decoded or copied until it is asked for, and walking allocates nothing. Everything read about the
 * current token is good until the next call of {@code next}, {@code nextLine} or {@code skipValue}.
 *
 * <p>Bad input never throws. Whatever breaks JSON's grammar, an invalid escape and a raw control character in a
 * string included, gives {@link Token#INVALID} from there to the end of the line, so that a {@link Slice} is
 * fit for another JSON text. What UTF-8 the strings hold isn't looked at before {@link #text} asks.
 *
 * <p>Not thread-safe: one reader thread.
 */
public final class JsonlTokenizer {
  /** The longest line that is kept: far above the CLI's largest, an answer of some MB. */
  public static final int LINE_MAX = 64 << 20;
  /** Deeper nesting is INVALID. */
  public static final int DEPTH_MAX = 512;

  /** What {@link #nextLine} found. */
  public enum Line { LINE, TOO_LONG, END }

  /** What stands at the current position. */
  public enum Token {
    BEGIN_OBJECT, END_OBJECT, BEGIN_ARRAY, END_ARRAY, NAME, STRING, NUMBER, TRUE, FALSE, NULL, END_LINE, INVALID
  }

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final int TRUE_WORD = 't' | 'r' << 8 | 'u' << 16 | 'e' << 24;
  private static final int ALSE_WORD = 'a' | 'l' << 8 | 's' << 16 | 'e' << 24;
  private static final int NULL_WORD = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;

  private final LineBuffer lines;
  private byte[] bytes;
  private int lineEnd;
  private int at;
  private Token token = Token.END_LINE;
  private boolean lineBegun;
  private int tokenStart;
  private int tokenEnd;
  private boolean escaped;
  private int depth;
  /** One bit a level: set for an object. */
  private final long[] objects = new long[DEPTH_MAX / Long.SIZE];
  /** What closes the innermost container; 0 outside of all. */
  private int close;

  public JsonlTokenizer(InputStream in) {
    this(in, LINE_MAX);
  }

  /** Lines of more than lineMax bytes (the newline not counted) are skipped. */
  public JsonlTokenizer(InputStream in, int lineMax) {
    this.lines = new LineBuffer(in, lineMax);
    this.bytes = lines.bytes();
  }

  /**
   * Goes to the next line that isn't blank; what is left of the current one is dropped. Blocks until the whole
   * line is there. A last line without its newline is a line; END comes again when asked again.
   */
  public Line nextLine() throws IOException {
    Line line = lines.advance();
    bytes = lines.bytes();
    at = tokenStart = tokenEnd = lines.lineStart();
    lineEnd = lines.lineEnd();
    depth = close = 0;
    lineBegun = false;
    token = line == Line.LINE ? Token.NULL : line == Line.END ? Token.END_LINE : Token.INVALID;
    return line;
  }

  /** The length of the line that was TOO_LONG, in bytes. */
  public long skippedBytes() {
    return lines.skippedBytes();
  }

  /** The next token of the line. END_LINE and INVALID stay. */
  public Token next() {
    if (token == Token.END_LINE || token == Token.INVALID) {
      return token;
    }
    int c = skipSpace();
    if (!lineBegun) {
      lineBegun = true;
      return value(c);
    }
    switch (token) {
      case NAME -> {
        return value(c);
      }
      case BEGIN_OBJECT -> {
        return c == '}' ? end(c) : name(c);
      }
      case BEGIN_ARRAY -> {
        return c == ']' ? end(c) : value(c);
      }
      default -> {
        if (depth == 0) {
          return at == lineEnd ? (token = Token.END_LINE) : invalid();
        }
        if (c == close) {
          return end(c);
        }
        if (c != ',') {
          return invalid();
        }
        at++;
        c = skipSpace();
        return close == '}' ? name(c) : value(c);
      }
    }
  }

  private int skipSpace() {
    while (true) {
      int c = bytes[at];
      if (c > ' ' || c < 0 || at == lineEnd || (c != ' ' && c != '\t' && c != '\r')) {
        return c;
      }
      at++;
    }
  }

  private Token invalid() {
    return token = Token.INVALID;
  }

  private Token name(int c) {
    if (c != '"' || !string()) {
      return invalid();
    }
    if (skipSpace() != ':') {
      return invalid();
    }
    at++;
    return token = Token.NAME;
  }

  private Token value(int c) {
    tokenStart = at;
    switch (c) {
      case '"':
        return string() ? (token = Token.STRING) : invalid();
      case '{':
        return begin(Token.BEGIN_OBJECT, '}');
      case '[':
        return begin(Token.BEGIN_ARRAY, ']');
      case 't':
        return (int) INT.get(bytes, at) == TRUE_WORD ? word(Token.TRUE, 4) : invalid();
      case 'f':
        return (int) INT.get(bytes, at + 1) == ALSE_WORD ? word(Token.FALSE, 5) : invalid();
      case 'n':
        return (int) INT.get(bytes, at) == NULL_WORD ? word(Token.NULL, 4) : invalid();
      default:
        return c == '-' || isDigit(c) ? number(c) : invalid();
    }
  }

  private Token word(Token literal, int length) {
    tokenEnd = at += length;
    return token = literal;
  }

  private Token begin(Token which, int closing) {
    if (depth == DEPTH_MAX) {
      return invalid();
    }
    long bit = 1L << depth;
    if (closing == '}') {
      objects[depth >> 6] |= bit;
    } else {
      objects[depth >> 6] &= ~bit;
    }
    depth++;
    close = closing;
    return word(which, 1);
  }

  private Token end(int c) {
    tokenStart = at;
    depth--;
    int outer = depth - 1;
    close = depth == 0 ? 0 : (objects[outer >> 6] >>> outer & 1) != 0 ? '}' : ']';
    return word(c == '}' ? Token.END_OBJECT : Token.END_ARRAY, 1);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private Token number(int first) {
    byte[] b = bytes;
    int i = first == '-' ? at + 1 : at;
    if (b[i] == '0') {
      i++;
    } else {
      int digits = i;
      while (isDigit(b[i])) {
        i++;
      }
      if (i == digits) {
        return invalid();
      }
    }
    if (b[i] == '.') {
      int digits = ++i;
      while (isDigit(b[i])) {
        i++;
      }
      if (i == digits) {
        return invalid();
      }
    }
    if ((b[i] | 0x20) == 'e') {
      i++;
      if (b[i] == '+' || b[i] == '-') {
        i++;
      }
      int digits = i;
      while (isDigit(b[i])) {
        i++;
      }
      if (i == digits) {
        return invalid();
      }
    }
    tokenEnd = at = i;
    return token = Token.NUMBER;
  }

  /** From the opening quote to behind the closing one; false when the string is none. */
  private boolean string() {
    byte[] b = bytes;
    int i = at + 1;
    tokenStart = i;
    escaped = false;
    while (true) {
      long word = (long) WORD.get(b, i);
      long quoteOrControl = (word ^ ONES * 0x02) - ONES * 0x21;
      long backslash = (word ^ ONES * '\\') - ONES;
      long hit = (quoteOrControl | backslash) & ~word & HIGHS;
      if (hit == 0) {
        i += 8;
        continue;
      }
      i += Long.numberOfTrailingZeros(hit) >> 3;
      if (b[i] == '"') {
        tokenEnd = i;
        at = i + 1;
        return true;
      }
      int length = b[i] == '\\' ? escapeLength(b, i) : 0;
      if (length == 0) {
        return false;
      }
      escaped = true;
      i += length;
    }
  }

  /** 2 or 6; 0 for no escape of JSON's. */
  private static int escapeLength(byte[] b, int backslash) {
    switch (b[backslash + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
        return 2;
      case 'u':
        for (int i = backslash + 2; i < backslash + 6; i++) {
          if (Character.digit(b[i], 16) < 0) {
            return 0;
          }
        }
        return 6;
      default:
        return 0;
    }
  }

  /** Whether the current NAME or STRING stands there as these bytes; an escaped form of them does not count. */
  public boolean textIs(byte[] ascii) {
    return isText() && Arrays.equals(ascii, 0, ascii.length, bytes, tokenStart, tokenEnd);
  }

  /** The current NAME's number in the table; -1 when it is unknown or the token is no name. */
  public int nameIn(NameTable table) {
    return token == Token.NAME ? table.find(bytes, tokenStart, tokenEnd) : -1;
  }

  /** The current STRING's number in the table; -1 when it is unknown or the token is no string. */
  public int textIn(NameTable table) {
    return token == Token.STRING ? table.find(bytes, tokenStart, tokenEnd) : -1;
  }

  private boolean isText() {
    return token == Token.STRING || token == Token.NAME;
  }

  /** A copy of the current STRING's (or NAME's) inside; EMPTY at any other token. */
  public Slice slice() {
    return isText() ? Slice.copyOf(bytes, tokenStart, tokenEnd - tokenStart) : Slice.EMPTY;
  }

  /** The current NAME or STRING decoded, faults as U+FFFD; "" at any other token. */
  public String text() {
    return isText() ? slice().decode() : "";
  }

  /** The current NUMBER, a fraction cut off, out of range the nearest long; 0 at any other token. */
  public long longValue() {
    if (token != Token.NUMBER) {
      return 0;
    }
    boolean negative = bytes[tokenStart] == '-';
    int start = negative ? tokenStart + 1 : tokenStart;
    if (tokenEnd - start > 18) {
      return (long) doubleValue();
    }
    long value = 0;
    for (int i = start; i < tokenEnd; i++) {
      if (!isDigit(bytes[i])) {
        return (long) doubleValue();
      }
      value = 10 * value + bytes[i] - '0';
    }
    return negative ? -value : value;
  }

  /** The current NUMBER; 0 at any other token. */
  public double doubleValue() {
    return token == Token.NUMBER ? Double.parseDouble(latin1(tokenStart, tokenEnd)) : 0;
  }

  private String latin1(int start, int end) {
    return new String(bytes, start, end - start, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  /**
   * Goes to the end of the current value: at a NAME that is the value which follows, at a BEGIN_OBJECT or
   * BEGIN_ARRAY the rest of it, at anything else nothing. The current token is then the value's last one and its
   * bounds are those of the whole value.
   */
  public void skipValue() {
    Token first = token == Token.NAME ? next() : token;
    if (first == Token.BEGIN_OBJECT || first == Token.BEGIN_ARRAY) {
      int start = tokenStart;
      int level = depth;
      while (depth >= level && next() != Token.INVALID) {
      }
      if (token != Token.INVALID) {
        tokenStart = start;
      }
    }
  }

  /** Skips the current value as {@link #skipValue} does and returns a copy of its JSON text; empty if INVALID. */
  public byte[] rawValue() {
    skipValue();
    if (token == Token.INVALID) {
      return new byte[0];
    }
    int quote = isText() ? 1 : 0;
    return Arrays.copyOfRange(bytes, tokenStart - quote, tokenEnd + quote);
  }

  /** The line's buffer; it may be another one after the next nextLine. */
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

  public int lineEnd() {
    return lineEnd;
  }

  /** A copy of the current line, for diagnostics. */
  public byte[] lineBytes() {
    return Arrays.copyOfRange(bytes, lineStart(), lineEnd);
  }

  /** How many containers are open at the current token; a BEGIN counts itself, an END no longer. */
  public int depth() {
    return depth;
  }
}

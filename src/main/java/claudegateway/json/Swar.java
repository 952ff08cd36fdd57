package claudegateway.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes at a time, as one long ("SIMD within a register"). The lowest byte of a word is the
 * first one in memory. A test leaves bit 7 of a byte set where it holds; it may also set it in bytes behind
 * the first such one, so only the first can be relied on.
 */
final class Swar {
  static final int BYTES = Long.BYTES;
  /** As much may be loaded from the last newline of a buffer on. */
  static final int PADDING = 4 * BYTES;
  static final long ONES = 0x0101010101010101L;
  static final long HIGHS = 0x8080808080808080L;
  private static final long NEWLINES = ONES * '\n';

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Swar() {}

  static long word(byte[] bytes, int at) {
    return (long) WORD.get(bytes, at);
  }

  static int int32(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  /** The index, 0 to 7, of the first byte that a test found; 8 when it found none. */
  static int first(long hits) {
    return Long.numberOfTrailingZeros(hits) >> 3;
  }

  private static long newlines(long word) {
    long zeroWhereNewline = word ^ NEWLINES;
    return zeroWhereNewline - ONES & ~zeroWhereNewline & HIGHS;
  }

  /** The first newline at or behind a position; there is one. */
  static int newline(byte[] bytes, int from) {
    if (bytes[from] == '\n') {
      return from;
    }
    int i = from;
    while ((newlines(word(bytes, i)) | newlines(word(bytes, i + 8))
        | newlines(word(bytes, i + 16)) | newlines(word(bytes, i + 24))) == 0) {
      i += 32;
    }
    while (newlines(word(bytes, i)) == 0) {
      i += BYTES;
    }
    return i + first(newlines(word(bytes, i)));
  }

  /** The last newline in a region, or -1. */
  static int lastNewline(byte[] bytes, int from, int to) {
    int i = to;
    while (i - 32 >= from && (newlines(word(bytes, i - 8)) | newlines(word(bytes, i - 16))
        | newlines(word(bytes, i - 24)) | newlines(word(bytes, i - 32))) == 0) {
      i -= 32;
    }
    while (--i >= from) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}

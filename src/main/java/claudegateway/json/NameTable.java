package claudegateway.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Known names, found by their bytes without making a String: {@link JsonlTokenizer#nameIn} gives the number
 * to switch on. A name's number is its position in {@link #of}.
 *
 * <p>Immutable; made once, as a constant.
 */
public final class NameTable {
  private static final int NAMES_MAX = 100;

  /** By slot: open addressing in a power of two of slots, at most half of them taken. */
  private final byte[][] names;
  private final long[] heads;
  private final long[] tails;
  private final int[] numbers;

  private NameTable(int slots) {
    this.names = new byte[slots][];
    this.heads = new long[slots];
    this.tails = new long[slots];
    this.numbers = new int[slots];
  }

  /** Up to 100 different names, without quotes, backslashes and control characters. */
  public static NameTable of(String... names) {
    if (names.length > NAMES_MAX) {
      throw new IllegalArgumentException(names.length + " names, at most " + NAMES_MAX + " go into a table");
    }
    NameTable table = new NameTable(Integer.highestOneBit(names.length * 4 + 3));
    for (int i = 0; i < names.length; i++) {
      byte[] literal = JsonWriter.literal(names[i]);
      if (literal.length != names[i].getBytes(StandardCharsets.UTF_8).length + 2) {
        throw new IllegalArgumentException("a name that needs escapes: " + names[i]);
      }
      table.add(i, Arrays.copyOfRange(literal, 1, literal.length - 1));
    }
    return table;
  }

  private void add(int number, byte[] name) {
    byte[] padded = Arrays.copyOf(name, name.length + Swar.BYTES);
    long head = head(padded, 0, name.length);
    long tail = tail(padded, 0, name.length);
    int slot = slot(head, tail, name.length);
    while (names[slot] != null) {
      if (Arrays.equals(names[slot], name)) {
        throw new IllegalArgumentException("twice the same name, the second is number " + number);
      }
      slot = slot + 1 & names.length - 1;
    }
    names[slot] = name;
    heads[slot] = head;
    tails[slot] = tail;
    numbers[slot] = number;
  }

  /**
   * The number of the name that stands in a region with eight readable bytes behind it; -1 for another one.
   */
  int find(byte[] bytes, int start, int end) {
    int length = end - start;
    long head = head(bytes, start, length);
    long tail = tail(bytes, start, length);
    int slot = slot(head, tail, length);
    byte[] name = names[slot];
    while (name != null) {
      if (heads[slot] == head && tails[slot] == tail && name.length == length
          && (length <= 2 * Swar.BYTES || Arrays.equals(name, 0, length, bytes, start, end))) {
        return numbers[slot];
      }
      slot = slot + 1 & names.length - 1;
      name = names[slot];
    }
    return -1;
  }

  /** The first eight bytes; of a shorter name all, and zeros. */
  private static long head(byte[] bytes, int start, int length) {
    long word = Swar.word(bytes, start);
    return length >= Swar.BYTES ? word : word & (1L << 8 * length) - 1;
  }

  /** The last eight bytes of a name that has more. */
  private static long tail(byte[] bytes, int start, int length) {
    return length > Swar.BYTES ? Swar.word(bytes, start + length - Swar.BYTES) : 0;
  }

  private int slot(long head, long tail, int length) {
    long mixed = (head ^ Long.rotateLeft(tail, 21) ^ length) * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & names.length - 1;
  }
}

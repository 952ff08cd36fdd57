package claudegateway.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Known names, found by their bytes without making a String. A name's number is its position in {@link #of}.
 *
 * <p>Immutable; made once, as a constant.
 */
public final class NameTable {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[][] names;
  /** Open addressing: 1 + the name's number, 0 is free. Never full, so each probe ends. */
  private final byte[] slots;
  private final int mask;

  private NameTable(byte[][] names) {
    this.names = names;
    this.slots = new byte[Integer.highestOneBit(Math.max(4, names.length * 4))];
    this.mask = slots.length - 1;
  }

  /** Up to 127 different names of printable ASCII without quotes and backslashes. */
  public static NameTable of(String... names) {
    if (names.length > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(names.length + " names");
    }
    NameTable table = new NameTable(new byte[names.length][]);
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i].getBytes(StandardCharsets.UTF_8);
      for (byte c : name) {
        if (c < ' ' || c == '"' || c == '\\') {
          throw new IllegalArgumentException("not a plain name: " + names[i]);
        }
      }
      table.add(i, name);
    }
    return table;
  }

  private void add(int number, byte[] name) {
    byte[] padded = Arrays.copyOf(name, name.length + LineBuffer.SLACK);
    if (find(padded, 0, name.length) >= 0) {
      throw new IllegalArgumentException("twice the same name: " + new String(name, StandardCharsets.UTF_8));
    }
    int slot = hash(padded, 0, name.length) & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    names[number] = name;
    slots[slot] = (byte) (number + 1);
  }

  public int size() {
    return names.length;
  }

  /** The number of the name that stands in the region, which has eight readable bytes behind it; or -1. */
  int find(byte[] bytes, int start, int end) {
    int slot = hash(bytes, start, end) & mask;
    while (slots[slot] != 0) {
      int number = slots[slot] - 1;
      byte[] name = names[number];
      if (name.length == end - start && Arrays.equals(name, 0, name.length, bytes, start, end)) {
        return number;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** From the length and the first and last eight bytes: enough to tell the protocol's names apart. */
  private static int hash(byte[] bytes, int start, int end) {
    int length = end - start;
    long head = (long) WORD.get(bytes, start);
    long word = length >= 8
        ? head ^ Long.rotateLeft((long) WORD.get(bytes, end - 8), 19)
        : length == 0 ? 0 : head & (-1L >>> (64 - 8 * length));
    long mixed = (word + length) * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 40);
  }
}

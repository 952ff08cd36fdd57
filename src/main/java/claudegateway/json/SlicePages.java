package claudegateway.json;

/**
 * Copies of small pieces of text, side by side in arrays that they share: a delta of some bytes needs no array of its
 * own, whose head would be as large as it, and which the collector would have to move one by one. An array lives as
 * long as any slice of it. One thread.
 */
final class SlicePages {
  private static final int PAGE_BYTES = 1 << 10;

  /** A longer one has an array of its own. */
  private static final int SMALL_MAX = PAGE_BYTES / 8;

  private byte[] page = Slice.EMPTY.bytes();
  private int used;

  /** A copy of a region of a buffer that its owner goes on using. */
  Slice copyOf(byte[] buffer, int offset, int length) {
    if (length > SMALL_MAX) {
      return Slice.copyOf(buffer, offset, length);
    }
    if (length > page.length - used) {
      page = new byte[PAGE_BYTES];
      used = 0;
    }
    System.arraycopy(buffer, offset, page, used, length);
    Slice copy = new Slice(page, used, length);
    used += length;
    return copy;
  }
}

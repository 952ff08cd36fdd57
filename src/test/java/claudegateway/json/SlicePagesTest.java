package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SlicePagesTest {

  @Test
  void everyCopyStaysAsItWasWhateverComesBehindIt() {
    Random random = new Random(5);
    SlicePages pages = new SlicePages();
    List<String> texts = new ArrayList<>();
    List<Slice> copies = new ArrayList<>();
    byte[] buffer = new byte[4_000];
    for (int i = 0; i < 3_000; i++) {
      int length = random.nextInt(i % 50 == 0 ? 3_000 : 40);
      int offset = random.nextInt(buffer.length - length);
      for (int b = offset; b < offset + length; b++) {
        buffer[b] = (byte) ('a' + random.nextInt(26));
      }
      texts.add(new String(buffer, offset, length, StandardCharsets.US_ASCII));
      copies.add(pages.copyOf(buffer, offset, length));
    }
    assertEquals(texts, copies.stream().map(Slice::toString).toList());
  }

  @Test
  void smallOnesShareAnArrayAndALargeOneHasItsOwn() {
    SlicePages pages = new SlicePages();
    byte[] buffer = new byte[4_000];
    Slice first = pages.copyOf(buffer, 0, 20);
    assertSame(first.bytes(), pages.copyOf(buffer, 20, 20).bytes());
    Slice large = pages.copyOf(buffer, 0, 2_000);
    assertEquals(2_000, large.bytes().length);
    assertNotSame(first.bytes(), large.bytes());
    assertSame(first.bytes(), pages.copyOf(buffer, 40, 20).bytes());
  }
}

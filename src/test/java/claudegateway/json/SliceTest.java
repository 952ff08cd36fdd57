package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SliceTest {
  @Test
  void aTextSurvivesTheWayThere() {
    for (String text : List.of(
        "", "plain", "quote \" backslash \\ slash /", "\u0000\u001f\b\f\n\r\t", "é日本😀\u2028",
        "ends with \\", "😀")) {
      assertEquals(text, Slice.of(text).decode());
    }
    assertEquals("a\uFFFDb", Slice.of("a\ud83db").decode());
    assertTrue(Slice.of("").isEmpty());
  }

  @Test
  void decodesWhateverTheBytesAre() {
    assertEquals("\uFFFD", raw("\\").decode());
    assertEquals("a\uFFFDqb", raw("a\\qb").decode());
    assertEquals("\uFFFDu12", raw("\\u12").decode());
    assertEquals("\uFFFDu12g4", raw("\\u12g4").decode());
    assertEquals("\ud83d\uFFFDu", raw("\\ud83d\\u").decode());
    assertEquals("\ud83d😀", raw("\\ud83d\\ud83d\\ude00").decode());
    assertEquals("\n\uFFFD", new Slice(new byte[] {'\\', 'n', (byte) 0xE2, (byte) 0x82}, 0, 4).decode());
  }

  @Test
  void halvesOfACharacterMeet() {
    assertEquals("a\ud83d", raw("a\\ud83d").decode());
    assertEquals("\ude00b", raw("\\ude00b").decode());
    assertEquals("a😀b", raw("a\\ud83d").decode() + raw("\\ude00b").decode());
  }

  @Test
  void joinedInsidesAreTheJoinedTextsInside() {
    Slice joined = Slice.join(List.of(raw("a\\n"), raw(""), raw("\\ud83d"), raw("\\ude00é")));
    assertEquals("a\\n\\ud83d\\ude00é", joined.toString());
    assertEquals("a\n😀é", joined.decode());
    assertEquals(Slice.EMPTY, Slice.join(List.of()));
    Slice only = raw("x");
    assertEquals(only, Slice.join(List.of(only)));
  }

  @Test
  void equalsByContent() {
    byte[] bytes = "xabcabc".getBytes(StandardCharsets.US_ASCII);
    Slice first = new Slice(bytes, 1, 3);
    Slice second = new Slice(bytes, 4, 3);
    assertEquals(first, second);
    assertEquals(first.hashCode(), second.hashCode());
    assertNotEquals(first, new Slice(bytes, 0, 3));
    assertNotEquals(first, new Slice(bytes, 1, 2));
  }

  @Test
  void aCopyDoesNotFollowItsBuffer() {
    byte[] buffer = "hello world".getBytes(StandardCharsets.US_ASCII);
    Slice copy = Slice.copyOf(buffer, 6, 5);
    buffer[6] = '!';
    assertEquals("world", copy.decode());
  }

  @Test
  void staysInsideItsBytes() {
    byte[] bytes = new byte[4];
    assertThrows(IndexOutOfBoundsException.class, () -> new Slice(bytes, -1, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> new Slice(bytes, 0, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> new Slice(bytes, 2, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> new Slice(bytes, Integer.MAX_VALUE, 1));
  }

  private static Slice raw(String literal) {
    byte[] bytes = ("[" + literal + "]").getBytes(StandardCharsets.UTF_8);
    return new Slice(bytes, 1, bytes.length - 2);
  }
}

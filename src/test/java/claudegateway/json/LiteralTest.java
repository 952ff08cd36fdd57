package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LiteralTest {
  private static final byte[] BYTES =
      "a\\n\\u0041\\ud83d\\ude00\\uDBFF\\uDFFFé漢😀\\\\\\\"\\/z".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 20, 100})
  void piecesAreWholeAndMakeTheWhole(int room) {
    StringBuilder decoded = new StringBuilder();
    long units = 0;
    for (int from = 0; from < BYTES.length; ) {
      int to = Literal.cut(BYTES, from, BYTES.length, room);
      assertTrue(to > from && to - from <= Math.max(room, Literal.ATOM_MAX));
      String piece = new Slice(BYTES, from, to - from).decode();
      assertFalse(Character.isHighSurrogate(piece.charAt(piece.length() - 1)));
      assertEquals(piece.length(), Literal.units(BYTES, from, to));
      decoded.append(piece);
      units += piece.length();
      from = to;
    }
    String whole = new Slice(BYTES, 0, BYTES.length).decode();
    assertEquals(whole, decoded.toString());
    assertEquals(whole.length(), units);
  }

  @Test
  void advancesByUnits() {
    Slice slice = new Slice(BYTES, 1, BYTES.length - 1);
    String text = slice.decode();
    for (int units = 0; units <= text.length(); units++) {
      if (units == text.length() || !Character.isLowSurrogate(text.charAt(units))) {
        int at = Literal.advance(slice, units);
        assertEquals(text.substring(units), new Slice(BYTES, at, BYTES.length - at).decode());
      }
    }
    assertEquals(BYTES.length, Literal.advance(slice, text.length() + 5));
  }

  @Test
  void aPieceIsAsLargeAsItMayBe() {
    byte[] plain = "x".repeat(1000).getBytes(StandardCharsets.UTF_8);
    assertEquals(300, Literal.cut(plain, 0, plain.length, 300));
  }
}

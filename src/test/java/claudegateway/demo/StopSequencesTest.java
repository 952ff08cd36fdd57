package claudegateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StopSequencesTest {

  /** However the text is cut into pieces, the same is said as if it came at once. */
  @Test
  void cutsDoNotMatter() {
    Random random = new Random(7);
    for (int run = 0; run < 2_000; run++) {
      String text = letters(random, 1 + random.nextInt(30));
      List<String> sequences =
          List.of(letters(random, 1 + random.nextInt(4)), letters(random, 1 + random.nextInt(4)));
      int first = sequences.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min()
          .orElse(text.length());

      StopSequences stops = new StopSequences(sequences);
      StringBuilder said = new StringBuilder();
      for (int at = 0; at < text.length() && stops.found().isEmpty(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(4));
        said.append(stops.accept(text.substring(at, end)));
        at = end;
      }
      said.append(stops.rest());

      String told = text + " " + sequences;
      assertEquals(first < text.length(), stops.found().isPresent(), told);
      if (stops.found().isPresent()) {
        assertEquals(text.indexOf(stops.found().get()), said.length(), told);
      } else {
        assertEquals(text, said.toString(), told);
      }
    }
  }

  @Test
  void withoutSequencesNothingIsHeldBack() {
    StopSequences none = new StopSequences(List.of());
    assertEquals("abc", none.accept("abc"));
    assertEquals("", none.rest());
    assertEquals(Optional.empty(), none.found());
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }
}

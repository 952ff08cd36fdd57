package claudegateway.chat;

import claudegateway.json.Slice;
import java.util.Optional;

/**
 * Keeps the halves of a character together. The model's API may cut a text between the two UTF-16 halves of an
 * emoji; the CLI then prints each half as an escape ({@code \}{@code ud83d}), and a client that decodes delta by
 * delta would show two broken characters. Whole ones the CLI prints as they are, so such an escape is always half
 * of something.
 */
final class SplitCharacters {
  private Optional<Character> half = Optional.empty();

  /** The text as it can be passed on now; what must wait for its other half comes with the next one. */
  Slice next(Slice delta) {
    if (half.isEmpty() && !hasHalf(delta)) {
      return delta;
    }
    String text = half.map(String::valueOf).orElse("") + delta.decode();
    half = Optional.empty();
    if (!text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1))) {
      half = Optional.of(text.charAt(text.length() - 1));
      text = text.substring(0, text.length() - 1);
    }
    return Slice.of(text);
  }

  /** What is left when no more comes: a half without its other half, as U+FFFD. */
  Slice rest() {
    Slice rest = half.map(c -> Slice.of(String.valueOf(c))).orElse(Slice.EMPTY);
    half = Optional.empty();
    return rest;
  }

  private static boolean hasHalf(Slice delta) {
    byte[] bytes = delta.bytes();
    int end = delta.offset() + delta.length() - 5;
    for (int i = delta.offset(); i < end; i++) {
      if (bytes[i] == '\\') {
        if (bytes[i + 1] == 'u' && (bytes[i + 2] | 0x20) == 'd' && bytes[i + 3] >= '8') {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}

package claudegateway.chat;

import claudegateway.json.Literal;
import claudegateway.json.Slice;

/**
 * Takes the wrapper of {@link ChatRequest.OutputFormat.JsonSchema} off again while the text streams: of
 * {@code {"value": X}}, written as the inside of a string literal and cut anywhere between atoms, it lets X
 * pass. What passes is always one piece of the slice that came in, so nothing is copied or held back.
 */
final class RootUnwrapper {
  private enum State { BEFORE, INSIDE, IN_STRING, ESCAPED, AFTER }

  private State state = State.BEFORE;
  private int depth;

  Slice pass(Slice literal) {
    byte[] bytes = literal.bytes();
    int end = literal.offset() + literal.length();
    int from = -1;
    int at = literal.offset();
    while (at < end && state != State.AFTER) {
      int next = at + Literal.unit(bytes, at);
      boolean before = state == State.BEFORE;
      step(character(bytes, at));
      if (!before && from < 0 && state != State.AFTER) {
        from = at;
      }
      if (state == State.AFTER) {
        break;
      }
      at = next;
    }
    return from < 0 ? Slice.EMPTY : new Slice(bytes, from, at - from);
  }

  private void step(int c) {
    switch (state) {
      // The wrapper's only key has no colon in it.
      case BEFORE -> state = c == ':' ? State.INSIDE : State.BEFORE;
      case INSIDE -> inside(c);
      case IN_STRING -> state = c == '\\' ? State.ESCAPED : c == '"' ? State.INSIDE : State.IN_STRING;
      case ESCAPED -> state = State.IN_STRING;
      case AFTER -> { }
    }
  }

  private void inside(int c) {
    switch (c) {
      case '"' -> state = State.IN_STRING;
      case '{', '[' -> depth++;
      case '}', ']' -> {
        if (depth == 0) {
          state = State.AFTER;
        } else {
          depth--;
        }
      }
      case ',' -> state = depth == 0 ? State.AFTER : State.INSIDE;
      default -> { }
    }
  }

  /** The UTF-16 unit that an escape stands for, or the first byte of a character. */
  private static int character(byte[] bytes, int at) {
    if (bytes[at] != '\\') {
      return bytes[at];
    }
    return switch (bytes[at + 1]) {
      case 'u' -> hex(bytes, at + 2);
      case 'b', 'f', 'n', 'r', 't' -> ' ';
      default -> bytes[at + 1];
    };
  }

  private static int hex(byte[] bytes, int at) {
    int value = 0;
    for (int i = at; i < at + 4; i++) {
      value = value << 4 | Character.digit(bytes[i], 16);
    }
    return value;
  }
}

package claudegateway.openai;

import static claudegateway.openai.PatternCursor.isAscii;
import static claudegateway.openai.PatternCursor.isDigit;
import static claudegateway.openai.PatternCursor.isLetter;
import static claudegateway.openai.PatternCursor.require;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whether a text is a regular expression of JavaScript with the flag u (ECMA-262 §22.2.1), which is how
 * JSON Schema's patterns are compiled. That flag forbids needless escapes, which patterns in the wild are
 * full of ({@code \-}, {@code \@}): those are taken away, the meaning stays.
 */
final class EcmaPattern {
  /** Groups in groups. */
  private static final int DEPTH_MAX = 100;

  /** What a class atom is that is no single character. */
  private static final int SET = -1;

  private static final String SYNTAX = "^$\\.*+?()[]{}|/";

  private final PatternCursor in;
  private final Set<String> names = new HashSet<>();
  private final Set<String> namesUsed = new HashSet<>();
  private int groups;
  private double highestReference;

  private EcmaPattern(String pattern) {
    in = new PatternCursor(pattern);
  }

  /** The pattern without needless escapes; empty when it is no pattern. */
  static Optional<String> repaired(String pattern) {
    EcmaPattern parser = new EcmaPattern(pattern);
    try {
      parser.alternatives(0);
      require(parser.in.atEnd());
      require(parser.highestReference <= parser.groups && parser.names.containsAll(parser.namesUsed));
      return Optional.of(parser.in.kept());
    } catch (PatternCursor.Fault notOne) {
      return Optional.empty();
    }
  }

  private void alternatives(int depth) {
    require(depth <= DEPTH_MAX);
    while (!in.atEnd() && in.peek() != ')') {
      if (in.peek() == '|') {
        in.take();
      } else if (term(depth)) {
        quantifier();
      }
    }
  }

  /** Returns whether a quantifier may follow. */
  private boolean term(int depth) {
    switch (in.peek()) {
      case '^', '$' -> {
        in.take();
        return false;
      }
      case '(' -> {
        return group(depth);
      }
      case '[' -> characterClass();
      case '\\' -> {
        if (in.looking("\\b") || in.looking("\\B")) {
          in.take(2);
          return false;
        }
        escape(false);
      }
      case '*', '+', '?', '{', '}', ']' -> throw new PatternCursor.Fault();
      default -> in.take();
    }
    return true;
  }

  private boolean group(int depth) {
    boolean quantifiable = true;
    if (in.looking("(?=") || in.looking("(?!")) {
      in.take(3);
      quantifiable = false;
    } else if (in.looking("(?<=") || in.looking("(?<!")) {
      in.take(4);
      quantifiable = false;
    } else if (in.looking("(?:")) {
      in.take(3);
    } else if (in.looking("(?<")) {
      in.take(3);
      groups++;
      require(names.add(groupName()));
    } else {
      require(!in.looking("(?"));
      in.take();
      groups++;
    }
    alternatives(depth + 1);
    in.expect(')');
    return quantifiable;
  }

  private String groupName() {
    StringBuilder name = new StringBuilder();
    while (in.peek() != '>') {
      int c = in.take();
      require(c == '$' || c == '_' || Character.isUnicodeIdentifierStart(c)
          || (!name.isEmpty() && Character.isUnicodeIdentifierPart(c)));
      name.appendCodePoint(c);
    }
    require(!name.isEmpty());
    in.expect('>');
    return name.toString();
  }

  private void quantifier() {
    switch (in.peek()) {
      case '*', '+', '?' -> in.take();
      case '{' -> {
        in.take();
        double least = digits();
        if (in.peek() == ',') {
          in.take();
          require(in.peek() == '}' || digits() >= least);
        }
        in.expect('}');
      }
      default -> {
        return;
      }
    }
    if (in.peek() == '?') {
      in.take();
    }
  }

  /** A double, because any number of digits is allowed. */
  private double digits() {
    require(isDigit(in.peek()));
    double value = 0;
    while (isDigit(in.peek())) {
      value = value * 10 + in.take() - '0';
    }
    return value;
  }

  private void characterClass() {
    in.take();
    if (in.peek() == '^') {
      in.take();
    }
    while (in.peek() != ']') {
      int low = classAtom();
      if (in.peek() == '-' && in.peek(1) != ']') {
        in.take();
        int high = classAtom();
        require(low != SET && high >= low);
      }
    }
    in.expect(']');
  }

  private int classAtom() {
    return in.peek() == '\\' ? escape(true) : in.take();
  }

  /** Returns the character that is meant, or {@link #SET}. */
  private int escape(boolean inClass) {
    int c = in.peek(1);
    switch (c) {
      case 'd', 'D', 'w', 'W', 's', 'S' -> in.take(2);
      case 'f', 'n', 'r', 't', 'v' -> {
        in.take(2);
        return "\f\n\r\t\u000b".charAt("fnrtv".indexOf(c));
      }
      case 'b' -> {
        require(inClass);
        in.take(2);
        return '\b';
      }
      case 'c' -> {
        require(isLetter(in.peek(2)));
        in.take(2);
        return in.take() % 32;
      }
      case 'x' -> {
        in.take(2);
        return in.hex(2);
      }
      case 'u' -> {
        in.take(2);
        return unicode();
      }
      case 'p', 'P' -> property();
      case 'k' -> {
        require(!inClass && in.looking("\\k<"));
        in.take(3);
        namesUsed.add(groupName());
      }
      case '0' -> {
        in.take(2);
        require(!isDigit(in.peek()));
        return 0;
      }
      default -> {
        return isDigit(c) ? reference(inClass) : identity(c, inClass);
      }
    }
    return SET;
  }

  private int reference(boolean inClass) {
    require(!inClass);
    in.take();
    highestReference = Math.max(highestReference, digits());
    return SET;
  }

  /** A character that stands for itself; its escape stays only where the flag u allows it. */
  private int identity(int c, boolean inClass) {
    require(isAscii(c) && !isLetter(c));
    if (SYNTAX.indexOf(c) >= 0 || (inClass && c == '-')) {
      in.take();
    } else {
      in.drop();
    }
    return in.take();
  }

  /** Behind {@code \\u}: digits in braces, four digits, or two such escapes that are a surrogate pair. */
  private int unicode() {
    if (in.peek() == '{') {
      in.take();
      int value = in.hex(1);
      while (in.peek() != '}') {
        value = value * 16 + in.hex(1);
        require(value <= Character.MAX_CODE_POINT);
      }
      in.expect('}');
      return value;
    }
    int value = in.hex(4);
    boolean pair = Character.isHighSurrogate((char) value) && in.looking("\\u")
        && (in.peek(2) | 32) == 'd' && isAscii(in.peek(3)) && Character.digit(in.peek(3), 16) >= 12;
    if (!pair) {
      return value;
    }
    in.take(2);
    return Character.toCodePoint((char) value, (char) in.hex(4));
  }

  /** {@code \p{Name}} or {@code \p{Name=Value}}; whether Unicode has that name is not checked. */
  private void property() {
    in.take(2);
    in.expect('{');
    while (in.peek() != '}') {
      int c = in.take();
      require(isLetter(c) || isDigit(c) || c == '_' || c == '=');
    }
    require(!in.kept().endsWith("{"));
    in.expect('}');
  }
}

package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verdicts are those of {@code new RegExp(pattern, "u")} in V8. */
final class EcmaPatternTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a|b", "^a$", "a*?b+?c??", "a{2}", "a{2,}", "a{2,5}?",
      "(a)(?:b)(?<n>c)\\k<n>\\1", "(?=a)b(?!c)", "(?<=a)(?<!b)", "[a-z\\d\\-_]", "[^\\]]", "[]", "[^]",
      "[-a]", "[a-]", "\\u0041\\x41\\cA\\0", "\\u{1F600}", "[\\ud83d\\ude00-\\u{1F610}]",
      "\\p{Lu}\\P{Script=Greek}", "\\b\\B", "\\/\\.", ".", "😀+", "é", "\\1(a)", "[\\b]", "(?<a>x)|b"})
  void isOne(String pattern) {
    assertEquals(Optional.of(pattern), EcmaPattern.repaired(pattern));
  }

  @ParameterizedTest
  @CsvSource({"'\\-', '-'", "'a\\@b', 'a@b'", "'\\_\\ \\:', '_ :'", "'[\\_\\@\\-]', '[_@\\-]'",
      "'\\#\\\"', '#\"'"})
  void losesNeedlessEscapes(String pattern, String repaired) {
    assertEquals(Optional.of(repaired), EcmaPattern.repaired(pattern));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "(", ")", "a)", "]", "{", "}", "*a", "a**", "a{", "a{5,2}", "a{x}", "(?i)a",
      "(?i:a)", "\\", "\\A", "\\Z", "\\h", "\\Qx\\E", "a++", "[z-a]", "[\\d-z]", "\\1", "(a)\\2", "\\k<n>",
      "(?<n>a)(?<n>b)", "(?<1>a)", "(?<>a)", "\\u12", "\\u{110000}", "\\x4", "\\c1", "\\00", "[\\1]", "[\\B]",
      "^*", "(?=a)*", "(?<=a)+", "\\b+", "\\p", "\\p{}", "\\é", "[a", "(?", "(?<"})
  void isNone(String pattern) {
    assertEquals(Optional.empty(), EcmaPattern.repaired(pattern));
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 100_000})
  void nestingIsBounded(int depth) {
    boolean fits = depth < 100;
    assertEquals(fits, EcmaPattern.repaired("(".repeat(depth) + ")".repeat(depth)).isPresent());
  }
}

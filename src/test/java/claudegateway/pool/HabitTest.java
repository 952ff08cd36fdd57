package claudegateway.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HabitTest {
  /** Each letter is what one conversation was told, the oldest first; L is too long to be kept. */
  @ParameterizedTest
  @CsvSource({
      "a, ''",
      "ab, ''",
      "aa, a",
      "aab, a",
      "aaba, a",
      "aabb, b",
      "abab, a",
      "baba, b",
      "abba, b",
      "abcb, b",
      "abcd, ''",
      "aabcd, ''",
      "aLa, a",
      "LL, ''",
      "aaLL, a"
  })
  void whatTheNextIsLikelyToBeTold(String told, String expected) {
    assertEquals(expected, habit(told).expected().flatMap(AgentSpec::system).orElse(""));
  }

  @Test
  void itForgetsWhatNobodyIsToldAnyMore() {
    assertTrue(habit("abcd").includes(spec("a")));
    assertFalse(habit("abcde").includes(spec("a")));
  }

  private static Habit habit(String told) {
    Habit habit = Habit.NONE;
    for (String one : told.split("")) {
      habit = habit.then(spec(one.equals("L") ? "L".repeat(100_000) : one));
    }
    return habit;
  }

  private static AgentSpec spec(String system) {
    return new AgentSpec("model", true, Optional.of(system), Optional.empty(), List.of());
  }
}

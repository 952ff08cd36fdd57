package claudegateway.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the model may have been given for one message that a client sent. */
sealed interface Expected {
  /** Lines in which the CLI speaks for itself. */
  Set<String> OF_THE_CLI = Set.of("user: [Request interrupted by user]", "assistant: No response requested.");

  /** These lines, each once. */
  record Exactly(List<String> lines) implements Expected {}

  /** These lines in any order. */
  record AnyOrder(Set<String> lines) implements Expected {}

  /**
   * An answer that did not reach the client whole: nothing, or one line that has at least what the client got.
   *
   * @param whole what the answer would have been
   */
  record Cut(String got, String whole) implements Expected {}

  /** An answer that failed, and what the client put in its place: nothing, that, or what was said until then. */
  record Failed(String note, String whole) implements Expected {}

  /** Throws an AssertionError that shows both, unless the lines are exactly what was expected. */
  static void check(List<Expected> expected, List<String> received) {
    List<String> lines = received.stream().filter(line -> !OF_THE_CLI.contains(line.strip())).toList();
    int at = 0;
    for (Expected next : expected) {
      List<String> rest = lines.subList(at, lines.size());
      int taken = switch (next) {
        case Exactly(List<String> exact) -> isBegunBy(rest, exact) ? exact.size() : -1;
        case AnyOrder(Set<String> any) ->
            rest.size() >= any.size() && new TreeSet<>(rest.subList(0, any.size())).equals(any) ? any.size() : -1;
        case Cut(String got, String whole) -> isBetween(rest, got, whole) ? 1 : 0;
        case Failed(String note, String whole) ->
            isBetween(rest, "", whole) || (!rest.isEmpty() && rest.getFirst().equals("assistant: " + note)) ? 1 : 0;
      };
      if (taken < 0) {
        throw new AssertionError(at + ": expected " + next + difference(expected, lines));
      }
      at += taken;
    }
    if (at != lines.size()) {
      throw new AssertionError(at + ": nothing more was expected" + difference(expected, lines));
    }
  }

  /** The CLI parts two messages of the user's between which nothing was said: the first one ends with its newline. */
  private static boolean isBegunBy(List<String> lines, List<String> exact) {
    if (lines.size() <= exact.size() || exact.isEmpty() || !lines.get(exact.size()).startsWith("user: ")) {
      return lines.size() >= exact.size() && lines.subList(0, exact.size()).equals(exact);
    }
    int last = exact.size() - 1;
    return lines.subList(0, last).equals(exact.subList(0, last))
        && Set.of(exact.get(last), exact.get(last) + "\n").contains(lines.get(last));
  }

  private static boolean isBetween(List<String> rest, String got, String whole) {
    return !rest.isEmpty() && rest.getFirst().startsWith("assistant: " + got)
        && whole.startsWith(rest.getFirst().substring("assistant: ".length()));
  }

  private static String difference(List<Expected> expected, List<String> lines) {
    List<String> shown = new ArrayList<>(lines.size());
    lines.forEach(line -> shown.add(line.length() > 60 ? line.substring(0, 60) + "…" : line));
    return "\n  all expected: " + expected.toString().replaceAll("w0 w1 [w0-9 ]*", "w0 w1 …")
        + "\n  received:     " + shown;
  }
}

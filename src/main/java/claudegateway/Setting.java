package claudegateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One thing that can be set.
 *
 * @param name the key in the settings file; with two hyphens before it, the flag
 * @param argument what stands for the value in {@code --help}; empty for a switch, which needs no value
 * @param fallback the text that is read when nothing was given; empty = the syntax's own "nothing"
 * @param about for {@code --help}; a default that no text can say is described here
 * @param variables names of environment variables, the first that is set wins
 * @param reach where it may be given
 */
record Setting<T>(
    String name,
    String argument,
    Syntax<T> syntax,
    String fallback,
    String about,
    List<String> variables,
    Reach reach) {

  /** Every setting has this name in the environment, for machines where {@code PORT} means something else. */
  static final String PREFIX = "CLAUDE_GATEWAY_";

  enum Reach {
    EVERYWHERE,
    /** No flag, for flags show in the machine's list of processes; errors don't repeat the text either. */
    SECRET,
    /** What must be known before the settings file is read. */
    NOT_IN_FILE
  }

  static <T> Setting<T> of(
      String name, String argument, Syntax<T> syntax, String fallback, String about, String... variables) {
    List<String> names = new ArrayList<>();
    names.add(PREFIX + name.replace('-', '_').toUpperCase(Locale.ROOT));
    names.addAll(List.of(variables));
    return new Setting<>(name, argument, syntax, fallback, about, List.copyOf(names), Reach.EVERYWHERE);
  }

  Setting<T> reaching(Reach other) {
    return new Setting<>(name, argument, syntax, fallback, about, variables, other);
  }

  boolean isSwitch() {
    return argument.isEmpty();
  }

  boolean hasFlag() {
    return reach != Reach.SECRET;
  }

  boolean inFile() {
    return reach != Reach.NOT_IN_FILE;
  }

  /** The name that documentation shows: the reference gateway's where it has one. */
  String variable() {
    return variables.size() > 1 ? variables.get(1) : variables.getFirst();
  }
}

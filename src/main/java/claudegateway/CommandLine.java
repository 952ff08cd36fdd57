package claudegateway;

import claudegateway.StartException.Exit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The arguments: {@code --name value}, {@code --name=value}, and {@code --name} alone for switches.
 *
 * @param values texts by setting, in order
 */
record CommandLine(boolean help, boolean version, Map<Setting<?>, List<String>> values) {

  static CommandLine parse(List<String> arguments) throws StartException {
    Map<Setting<?>, List<String>> values = new LinkedHashMap<>();
    boolean help = false;
    boolean version = false;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      switch (argument) {
        case "--help", "-h" -> help = true;
        case "--version" -> version = true;
        default -> {
          int equals = argument.indexOf('=');
          String flag = equals < 0 ? argument : argument.substring(0, equals);
          Setting<?> setting = setting(flag);
          String value = "true";
          if (equals >= 0) {
            value = argument.substring(equals + 1);
          } else if (!setting.isSwitch()) {
            i++;
            value = i < arguments.size() ? arguments.get(i) : "";
          }
          if (value.isEmpty()) {
            throw wrong(flag + " needs a value: " + setting.syntax().accepted());
          }
          values.computeIfAbsent(setting, _ -> new ArrayList<>()).add(value);
        }
      }
    }
    return new CommandLine(help, version, values);
  }

  private static Setting<?> setting(String flag) throws StartException {
    if (!flag.startsWith("--")) {
      throw wrong("unexpected argument \"" + flag + "\"");
    }
    Optional<Setting<?>> setting = Settings.named(flag.substring(2));
    if (setting.isEmpty()) {
      String hint = closest(flag).map(near -> "; did you mean " + near + "?").orElse("");
      throw wrong("unknown option " + flag + hint);
    }
    if (!setting.get().hasFlag()) {
      throw wrong(flag + " is not taken from the command line, which other users can see; set "
          + setting.get().variable() + " in the environment or " + setting.get().name()
          + " in a settings file");
    }
    return setting.get();
  }

  private static StartException wrong(String message) {
    return new StartException(Exit.USAGE, message + " (--help lists all options)");
  }

  /** The flag that fewest changes of a letter turn this one into, when they are few. */
  private static Optional<String> closest(String flag) {
    return Settings.ALL.stream()
        .filter(Setting::hasFlag)
        .map(setting -> "--" + setting.name())
        .min(Comparator.comparingInt(known -> distance(flag, known)))
        .filter(best -> distance(flag, best) <= Math.max(2, flag.length() / 4));
  }

  /** Levenshtein's. */
  private static int distance(String one, String other) {
    int[] row = IntStream.rangeClosed(0, other.length()).toArray();
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}

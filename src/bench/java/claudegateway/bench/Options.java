package claudegateway.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What was asked for on the command line.
 *
 * @param root the project's folder
 * @param claude the CLI that is measured
 * @param parts empty = all
 */
record Options(Path root, Path claude, boolean quick, Optional<Path> json, Set<String> parts) {

  static final String USAGE = """
      usage: bin/bench [--quick] [--json FILE] [--claude PATH] [--only PART,…]
        --quick        under a minute: fewer samples and sessions, no real-relay
        --json FILE    the figures for programs
        --claude PATH  the CLI to measure; default: CLAUDE_BINARY_PATH, the newest of bin/test's, the installed one
        --only PART,…  of: %s
      Exit code 1 when a target is missed.
      """.formatted(String.join(" ", Part.NAMES));

  /** Throws IllegalArgumentException with what is wrong. */
  static Options of(String[] arguments) {
    Path root = null;
    Path claude = null;
    boolean quick = false;
    Optional<Path> json = Optional.empty();
    Set<String> parts = new HashSet<>();
    Deque<String> rest = new ArrayDeque<>(Arrays.asList(arguments));
    while (!rest.isEmpty()) {
      String option = rest.poll();
      switch (option) {
        case "--quick" -> quick = true;
        case "--root" -> root = Path.of(value(option, rest));
        case "--json" -> json = Optional.of(Path.of(value(option, rest)).toAbsolutePath());
        case "--claude" -> claude = Path.of(value(option, rest)).toAbsolutePath();
        case "--only" -> parts.addAll(Arrays.asList(value(option, rest).split(",")));
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    if (!Part.NAMES.containsAll(parts)) {
      throw new IllegalArgumentException("there is no such part in " + parts);
    }
    if (root == null || claude == null || !Files.isExecutable(claude)) {
      throw new IllegalArgumentException("there is no CLI to measure" + (claude == null ? "" : " at " + claude));
    }
    return new Options(root, claude, quick, json, Set.copyOf(parts));
  }

  private static String value(String option, Deque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.poll();
  }

  boolean wants(String part) {
    return parts.isEmpty() ? !quick || Part.QUICK.contains(part) : parts.contains(part);
  }
}

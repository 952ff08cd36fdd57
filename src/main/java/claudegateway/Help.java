package claudegateway;

/** The text of {@code --help}, made from the table of settings. */
final class Help {
  private static final int COLUMN = 36;
  private static final int WIDTH = 100;

  private Help() {}

  static String text() {
    StringBuilder out = new StringBuilder("""
        Usage: bin/start [option]...

        An OpenAI-compatible HTTP API for the Claude Code CLI.

        Each option can also be given as an environment variable, CLAUDE_GATEWAY_ and its name in capitals, or
        the name in brackets; or as "name = value" in the file that --config names. A flag wins over the
        environment, that over the file. A list is a,b or ["a","b"]; a switch takes =true or =false too.
        """);
    for (Settings.Group group : Settings.GROUPS) {
      out.append('\n').append(group.title()).append('\n');
      for (Setting<?> setting : group.settings()) {
        entry(out, left(setting), right(setting));
      }
    }
    out.append("\nOther\n");
    entry(out, "--help, -h", "this text");
    entry(out, "--version", "the version");
    return out.toString();
  }

  private static String left(Setting<?> setting) {
    return setting.hasFlag()
        ? ("--" + setting.name() + " " + setting.argument()).strip()
        : setting.variable() + "=" + setting.argument();
  }

  private static String right(Setting<?> setting) {
    boolean shown = !setting.fallback().isEmpty() && !setting.fallback().equals("false");
    boolean named = setting.hasFlag() && setting.variables().size() > 1;
    return setting.about()
        + (shown ? " (" + setting.fallback() + ")" : "")
        + (named ? " [" + setting.variable() + "]" : "");
  }

  private static void entry(StringBuilder out, String left, String right) {
    out.append("  ").append(left);
    int at = 2 + left.length();
    if (at >= COLUMN) {
      out.append('\n');
      at = 0;
    }
    out.repeat(' ', COLUMN - at);
    at = COLUMN;
    for (String word : right.split(" ")) {
      if (at + word.length() >= WIDTH) {
        out.append('\n').repeat(' ', COLUMN);
        at = COLUMN;
      } else if (at > COLUMN) {
        out.append(' ');
      }
      out.append(word);
      at += word.length() + 1;
    }
    out.append('\n');
  }
}

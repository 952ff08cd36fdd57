package claudegateway.demo;

import claudegateway.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a prompt offers for a function's arguments, by the name of the argument. */
record Hints(String prompt) {
  private static final int TEXT_MAX = 200;
  private static final Pattern PLACE = Pattern.compile(
      "\\b(?:in|at|for|of) (\\p{Lu}[\\p{L}-]+(?: \\p{Lu}[\\p{L}-]+)*)");
  private static final Pattern SAYING = Pattern.compile(
      "query|question|text|prompt|message|content|input|search|title|description|body|answer");
  private static final Pattern FILE = Pattern.compile("[\\w./~-]*\\w\\.\\w{1,5}\\b");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])-?\\d{1,9}(?:\\.\\d{1,6})?(?![\\w.])");
  private static final Pattern QUOTED = Pattern.compile("[\"“'`]([^\"”'`]{1,200})[\"”'`]");

  String text(String argument) {
    String name = argument.toLowerCase(Locale.ROOT);
    if (name.matches(".*(city|location|place|country|town|region).*")) {
      return first(PLACE, 1).orElse("Paris");
    }
    if (name.matches(".*(path|file).*")) {
      return first(FILE, 0).orElse("demo.txt");
    }
    if (SAYING.matcher(name).find()) {
      return first(QUOTED, 1).orElse(prompt.length() > TEXT_MAX ? prompt.substring(0, TEXT_MAX) : prompt);
    }
    return first(QUOTED, 1).orElse("demo");
  }

  Optional<Double> number() {
    return first(NUMBER, 0).map(Double::valueOf);
  }

  /** The allowed value that the prompt names. */
  Optional<Json> choose(List<Json> allowed) {
    return allowed.stream().filter(value -> value instanceof Json.Str(String word) && !word.isEmpty()
        && prompt.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT))).findFirst();
  }

  private Optional<String> first(Pattern pattern, int group) {
    Matcher matcher = pattern.matcher(prompt);
    return matcher.find() ? Optional.of(matcher.group(group)) : Optional.empty();
  }
}

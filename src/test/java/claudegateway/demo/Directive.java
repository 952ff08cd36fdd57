package claudegateway.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line {@code #name word word key=value …} of a scripted prompt.
 *
 * @param rest what follows the name, as it stands
 * @param words the rest's words that are no options
 */
record Directive(String name, String rest, List<String> words, Map<String, String> options) {
  private static final Pattern LINE = Pattern.compile("#([a-z][a-z-]*)(?:\\s+(.*))?", Pattern.DOTALL);
  private static final Pattern OPTION = Pattern.compile("([a-z][a-z_-]*)=(.*)");

  static Optional<Directive> parse(String line) {
    Matcher matcher = LINE.matcher(line.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String rest = Optional.ofNullable(matcher.group(2)).orElse("");
    List<String> words = new ArrayList<>();
    Map<String, String> options = new LinkedHashMap<>();
    for (String word : rest.isEmpty() ? new String[0] : rest.split("\\s+")) {
      Matcher option = OPTION.matcher(word);
      if (option.matches()) {
        options.put(option.group(1), option.group(2));
      } else {
        words.add(word);
      }
    }
    return Optional.of(new Directive(matcher.group(1), rest, words, options));
  }

  /** The n-th word as a number of milliseconds; zero when it is not there. */
  Duration millis(int n) {
    return Duration.ofMillis(number(n, 0));
  }

  /** The n-th word as a number. */
  int number(int n, int otherwise) {
    return words.size() > n ? Integer.parseInt(words.get(n)) : otherwise;
  }

  String word(int n) {
    if (words.size() <= n) {
      throw new IllegalArgumentException("#" + name + " takes more words than: " + rest);
    }
    return words.get(n);
  }

  /** What follows the first n words. */
  String after(int n) {
    String[] parts = rest.split("\\s+", n + 1);
    return parts.length > n ? parts[n] : "";
  }
}

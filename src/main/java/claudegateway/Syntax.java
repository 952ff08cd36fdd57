package claudegateway;

import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How the text of a setting is read.
 *
 * @param accepted a noun phrase that completes the error {@code "x" is not …}
 * @param reader throws IllegalArgumentException for what is not accepted
 */
record Syntax<T>(String accepted, Reader<T> reader) {

  interface Reader<T> {
    /** @param texts what was given, in order; none = nothing was given and there is no default */
    T read(List<String> texts, Place place);
  }

  /**
   * Where paths begin.
   *
   * @param base of a relative path: the working folder, or the settings file's own
   * @param home what a leading {@code ~/} stands for where no shell has replaced it
   */
  record Place(Path base, Path home) {
    Path resolve(String text) {
      return text.equals("~") || text.startsWith("~/")
          ? home.resolve(text.substring(Math.min(2, text.length()))).normalize()
          : base.resolve(text).toAbsolutePath().normalize();
    }
  }

  /** A syntax of one text; of several the last one counts, as usual on command lines. */
  private static <T> Syntax<T> one(String accepted, Function<String, T> read) {
    return new Syntax<>(accepted, (texts, _) -> read.apply(texts.getLast()));
  }

  static Syntax<Integer> whole(int least, int most) {
    return one("a whole number from " + least + " to " + most, text -> within(least, most, text));
  }

  /** Empty for "auto", what the program finds best; 0 means that too, where the least is more. */
  static Syntax<OptionalInt> wholeOrAuto(int least, int most) {
    return one("auto or a whole number from " + least + " to " + most, text -> {
      int value = text.equalsIgnoreCase("auto") ? -1 : within(0, most, text);
      return value < least ? OptionalInt.empty() : OptionalInt.of(value);
    });
  }

  private static int within(int least, int most, String text) {
    int value = Integer.parseInt(text);
    if (value < least || value > most) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  static Syntax<Boolean> yesNo() {
    return one("true or false", Syntax::isYes);
  }

  /** Empty for "auto". */
  static Syntax<Optional<Boolean>> yesNoOrAuto() {
    return one("true, false or auto",
        text -> text.equalsIgnoreCase("auto") ? Optional.empty() : Optional.of(isYes(text)));
  }

  private static boolean isYes(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  /** One of these words, in any case; read as it stands here. */
  static Syntax<String> oneOf(String... words) {
    return one("one of " + String.join(", ", words), text -> {
      for (String word : words) {
        if (word.equalsIgnoreCase(text)) {
          return word;
        }
      }
      throw new IllegalArgumentException();
    });
  }

  static Syntax<Optional<String>> text(String accepted, Predicate<String> valid) {
    return new Syntax<>(accepted, (texts, _) -> texts.isEmpty()
        ? Optional.empty()
        : Optional.of(texts.getLast()).filter(valid).or(Syntax::refuse));
  }

  private static <T> Optional<T> refuse() {
    throw new IllegalArgumentException();
  }

  /** A path that need not exist. */
  static Syntax<Optional<Path>> path() {
    return path("a path", _ -> true);
  }

  static Syntax<Optional<Path>> file() {
    return path("a readable file", file -> Files.isRegularFile(file) && Files.isReadable(file));
  }

  private static Syntax<Optional<Path>> path(String accepted, Predicate<Path> valid) {
    return new Syntax<>(accepted, (texts, place) -> texts.isEmpty()
        ? Optional.empty()
        : Optional.of(place.resolve(texts.getLast())).filter(valid).or(Syntax::refuse));
  }

  /** {@code a,b} or {@code ["a","b"]}; each element must be valid. Given twice, the lists are joined. */
  static <T> Syntax<List<T>> list(String accepted, Function<String, T> read) {
    return new Syntax<>(accepted, (texts, _) -> elements(texts).stream().map(read).toList());
  }

  /** Existing folders, as their real paths: what they are compared with is real too. */
  static Syntax<List<Path>> folders() {
    return new Syntax<>("a list of existing folders, a,b or [\"a\",\"b\"]", (texts, place) ->
        elements(texts).stream().map(text -> realFolder(place.resolve(text))).toList());
  }

  private static Path realFolder(Path folder) {
    try {
      Path real = folder.toRealPath();
      if (Files.isDirectory(real)) {
        return real;
      }
      throw new IllegalArgumentException();
    } catch (java.io.IOException missing) {
      throw new IllegalArgumentException(missing);
    }
  }

  private static List<String> elements(List<String> texts) {
    List<String> all = new ArrayList<>();
    for (String text : texts) {
      all.addAll(text.startsWith("[") ? jsonStrings(text) : commaSeparated(text));
    }
    return all;
  }

  private static List<String> jsonStrings(String text) {
    try {
      Json json = JsonReader.parse(text.getBytes(StandardCharsets.UTF_8));
      return ((Json.Arr) json).items().stream().map(item -> ((Json.Str) item).value()).toList();
    } catch (JsonException | ClassCastException other) {
      throw new IllegalArgumentException(other);
    }
  }

  /** A comma inside parentheses separates nothing: {@code Edit(src/{a,b}),Bash(git *)} are two. */
  private static List<String> commaSeparated(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && (depth <= 0 || i == text.length())) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.removeIf(String::isEmpty);
    return parts;
  }

  /** An address, a host name, or {@code localhost}, which means both loopback addresses. */
  static Syntax<List<InetAddress>> addresses() {
    return one("an address of this machine", Syntax::addresses);
  }

  private static List<InetAddress> addresses(String text) {
    try {
      return text.equalsIgnoreCase("localhost")
          ? List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1"))
          : List.of(InetAddress.getByName(text));
    } catch (UnknownHostException unknown) {
      throw new IllegalArgumentException(unknown);
    }
  }

  static Syntax<Optional<InetSocketAddress>> socketAddress() {
    return new Syntax<>("an address and port such as 127.0.0.1:9090", (texts, _) -> {
      if (texts.isEmpty()) {
        return Optional.empty();
      }
      String text = texts.getLast();
      int colon = text.lastIndexOf(':');
      if (colon < 1) {
        throw new IllegalArgumentException();
      }
      int port = within(0, 65_535, text.substring(colon + 1));
      return Optional.of(new InetSocketAddress(addresses(text.substring(0, colon)).getFirst(), port));
    });
  }
}

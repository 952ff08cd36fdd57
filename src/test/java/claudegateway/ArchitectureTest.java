package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The folder tree is the architecture: which room may know which is read off the sources. */
final class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java/claudegateway");

  /** What a room may use beside itself and the JDK. */
  private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
      Map.entry("json", Set.of()),
      Map.entry("store", Set.of()),
      Map.entry("claude", Set.of("json")),
      Map.entry("pool", Set.of("claude", "store", "json")),
      Map.entry("chat", Set.of("pool", "claude", "store", "json")),
      Map.entry("project", Set.of("chat", "store", "json")),
      Map.entry("openai", Set.of("chat", "json")),
      Map.entry("http", Set.of("json")),
      Map.entry("log", Set.of("http", "json")),
      Map.entry("doctor", Set.of("claude", "demo", "json")),
      Map.entry("metrics", Set.of("http", "chat", "store")),
      Map.entry("api", Set.of("openai", "chat", "project", "claude", "store", "http", "json")),
      Map.entry("demo", Set.of("json")));

  /** Libraries, and the one room that may know each. */
  private static final Map<String, String> KEPT = Map.of(
      "tools.jackson", "json",
      "org.sqlite", "store");

  private static final Pattern ROOM = Pattern.compile("\\bclaudegateway\\.([a-z]+)\\.");
  private static final Pattern ROOT_CLASS = Pattern.compile("\\bclaudegateway\\.[A-Z]\\w*");
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
  private static final Pattern TERMINAL =
      Pattern.compile("\\bSystem\\.(out|err|exit)\\b|\\.printStackTrace\\(\\)");
  private static final Pattern OPAQUE_NAME = Pattern.compile(".*(Manager|Helper|Utils?|Impl|Misc|Common)");

  private record Source(Path file, String room, String code) {
    String name() {
      return file.getFileName().toString().replace(".java", "");
    }
  }

  private static List<Source> sources() throws IOException {
    List<Source> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        Path inside = SOURCES.relativize(file);
        String room = inside.getNameCount() == 1 ? "" : inside.getName(0).toString();
        sources.add(new Source(file, room, withoutComments(Files.readString(file))));
      }
    }
    assertTrue(sources.size() > 50, "the sources are where this test looks for them");
    return sources;
  }

  private static String withoutComments(String code) {
    return COMMENT.matcher(code).replaceAll("");
  }

  private static Set<String> rooms() throws IOException {
    Set<String> rooms = new TreeSet<>();
    for (Source source : sources()) {
      rooms.add(source.room());
    }
    rooms.remove("");
    return rooms;
  }

  @Test
  void everyRoomHasItsArrows() throws IOException {
    assertEquals(new TreeSet<>(ARROWS.keySet()), rooms());
  }

  @Test
  void arrowsPointOneWay() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Source source : sources()) {
      if (source.room().isEmpty()) {
        continue;
      }
      Matcher used = ROOM.matcher(source.code());
      while (used.find()) {
        String other = used.group(1);
        if (!other.equals(source.room()) && !ARROWS.get(source.room()).contains(other)) {
          wrong.add(source.file() + " uses " + other);
        }
      }
      if (ROOT_CLASS.matcher(source.code()).find()) {
        wrong.add(source.file() + " uses the root package");
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void librariesStayInTheirRooms() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Source source : sources()) {
      KEPT.forEach((prefix, room) -> {
        if (!source.room().equals(room) && Pattern.compile("\\b" + Pattern.quote(prefix) + "\\.")
            .matcher(source.code()).find()) {
          wrong.add(source.file() + " uses " + prefix);
        }
      });
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    for (Source source : sources()) {
      Path description = source.file().resolveSibling("package-info.java");
      assertTrue(Files.exists(description), description + " is missing");
      String text = Files.readString(description);
      boolean useful = text.contains("/**") && text.contains("May depend on");
      assertTrue(useful, description + " says what the package may use");
    }
  }

  @Test
  void onlyTheProcessItselfWritesToTheTerminal() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Source source : sources()) {
      boolean does = TERMINAL.matcher(source.code()).find();
      if (does && !source.name().equals("Main")) {
        wrong.add(source.file().toString());
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void namesSayWhatTheClassIs() throws IOException {
    assertEquals(List.of(), sources().stream().map(Source::name)
        .filter(name -> OPAQUE_NAME.matcher(name).matches()).toList());
  }
}

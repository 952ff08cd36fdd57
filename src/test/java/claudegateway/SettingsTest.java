package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table, and the three places where people read it: help, the sample file, the README. */
final class SettingsTest {
  private static final Path SAMPLE = Path.of("etc/gateway.properties");

  @TempDir Path folder;

  @Test
  void theListHasEveryConstant() throws IllegalAccessException {
    List<Object> constants = new ArrayList<>();
    for (Field field : Settings.class.getDeclaredFields()) {
      if (field.getType() == Setting.class) {
        constants.add(field.get(null));
      }
    }
    assertEquals(Settings.ALL.size(), constants.size());
    assertEquals(new HashSet<>(Settings.ALL), new HashSet<>(constants));
  }

  @Test
  void noNameIsUsedTwice() {
    Set<String> names = new HashSet<>();
    for (Setting<?> setting : Settings.ALL) {
      assertTrue(names.add(setting.name()), setting.name());
      setting.variables().forEach(variable -> assertTrue(names.add(variable), variable));
    }
  }

  @Test
  void helpShowsEverySettingWithItsDefaultAndFitsATerminal() {
    String help = Help.text();
    for (Setting<?> setting : Settings.ALL) {
      String shown = setting.hasFlag() ? "\n  --" + setting.name() : "\n  " + setting.variable();
      assertTrue(help.contains(shown), setting.name());
      if (!setting.fallback().isEmpty() && !setting.fallback().equals("false")) {
        assertTrue(help.replaceAll("\\s+", " ").contains(setting.about() + " (" + setting.fallback() + ")"),
            setting.name());
      }
    }
    help.lines().forEach(line -> assertTrue(line.length() <= 106 && line.equals(line.stripTrailing()), line));
  }

  @Test
  void theSampleShowsEverySettingWithItsDefault() throws IOException {
    Map<String, String> shown = new TreeMap<>();
    for (String line : Files.readAllLines(SAMPLE)) {
      Matcher entry = Pattern.compile("#([a-z0-9-]+) = (.+)").matcher(line);
      if (entry.matches()) {
        shown.put(entry.group(1), entry.group(2));
      } else {
        assertTrue(line.isEmpty() || line.startsWith("# ") || line.equals("#"), "nothing is set: " + line);
      }
    }
    Set<String> known = new TreeSet<>();
    Settings.ALL.stream().filter(Setting::inFile).forEach(setting -> known.add(setting.name()));
    assertEquals(known, shown.keySet());
    for (Setting<?> setting : Settings.ALL) {
      if (setting.inFile() && !setting.fallback().isEmpty()) {
        assertEquals(setting.fallback(), shown.get(setting.name()), setting.name());
      }
    }
  }

  /** All its lines at work; what names files and folders gets ones that exist. */
  @Test
  void theSamplesExamplesAreAccepted() throws IOException, StartException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.createDirectories(home.resolve("src"));
    Files.createDirectories(home.resolve("work"));
    Files.createFile(folder.resolve("models.json"));
    Files.createFile(folder.resolve("server.p12"));
    String text = Files.readString(SAMPLE).replaceAll("(?m)^#([a-z0-9-]+ = )", "$1")
        .replaceAll("(?m)^tls-(cert|key) = .*$", "").replace("/etc/gateway/server.p12", "server.p12");
    Path file = Files.writeString(folder.resolve("gateway.properties"), text);
    Config config = Config.load(List.of("--config", file.toString()), Map.of("HOME", home.toString()));
    assertEquals(List.of("Bash(git *)", "Bash(swift build*)", "WebFetch"), config.agent().permissionAllow());
    assertEquals(2, config.folders().allowRoots().size());
    assertEquals(home.resolve("gateway"), config.folders().data());
  }

  @Test
  void theReadmeNamesOnlyWhatExists() throws IOException {
    String readme = Files.readString(Path.of("README.md")).replaceAll("`claude [^`]*`", "");
    Matcher flags = Pattern.compile("(?<![\\w-])--([a-z][a-z0-9-]*)").matcher(readme);
    Set<String> known = new HashSet<>(Set.of("help", "version", "cli", "system", "uninstall", "pinnedpubkey",
        "auth-type", "provider", "model"));
    Settings.ALL.stream().filter(Setting::hasFlag).forEach(setting -> known.add(setting.name()));
    Matcher ofBench = Pattern.compile("case \"--([a-z]+)\"").matcher(
        Files.readString(Path.of("src/bench/java/claudegateway/bench/Options.java")));
    while (ofBench.find()) {
      known.add(ofBench.group(1));
    }
    int found = 0;
    while (flags.find()) {
      found++;
      assertTrue(known.contains(flags.group(1)), flags.group());
    }
    assertTrue(found > 10, "the README has flags");
    Set<String> variables = new HashSet<>();
    Settings.ALL.forEach(setting -> variables.addAll(setting.variables()));
    for (String row : readme.lines().filter(line -> line.startsWith("| `")).toList()) {
      Matcher variable = Pattern.compile("`([A-Z][A-Z_]+)`").matcher(row);
      while (variable.find()) {
        assertTrue(variables.contains(variable.group(1)), variable.group(1));
      }
    }
  }
}

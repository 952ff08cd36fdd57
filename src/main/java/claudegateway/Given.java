package claudegateway;

import claudegateway.StartException.Exit;
import claudegateway.Syntax.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was set, and where: a flag wins over the environment, that over the file, that over the default. */
final class Given {

  /** @param where for errors @param exit of a start that this text ends */
  private record Source(List<String> texts, String where, Exit exit, Path base) {}

  private final CommandLine line;
  private final Map<String, String> environment;
  private final Path home;
  private final Path workingFolder = Path.of("").toAbsolutePath();
  private final Optional<Path> file;
  private final Map<Setting<?>, String> inFile;

  Given(CommandLine line, Map<String, String> environment, Path home) throws StartException {
    this.line = line;
    this.environment = environment;
    this.home = home;
    this.file = read(Settings.CONFIG, Optional.empty());
    this.inFile = file.isPresent() ? SettingsFile.read(file.get()) : Map.of();
  }

  /** The setting's value; throws StartException, which names the place and what would be accepted. */
  <T> T get(Setting<T> setting) throws StartException {
    return read(setting, Optional.ofNullable(inFile.get(setting)));
  }

  private <T> T read(Setting<T> setting, Optional<String> textInFile) throws StartException {
    Source source = source(setting, textInFile);
    try {
      return setting.syntax().reader().read(source.texts(), new Place(source.base(), home));
    } catch (IllegalArgumentException refused) {
      boolean secret = setting.reach() == Setting.Reach.SECRET;
      String text = secret ? "its value" : "\"" + source.texts().getLast() + "\"";
      throw new StartException(source.exit(),
          source.where() + ": " + text + " is not " + setting.syntax().accepted(), refused);
    }
  }

  private Source source(Setting<?> setting, Optional<String> textInFile) {
    if (line.values().containsKey(setting)) {
      return new Source(line.values().get(setting), "--" + setting.name(), Exit.USAGE, workingFolder);
    }
    for (String variable : setting.variables()) {
      String text = environment.getOrDefault(variable, "").strip();
      if (!text.isEmpty()) {
        return new Source(List.of(text), variable + " (environment)", Exit.CONFIG, workingFolder);
      }
    }
    if (textInFile.isPresent()) {
      return new Source(List.of(textInFile.get()), setting.name() + " in " + file.orElseThrow(), Exit.CONFIG,
          file.orElseThrow().getParent());
    }
    return new Source(setting.fallback().isEmpty() ? List.of() : List.of(setting.fallback()), setting.name(),
        Exit.FAULT, workingFolder);
  }
}

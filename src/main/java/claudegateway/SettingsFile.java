package claudegateway;

import claudegateway.StartException.Exit;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** A file of {@code name = value} lines: the format of java.util.Properties, in UTF-8. */
final class SettingsFile {
  private SettingsFile() {}

  /** Texts by setting, without the empty ones; throws StartException (78) for what is no setting. */
  static Map<Setting<?>, String> read(Path file) throws StartException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new StartException(Exit.CONFIG, "the settings file " + file + " cannot be read: "
          + unreadable.getMessage(), unreadable);
    }
    Map<Setting<?>, String> values = new LinkedHashMap<>();
    for (String name : properties.stringPropertyNames()) {
      Setting<?> setting = Settings.named(name).filter(Setting::inFile).orElseThrow(() ->
          new StartException(Exit.CONFIG, "unknown setting \"" + name + "\" in " + file
              + " (etc/gateway.properties shows all of them)"));
      String value = properties.getProperty(name).strip();
      if (!value.isEmpty()) {
        values.put(setting, value);
      }
    }
    return values;
  }
}

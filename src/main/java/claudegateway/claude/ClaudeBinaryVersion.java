package claudegateway.claude;

import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A CLI's version, asked once: the answer is remembered in {@code version.json} for as long as the file is
 * the same by path, size and time. Asking at each start would cost a good part of it.
 */
final class ClaudeBinaryVersion {
  private static final Pattern VERSION =
      Pattern.compile("^(\\d{1,6}\\.\\d{1,6}\\.\\d{1,6})\\b", Pattern.MULTILINE);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Path memory;
  private final Map<String, String> environment;

  ClaudeBinaryVersion(Path folder, Map<String, String> environment) {
    this.memory = folder.resolve("version.json");
    this.environment = environment;
  }

  String of(Path binary) throws IOException, InterruptedException {
    Path real = binary.toRealPath();
    Json.Obj key = Json.object("path", real.toString(), "size", Files.size(real),
        "modified_ms", Files.getLastModifiedTime(real).toMillis());
    Optional<String> known = remembered(key);
    if (known.isPresent()) {
      return known.get();
    }
    String version = ask(binary);
    remember(key.with("version", Json.of(version)));
    return version;
  }

  private Optional<String> remembered(Json.Obj key) {
    try {
      return JsonReader.parse(Files.readAllBytes(memory)) instanceof Json.Obj entry
          && entry.without("version").equals(key) ? entry.string("version") : Optional.empty();
    } catch (IOException | JsonException nothingUseful) {
      return Optional.empty();
    }
  }

  private void remember(Json.Obj entry) throws IOException {
    Files.createDirectories(memory.getParent());
    Path fresh = Files.createTempFile(memory.getParent(), "version", ".json");
    Files.write(fresh, entry.toBytes());
    Files.move(fresh, memory, StandardCopyOption.ATOMIC_MOVE);
  }

  private String ask(Path binary) throws InterruptedException {
    Map<String, String> bare = new HashMap<>(Map.of("DISABLE_AUTOUPDATER", "1"));
    for (String name : List.of("PATH", "HOME", "TMPDIR", "LANG")) {
      Optional.ofNullable(environment.get(name)).ifPresent(value -> bare.put(name, value));
    }
    try {
      var result = Command.run(List.of(binary.toString(), "--version"), bare, LIMIT, _ -> {});
      Matcher version = VERSION.matcher(result.output());
      if (result.ok() && version.find()) {
        return version.group(1);
      }
      throw doesNotRun(binary, "exit code " + result.exit() + ", " + result.firstLine(), null);
    } catch (IOException cannotStart) {
      throw doesNotRun(binary, cannotStart.getMessage(), cannotStart);
    }
  }

  private static ClaudeException doesNotRun(Path binary, String why, Throwable cause) {
    return new ClaudeException("the Claude Code CLI " + binary + " does not run: \"--version\" gave "
        + why + "; repair it, or name another one with --claude", cause);
  }
}

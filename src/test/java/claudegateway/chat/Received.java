package claudegateway.chat;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One request that the fake CLI's model got. @param lines {@code "user: …"}, {@code "assistant: …"}, … in order */
record Received(String session, String system, List<String> lines) {

  /** What {@code #echo} answered. */
  static List<String> lines(String echo) {
    return ((Json.Arr) JsonReader.parse(echo)).items().stream().map(line -> ((Json.Str) line).value()).toList();
  }

  /** All that were recorded, in order. */
  static List<Received> in(Path record) {
    try {
      return Files.readAllLines(record).stream().map(line -> {
        Json.Obj request = (Json.Obj) JsonReader.parse(line);
        return new Received(request.string("session").orElseThrow(), request.string("system").orElseThrow(),
            request.array("lines").stream().map(each -> ((Json.Str) each).value()).toList());
      }).toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}

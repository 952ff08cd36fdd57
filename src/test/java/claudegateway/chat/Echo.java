package claudegateway.chat;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.util.List;

/** What {@code #echo} answers: the conversation that the model was given. */
final class Echo {
  private Echo() {}

  /** {@code "user: …"}, {@code "assistant: …"}, … in order. */
  static List<String> lines(String answer) {
    return ((Json.Arr) JsonReader.parse(answer)).items().stream().map(line -> ((Json.Str) line).value()).toList();
  }
}

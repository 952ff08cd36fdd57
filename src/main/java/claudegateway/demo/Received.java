package claudegateway.demo;

import claudegateway.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One POST that reached the stub.
 *
 * @param number counts from 1 in the order of arrival
 * @param path {@code /v1/messages} or {@code /v1/messages/count_tokens}
 * @param headers names in lower case, the first value of each
 * @param size bytes of the body
 */
public record Received(
    long number, Instant time, String path, Map<String, String> headers, Json.Obj body, int size) {

  public Received {
    headers = Map.copyOf(headers);
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  public String model() {
    return body.string("model").orElse("");
  }

  public boolean stream() {
    return body.isTrue("stream");
  }

  public List<Json.Obj> messages() {
    return objects(body.array("messages"));
  }

  public List<Json.Obj> tools() {
    return objects(body.array("tools"));
  }

  public List<String> toolNames() {
    return tools().stream().map(tool -> tool.string("name").orElse("")).toList();
  }

  /** The system prompt's texts, joined by newlines. */
  public String system() {
    return body.get("system").map(Conversation::text).orElse("");
  }

  /** The messages as a conversation, without what the CLI adds by itself. */
  public Conversation conversation() {
    return Conversation.of(messages());
  }

  private static List<Json.Obj> objects(List<Json> items) {
    return items.stream().filter(Json.Obj.class::isInstance).map(Json.Obj.class::cast).toList();
  }
}

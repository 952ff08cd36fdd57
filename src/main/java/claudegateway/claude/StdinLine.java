package claudegateway.claude;

import claudegateway.json.Json;
import claudegateway.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines that go to the CLI's stdin, each with its newline. The one place where they are made: a single
 * invalid line ends the CLI, and its session with it.
 */
public final class StdinLine {

  /** How the CLI takes a user message. */
  public enum Mode {
    /** A turn of its own. */
    TURN,
    /** Stops the running turn cleanly and takes its place. */
    REPLACE,
    /** History: no answer is asked for; the CLI confirms with an empty result. */
    HISTORY
  }

  private StdinLine() {}

  /**
   * A user message. Text that begins with a slash would be a command of the CLI, and so gets a newline before it,
   * unless commands are wanted.
   *
   * @param uuid becomes the transcript line's; the same one again is dropped by the CLI
   * @param content blocks of the Messages API; not empty
   */
  public static byte[] user(String uuid, List<Json.Obj> content, Mode mode, boolean commands) {
    List<Json.Obj> blocks = commands ? content : inert(content);
    JsonWriter line = new JsonWriter().begin().field("type", "user").begin("message").field("role", "user")
        .name("content");
    plainText(blocks).ifPresentOrElse(line::value, () -> {
      line.beginArray();
      blocks.forEach(line::value);
      line.endArray();
    });
    line.end().nullField("parent_tool_use_id").field("uuid", uuid);
    switch (mode) {
      case TURN -> { }
      case REPLACE -> line.field("priority", "now");
      case HISTORY -> line.field("shouldQuery", false);
    }
    return ended(line);
  }

  /** An earlier assistant message, for a conversation that this process has not seen. */
  public static byte[] assistant(String messageId, List<Json.Obj> content) {
    JsonWriter line = new JsonWriter().begin().field("type", "assistant").begin("message")
        .field("role", "assistant").field("id", messageId).beginArray("content");
    content.forEach(line::value);
    return ended(line.endArray().end());
  }

  public static byte[] controlRequest(String requestId, Json.Obj request) {
    return ended(new JsonWriter().begin().field("type", "control_request").field("request_id", requestId)
        .field("request", request));
  }

  public static byte[] controlResponse(String requestId, Json.Obj response) {
    return ended(new JsonWriter().begin().field("type", "control_response").begin("response")
        .field("subtype", "success").field("request_id", requestId).field("response", response).end());
  }

  public static byte[] controlError(String requestId, String error) {
    return ended(new JsonWriter().begin().field("type", "control_response").begin("response")
        .field("subtype", "error").field("request_id", requestId).field("error", error).end());
  }

  private static byte[] ended(JsonWriter line) {
    byte[] json = line.end().toBytes();
    byte[] ended = java.util.Arrays.copyOf(json, json.length + 1);
    ended[json.length] = '\n';
    return ended;
  }

  private static Optional<String> plainText(List<Json.Obj> blocks) {
    return blocks.size() == 1 && blocks.getFirst().string("type").filter("text"::equals).isPresent()
            && blocks.getFirst().fields().size() == 2
        ? blocks.getFirst().string("text")
        : Optional.empty();
  }

  /** The last block decides whether the CLI sees a command; a newline makes it text (protocol, section 13). */
  private static List<Json.Obj> inert(List<Json.Obj> blocks) {
    Json.Obj last = blocks.getLast();
    Optional<String> text = last.string("text");
    if (text.isEmpty() || !text.get().startsWith("/")) {
      return blocks;
    }
    List<Json.Obj> changed = new ArrayList<>(blocks);
    changed.set(blocks.size() - 1, last.with("text", Json.of("\n" + text.get())));
    return changed;
  }
}

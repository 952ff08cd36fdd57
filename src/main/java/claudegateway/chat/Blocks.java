package claudegateway.chat;

import claudegateway.chat.Message.Part;
import claudegateway.chat.Message.Role;
import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import claudegateway.store.MessageRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Messages as content blocks of the Messages API: what goes to the model, into a transcript, and into the
 * database (there with the client's own names of its functions).
 */
final class Blocks {
  private Blocks() {}

  /** @param toolName from the client's name of a function to the one that the model knows */
  static List<Json.Obj> of(Message message, UnaryOperator<String> toolName) {
    List<Json.Obj> blocks = new ArrayList<>();
    if (message.role() == Role.TOOL) {
      blocks.add(Json.object("type", "tool_result", "tool_use_id", CallIds.plain(message.toolCallId().orElse("")),
          "content", content(message.parts())));
      return blocks;
    }
    // A blank answer is none: the CLI would put words of its own in its place.
    message.parts().stream().filter(part -> !(part instanceof Part.Text(String text)
            && (message.role() == Role.ASSISTANT ? text.isBlank() : text.isEmpty())))
        .map(Blocks::of).forEach(blocks::add);
    for (Message.ToolCall call : message.calls()) {
      blocks.add(Json.object("type", "tool_use", "id", CallIds.plain(call.id()), "name",
          toolName.apply(call.name()), "input", arguments(call.arguments())));
    }
    return blocks;
  }

  /** Asks in words for the call that this model can't be forced to; the model knows such notes from the CLI. */
  static Json.Obj demand(Json.Obj toolChoice) {
    String call = toolChoice.string("name").map(name -> "a call of the tool " + name)
        .orElse("at least one call of a tool");
    return Json.object("type", "text", "text", "<system-reminder>\nThe program that asks needs " + call
        + " as this answer. Answer with it, without any text.\n</system-reminder>");
  }

  private static Json.Obj of(Part part) {
    return switch (part) {
      case Part.Text(String text) -> Json.object("type", "text", "text", text);
      case Part.Image(String type, String base64) -> Json.object("type", "image",
          "source", Json.object("type", "base64", "media_type", type, "data", base64));
      case Part.Document(String type, String data, Optional<String> title) -> {
        Json.Obj block = Json.object("type", "document", "source", Json.object(
            "type", type.equals("text/plain") ? "text" : "base64", "media_type", type, "data", data));
        yield title.map(name -> block.with("title", Json.of(name))).orElse(block);
      }
    };
  }

  private static Json content(List<Part> parts) {
    return parts.size() == 1 && parts.getFirst() instanceof Part.Text(String text)
        ? Json.of(text)
        : Json.Arr.of(parts, Blocks::of);
  }

  /** A tool's result as an MCP server gives it. */
  static Json mcpContent(Message message) {
    return Json.Arr.of(message.parts(), part -> switch (part) {
      case Part.Text(String text) -> Json.object("type", "text", "text", text);
      case Part.Image(String type, String base64) -> Json.object("type", "image", "data", base64, "mimeType", type);
      case Part.Document(_, String data, _) -> Json.object("type", "text", "text", data);
    });
  }

  /** What the model wrote as arguments; text that is no object is kept in one, nothing is lost. */
  static Json.Obj arguments(String text) {
    try {
      return !text.isBlank() && JsonReader.parse(text) instanceof Json.Obj object ? object
          : text.isBlank() ? Json.Obj.EMPTY : Json.object("arguments", text);
    } catch (JsonException broken) {
      return Json.object("arguments", text);
    }
  }

  /** The content of a database row. */
  static String toRow(Message message) {
    return Json.Arr.of(of(message, UnaryOperator.identity()), block -> block).toText();
  }

  static Message fromRow(MessageRow row) {
    return fromRow(TurnStore.role(row.role()), row.content());
  }

  /** A database row's message; a block that we did not write is left out. */
  static Message fromRow(Role role, String content) {
    List<Part> parts = new ArrayList<>();
    List<Message.ToolCall> calls = new ArrayList<>();
    Optional<String> toolCallId = Optional.empty();
    for (Json item : ((Json.Arr) JsonReader.parse(content)).items()) {
      Json.Obj block = (Json.Obj) item;
      switch (block.string("type").orElse("")) {
        case "tool_use" -> calls.add(new Message.ToolCall(block.string("id").orElse(""),
            block.string("name").orElse(""), block.object("input").orElse(Json.Obj.EMPTY).toText()));
        case "tool_result" -> {
          toolCallId = block.string("tool_use_id");
          block.get("content").ifPresent(inner -> parts.addAll(parts(inner)));
        }
        default -> part(block).ifPresent(parts::add);
      }
    }
    return new Message(role, parts, calls, toolCallId);
  }

  private static List<Part> parts(Json content) {
    return switch (content) {
      case Json.Str(String text) -> List.of(new Part.Text(text));
      case Json.Arr(List<Json> items) -> items.stream()
          .flatMap(item -> part((Json.Obj) item).stream()).toList();
      default -> List.of();
    };
  }

  private static Optional<Part> part(Json.Obj block) {
    Json.Obj source = block.object("source").orElse(Json.Obj.EMPTY);
    String type = source.string("media_type").orElse("");
    String data = source.string("data").orElse("");
    return switch (block.string("type").orElse("")) {
      case "text" -> Optional.of(new Part.Text(block.string("text").orElse("")));
      case "image" -> Optional.of(new Part.Image(type, data));
      case "document" -> Optional.of(new Part.Document(type, data, block.string("title")));
      default -> Optional.empty();
    };
  }
}

package claudegateway.api;

import claudegateway.chat.Message;
import claudegateway.chat.Message.Part;
import claudegateway.chat.SessionView.StoredMessage;
import claudegateway.json.Json;
import java.util.List;
import java.util.Locale;

/** A stored message as clients read it: OpenAI's shape with an id and a date. */
final class MessageJson {
  private MessageJson() {}

  static Json.Obj of(StoredMessage stored, ClientProfile profile) {
    Message message = stored.message();
    Json.Obj json = Json.object(
        "id", Long.toString(stored.id()),
        "role", message.role().name().toLowerCase(Locale.ROOT),
        "content", content(message.parts()),
        "created_at", profile.date(stored.createdAt()),
        "input_tokens", stored.usage().promptTokens(),
        "output_tokens", stored.usage().outputTokens(),
        "cost", stored.usage().costUsd());
    if (!message.calls().isEmpty()) {
      json = json.with("tool_calls", Json.Arr.of(message.calls(), call -> Json.object("id", call.id(), "type",
          "function", "function", Json.object("name", call.name(), "arguments", call.arguments()))));
    }
    return message.toolCallId().isPresent()
        ? json.with("tool_call_id", Json.of(message.toolCallId().get()))
        : json;
  }

  /** A text; an array of parts where there is more than text. */
  private static Json content(List<Part> parts) {
    if (parts.stream().allMatch(part -> part instanceof Part.Text)) {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(((Part.Text) part).text()));
      return Json.of(text.toString());
    }
    return Json.Arr.of(parts, part -> switch (part) {
      case Part.Text(String text) -> Json.object("type", "text", "text", text);
      case Part.Image(String type, String base64) -> Json.object("type", "image_url",
          "image_url", Json.object("url", "data:" + type + ";base64," + base64));
      case Part.Document(String type, String data, var title) -> Json.object("type", "file", "file",
          Json.object("filename", title.orElse(null), "file_data",
              type.equals("text/plain") ? data : "data:" + type + ";base64," + data));
    });
  }
}

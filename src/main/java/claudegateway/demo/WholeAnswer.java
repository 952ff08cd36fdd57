package claudegateway.demo;

import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import java.util.ArrayList;
import java.util.List;

/** Folds the events of a stream into the one message that a request without {@code stream} gets. */
final class WholeAnswer implements EventSink {
  private final List<Json> blocks = new ArrayList<>();
  private final StringBuilder open = new StringBuilder();
  private Json.Obj message = Json.Obj.EMPTY;
  private Json.Obj block = Json.Obj.EMPTY;

  @Override
  public void event(Json.Obj data) {
    switch (data.string("type").orElseThrow()) {
      case "message_start" -> message = data.object("message").orElseThrow();
      case "content_block_start" -> {
        block = data.object("content_block").orElseThrow();
        open.setLength(0);
      }
      case "content_block_delta" -> delta(data.object("delta").orElseThrow());
      case "content_block_stop" -> blocks.add(closed());
      case "message_delta" -> {
        for (var field : data.object("delta").orElseThrow().fields().entrySet()) {
          message = message.with(field.getKey(), field.getValue());
        }
        message = message.with("usage", data.object("usage").orElseThrow());
      }
      case "message_stop", "ping", "error" -> { }
      case String other -> throw new IllegalStateException("an event that no whole answer has: " + other);
    }
  }

  Json.Obj message() {
    return message.with("content", new Json.Arr(blocks));
  }

  private void delta(Json.Obj delta) {
    switch (delta.string("type").orElseThrow()) {
      case "text_delta" -> open.append(delta.string("text").orElseThrow());
      case "thinking_delta" -> open.append(delta.string("thinking").orElseThrow());
      case "input_json_delta" -> open.append(delta.string("partial_json").orElseThrow());
      case "signature_delta" -> block = block.with("signature", delta.get("signature").orElseThrow());
      case String other -> throw new IllegalStateException("unknown delta " + other);
    }
  }

  private Json closed() {
    return switch (block.string("type").orElseThrow()) {
      case "text" -> block.with("text", new Json.Str(open.toString()));
      case "thinking" -> block.with("thinking", new Json.Str(open.toString()));
      case "tool_use" -> block.with("input", input());
      case String other -> throw new IllegalStateException("unknown block " + other);
    };
  }

  /** max_tokens can cut the arguments short: what is no JSON then is an empty object. */
  private Json input() {
    try {
      return JsonReader.parse(open.toString());
    } catch (JsonException cutShort) {
      return Json.Obj.EMPTY;
    }
  }
}

package claudegateway.chat;

import claudegateway.json.Json;
import claudegateway.json.JsonWriter;
import claudegateway.json.Slice;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** What an assistant has said so far in a turn, for the database: text as it came, and calls of functions. */
final class Answer {
  private record Call(String id, String name, ByteArrayOutputStream arguments) {}

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final List<Call> calls = new ArrayList<>();

  void text(Slice json) {
    text.write(json.bytes(), json.offset(), json.length());
  }

  /** The text until now does not count. */
  void withdraw() {
    text.reset();
  }

  /** A call begins; its index. */
  int call(String id, String name) {
    calls.add(new Call(id, name, new ByteArrayOutputStream()));
    return calls.size() - 1;
  }

  void arguments(int call, Slice json) {
    calls.get(call).arguments.write(json.bytes(), json.offset(), json.length());
  }

  long size() {
    return text.size();
  }

  boolean isEmpty() {
    return text.size() == 0;
  }

  boolean hasCalls() {
    return !calls.isEmpty();
  }

  List<String[]> callIdsAndNames() {
    return calls.stream().map(call -> new String[] {call.id, call.name}).toList();
  }

  Message message() {
    List<Message.Part> parts = isEmpty() ? List.of() : List.of(new Message.Part.Text(slice(text).decode()));
    return new Message(Message.Role.ASSISTANT, parts, calls.stream()
        .map(call -> new Message.ToolCall(call.id, call.name, slice(call.arguments).decode())).toList(),
        java.util.Optional.empty());
  }

  /** The same content as {@link Blocks#toRow} of the message gives, without decoding the text. */
  String toRow() {
    JsonWriter row = new JsonWriter().beginArray();
    if (!isEmpty()) {
      row.begin().field("type", "text").field("text", slice(text)).end();
    }
    for (Call call : calls) {
      row.value(Json.object("type", "tool_use", "id", call.id, "name", call.name,
          "input", Blocks.arguments(slice(call.arguments).decode())));
    }
    return new String(row.endArray().toBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static Slice slice(ByteArrayOutputStream bytes) {
    byte[] all = bytes.toByteArray();
    return new Slice(all, 0, all.length);
  }
}

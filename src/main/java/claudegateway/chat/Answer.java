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

  /** Pieces of text that are kept as they came, before they are joined. */
  private static final int LOOSE_MAX = 256;

  /** In pieces: an array that grows by doubling takes three times a long text's size. The last ones are loose. */
  private final List<Slice> text = new ArrayList<>();
  private int loose;
  private long size;
  private final List<Call> calls = new ArrayList<>();

  void text(Slice json) {
    text.add(json);
    size += json.length();
    loose++;
    if (loose == LOOSE_MAX) {
      List<Slice> last = text.subList(text.size() - LOOSE_MAX, text.size());
      Slice joined = Slice.join(last);
      last.clear();
      text.add(joined);
      loose = 0;
    }
  }

  /** Takes over what an event of the turn's log adds to the text, or takes back of it; not calls. */
  void text(TurnEvent event) {
    if (event instanceof TurnEvent.Text(Slice json)) {
      text(json);
    } else if (event instanceof TurnEvent.Withdrawn) {
      withdraw();
    }
  }

  /** The text until now does not count. */
  void withdraw() {
    text.clear();
    loose = 0;
    size = 0;
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
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean hasCalls() {
    return !calls.isEmpty();
  }

  List<String[]> callIdsAndNames() {
    return calls.stream().map(call -> new String[] {call.id, call.name}).toList();
  }

  Message message() {
    List<Message.Part> parts = isEmpty() ? List.of() : List.of(new Message.Part.Text(Slice.join(text).decode()));
    return new Message(Message.Role.ASSISTANT, parts, calls.stream()
        .map(call -> new Message.ToolCall(call.id, call.name, slice(call.arguments).decode())).toList(),
        java.util.Optional.empty());
  }

  /** The same content as {@link Blocks#toRow} of the message gives, without decoding the text. */
  String toRow() {
    JsonWriter row = new JsonWriter().beginArray();
    if (!isEmpty()) {
      row.begin().field("type", "text").name("text").value(text).end();
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

package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a stream as strictly as the strictest client does, and then some: one role chunk first, indexes, ids
 * and types of calls in the first fragment only, one finish chunk with an empty delta, then at most a usage
 * chunk, then {@code [DONE]}; the same id, created and model everywhere.
 */
final class StreamDecoder {
  /** One SSE event. @param data "[DONE]" or JSON text; leading spaces taken off */
  record Event(Optional<String> id, String data, int size) {}

  static final class Call {
    String id;
    String name;
    final StringBuilder arguments = new StringBuilder();
  }

  final StringBuilder content = new StringBuilder();
  final StringBuilder reasoning = new StringBuilder();
  final Map<Long, Call> calls = new LinkedHashMap<>();
  final List<Json> activities = new ArrayList<>();
  String functionName;
  final StringBuilder functionArguments = new StringBuilder();
  String finish;
  Json.Obj usage;
  Json.Obj error;
  Json.Obj claude;
  boolean done;
  boolean role;
  Json.Obj first;
  int chunks;

  /** Splits bytes into whole events; what follows the last blank line must be empty. */
  static List<Event> events(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    assertFalse(text.contains("\r"), "only LF");
    assertTrue(text.isEmpty() || text.endsWith("\n\n"), "the last event is whole");
    List<Event> events = new ArrayList<>();
    for (String block : text.split("\n\n")) {
      Optional<String> id = Optional.empty();
      String data = null;
      for (String line : block.split("\n")) {
        if (line.startsWith("id: ")) {
          id = Optional.of(line.substring(4));
        } else if (line.startsWith("data: ")) {
          assertEquals(null, data, "one data line an event");
          data = line.substring(6).stripLeading();
          assertFalse(data.isEmpty(), "an empty data line is fatal to the SDKs");
        } else {
          assertTrue(line.startsWith(":"), "a line that is no comment, id or data: " + line);
        }
      }
      assertNotNull(data, block);
      events.add(new Event(id, data, block.getBytes(StandardCharsets.UTF_8).length + 2));
    }
    return events;
  }

  static StreamDecoder decode(byte[] bytes, boolean usageWanted) {
    StreamDecoder decoder = new StreamDecoder();
    events(bytes).forEach(event -> decoder.take(event.data(), usageWanted));
    return decoder;
  }

  void take(String data, boolean usageWanted) {
    assertFalse(done, "nothing after [DONE]");
    if (data.equals("[DONE]")) {
      done = true;
      return;
    }
    Json.Obj chunk = (Json.Obj) JsonReader.parse(data);
    chunks++;
    if (first == null) {
      first = chunk;
    }
    for (String same : List.of("id", "object", "created", "model")) {
      assertEquals(first.fields().get(same), chunk.fields().get(same), same);
    }
    assertEquals(Optional.of("chat.completion.chunk"), chunk.string("object"));
    assertTrue(chunk.fields().get("choices") instanceof Json.Arr, "choices is always an array");
    boolean usageChunk = finish != null;
    assertEquals(usageWanted, chunk.has("usage"), data);
    assertEquals(usageChunk && usageWanted, chunk.object("usage").isPresent(), data);
    usage = chunk.object("usage").orElse(usage);
    error = chunk.object("error").orElse(error);
    claude = chunk.object("claude").orElse(claude);
    if (chunk.array("choices").isEmpty()) {
      assertTrue(usageChunk || chunk.has("error") || chunk.has("claude"), data);
      chunk.object("claude").ifPresent(activities::add);
    } else {
      assertFalse(usageChunk, "no choice after the finish chunk");
      assertEquals(1, chunk.array("choices").size());
      choice((Json.Obj) chunk.array("choices").getFirst());
    }
  }

  private void choice(Json.Obj choice) {
    assertEquals(Optional.of(0L), choice.integer("index"));
    Json.Obj delta = choice.object("delta").orElseThrow();
    assertTrue(choice.has("finish_reason"));
    choice.string("finish_reason").ifPresent(reason -> {
      assertEquals(Json.Obj.EMPTY, delta, "the finish chunk has an empty delta");
      finish = reason;
    });
    if (delta.has("role")) {
      assertFalse(role, "the role comes once");
      assertEquals(1, chunks, "the role comes first");
      assertEquals(Optional.of("assistant"), delta.string("role"));
      role = true;
    }
    delta.string("content").ifPresent(content::append);
    delta.string("reasoning_content").ifPresent(reasoning::append);
    delta.array("tool_calls").forEach(fragment -> call((Json.Obj) fragment));
    delta.object("function_call").ifPresent(function -> {
      function.string("name").ifPresent(name -> {
        assertEquals(null, functionName);
        functionName = name;
      });
      functionArguments.append(function.string("arguments").orElseThrow());
    });
  }

  private void call(Json.Obj fragment) {
    long index = fragment.integer("index").orElseThrow();
    Json.Obj function = fragment.object("function").orElseThrow();
    Call call = calls.get(index);
    if (call == null) {
      assertEquals(calls.size(), index, "indexes count up");
      call = new Call();
      call.id = fragment.string("id").orElseThrow();
      call.name = function.string("name").orElseThrow();
      assertEquals(Optional.of("function"), fragment.string("type"));
      assertEquals(Optional.of(""), function.string("arguments"));
      calls.put(index, call);
    } else {
      assertEquals(List.of("index", "function"), List.copyOf(fragment.fields().keySet()));
      assertEquals(List.of("arguments"), List.copyOf(function.fields().keySet()));
      call.arguments.append(function.string("arguments").orElseThrow());
    }
  }

  /** All that a client knows at the end, to compare two streams. */
  String summary() {
    StringBuilder all = new StringBuilder("role=" + role + " content=" + content + " reasoning=" + reasoning);
    calls.forEach((index, call) -> all.append(" call").append(index).append('=').append(call.id).append(':')
        .append(call.name).append(call.arguments));
    return all + " function=" + functionName + functionArguments + " activities=" + activities
        + " finish=" + finish + " usage=" + usage + " error=" + error + " done=" + done;
  }
}

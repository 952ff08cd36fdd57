package claudegateway.clients;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A chat completion, whole or put together from a stream as the SDKs do it.
 *
 * @param message as {@code choices[0].message} is, whichever way it came
 * @param body the whole answer's; of a stream the last chunk
 */
record Answer(int status, HttpHeaders headers, Json.Obj message, String finishReason, Json.Obj usage,
    List<Json.Obj> chunks, Json.Obj body) {

  static Answer whole(int status, HttpHeaders headers, String text) {
    Json.Obj body = (Json.Obj) JsonReader.parse(text);
    if (status != 200) {
      return new Answer(status, headers, Json.Obj.EMPTY, "", Json.Obj.EMPTY, List.of(), body);
    }
    Json.Obj choice = (Json.Obj) body.array("choices").getFirst();
    return new Answer(status, headers, choice.object("message").orElseThrow(),
        choice.string("finish_reason").orElse(""), body.object("usage").orElseThrow(), List.of(), body);
  }

  static Answer streamed(HttpHeaders headers, List<Json.Obj> chunks) {
    StringBuilder content = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    String finish = "";
    Json.Obj usage = Json.Obj.EMPTY;
    Map<Long, String[]> calls = new TreeMap<>();
    for (Json.Obj chunk : chunks) {
      usage = chunk.object("usage").orElse(usage);
      for (Json item : chunk.array("choices")) {
        Json.Obj choice = (Json.Obj) item;
        finish = choice.string("finish_reason").orElse(finish);
        Json.Obj delta = choice.object("delta").orElse(Json.Obj.EMPTY);
        delta.string("content").ifPresent(content::append);
        delta.string("reasoning_content").ifPresent(reasoning::append);
        for (Json fragment : delta.array("tool_calls")) {
          Json.Obj call = (Json.Obj) fragment;
          Json.Obj function = call.object("function").orElse(Json.Obj.EMPTY);
          String[] so = calls.computeIfAbsent(call.integer("index").orElseThrow(), _ -> new String[] {"", "", ""});
          so[0] += call.string("id").orElse("");
          so[1] += function.string("name").orElse("");
          so[2] += function.string("arguments").orElse("");
        }
      }
    }
    Json.Obj message = Json.object("role", "assistant",
        "content", content.isEmpty() ? Json.Null.NULL : Json.of(content.toString()));
    if (!reasoning.isEmpty()) {
      message = message.with("reasoning_content", Json.of(reasoning.toString()));
    }
    if (!calls.isEmpty()) {
      message = message.with("tool_calls", Json.Arr.of(calls.values(), call -> Json.object("id", call[0],
          "type", "function", "function", Json.object("name", call[1], "arguments", call[2]))));
    }
    return new Answer(200, headers, message, finish, usage, chunks,
        chunks.isEmpty() ? Json.Obj.EMPTY : chunks.getLast());
  }

  String content() {
    return message.string("content").orElse("");
  }

  String session() {
    return headers.firstValue("X-Session-ID").orElseThrow();
  }

  Json.Obj error() {
    return body.object("error").orElseThrow(() -> new AssertionError(body.toText()));
  }

  record Call(String id, String name, String arguments) {}

  List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    for (Json item : message.array("tool_calls")) {
      Json.Obj call = (Json.Obj) item;
      Json.Obj function = call.object("function").orElseThrow();
      calls.add(new Call(call.string("id").orElseThrow(), function.string("name").orElseThrow(),
          function.string("arguments").orElseThrow()));
    }
    return calls;
  }
}

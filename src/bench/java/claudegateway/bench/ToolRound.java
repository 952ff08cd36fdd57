package claudegateway.bench;

import claudegateway.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation in which the model calls a function of the client's before each answer: what is asked for, as far as
 * the time is concerned, is the function's result. The client resends everything, as SDKs do.
 */
final class ToolRound implements Speaker, AutoCloseable {
  private static final String ARGUMENTS = "{\"what\":\"it\"}";
  private static final Json TOOLS = Json.Arr.of(List.of(Json.object("type", "function", "function",
      Json.object("name", "look_up", "description", "Looks something up.", "parameters", Json.object(
          "type", "object", "properties", Json.object("what", Json.object("type", "string")))))), tool -> tool);

  private final Connection connection;
  private final List<Json> history = new ArrayList<>();
  private int rounds;

  ToolRound(Connection connection) {
    this.connection = connection;
  }

  /** Blocks until the model has called the function; then its result goes out. */
  @Override
  public Answer ask(String prompt, Answer.Listener listener) {
    String id = "toolu_bench" + rounds++;
    history.add(Json.object("role", "user", "content", "#call id=" + id + " look_up " + ARGUMENTS + "\n#then\n" + prompt));
    Answer called = new Answer(Answer.Listener.NONE);
    send(called);
    Speaker.wholeWithin(called);
    history.add(Json.object("role", "assistant", "content", "", "tool_calls", List.of(Json.object("id", id,
        "type", "function", "function", Json.object("name", "look_up", "arguments", ARGUMENTS)))));
    history.add(Json.object("role", "tool", "tool_call_id", id, "content", "found"));
    StringBuilder words = new StringBuilder();
    Answer answer = new Answer((bytes, from, to, nanos) -> {
      words.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      listener.delta(bytes, from, to, nanos);
    }, _ -> history.add(Json.object("role", "assistant", "content", words.toString())));
    send(answer);
    return answer;
  }

  private void send(Answer answer) {
    byte[] request = Client.post("/v1/chat/completions",
        Json.object("stream", true, "tools", TOOLS, "messages", history).toBytes());
    answer.asked();
    connection.send(request, new EventReader(answer));
  }

  @Override
  public void close() {
    connection.close();
  }
}

package claudegateway.chat;

import claudegateway.claude.ClaudeEvent;
import claudegateway.claude.ClaudeEvent.Block;
import claudegateway.json.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * What the agent and its sub-agents do by themselves in one turn, told as activities: tools that begin, run
 * on and end, and the agent's list of things to do. On the child's reader thread but where it says otherwise.
 */
final class AgentWork {
  /** How often it is said that a tool still runs. */
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);

  private record Running(String name, Json parent, long sinceNanos) {}

  private final Supplier<TodoList> todos;
  private final BiConsumer<String, Json.Obj> said;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final Map<String, String> toolOfCall = new HashMap<>();
  private volatile long progressNanos = System.nanoTime();

  /** @param said takes an activity's kind and details */
  AgentWork(Supplier<TodoList> todos, BiConsumer<String, Json.Obj> said) {
    this.todos = todos;
    this.said = said;
  }

  /** Any thread. */
  boolean runsTool() {
    return !running.isEmpty();
  }

  void begins(Block.ToolUse call, Optional<String> parentCall) {
    long now = System.nanoTime();
    if (running.isEmpty()) {
      progressNanos = now;
    }
    Json parent = json(parentCall);
    toolOfCall.put(call.id(), call.name());
    running.put(call.id(), new Running(call.name(), parent, now));
    said.accept("tool_use", Json.object(
        "id", call.id(), "name", call.name(), "input", call.input(), "parent_tool_use_id", parent));
    if (parentCall.isEmpty()) {
      todos.get().called(call);
    }
  }

  void ends(Block.ToolResult result, Optional<String> parentCall) {
    String id = result.toolUseId();
    Running ended = running.remove(id);
    Json millis = ended == null ? Json.Null.NULL : Json.of(millis(ended, System.nanoTime()));
    String text = Shortened.text(result.content());
    said.accept("tool_result", Json.object("tool_use_id", id, "name", toolOfCall.getOrDefault(id, ""),
        "content", text, "is_error", result.isError(), "duration_ms", millis,
        "parent_tool_use_id", json(parentCall)));
    todos.get().answered(id, text, result.isError()).ifPresent(list ->
        said.accept("todo", Json.object("todos", list)));
  }

  /** A sub-agent's words, which are no part of the answer. */
  void says(Block.Text text, String parentCall) {
    if (!text.text().isEmpty()) {
      said.accept("subagent",
          Json.object("subtype", "text", "text", text.text(), "parent_tool_use_id", parentCall));
    }
  }

  /** A sub-agent begins, gets on or ends; or a tool's own task does. */
  void task(ClaudeEvent.Task task) {
    said.accept("subagent", task.raw().without("type").without("uuid").without("session_id"));
  }

  /** Says what runs and for how long, where it is time to; by a thread that looks now and then. */
  void progress(long now) {
    if (!running.isEmpty() && now - progressNanos >= PROGRESS_EVERY.toNanos()) {
      progressNanos = now;
      running.forEach((id, tool) -> said.accept("progress", Json.object("tool_use_id", id, "name", tool.name,
          "elapsed_ms", millis(tool, now), "parent_tool_use_id", tool.parent)));
    }
  }

  private static long millis(Running tool, long now) {
    return (now - tool.sinceNanos) / 1_000_000;
  }

  private static Json json(Optional<String> call) {
    return call.map(Json::of).orElse(Json.Null.NULL);
  }
}

package claudegateway.chat;

import claudegateway.claude.ClaudeEvent.Block;
import claudegateway.json.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The agent's list of things to do, as one process has kept it since its start: by {@code TaskCreate} and
 * {@code TaskUpdate}, or by {@code TodoWrite}, whichever the CLI offers. On the child's reader thread.
 */
final class TodoList {
  /** Things on one list; later ones are left out. */
  private static final int TODOS_MAX = 200;

  /** Calls that wait for their results. */
  private static final int CALLS_MAX = 100;

  private static final Pattern CREATED = Pattern.compile("Task #(\\S+) created.*", Pattern.DOTALL);

  private record Todo(String content, String status, Optional<String> activeForm) {
    Json.Obj toJson(String id) {
      return Json.object("id", id, "content", content, "status", status,
          "active_form", activeForm.<Json>map(Json::of).orElse(Json.Null.NULL));
    }
  }

  private final Map<String, Todo> todos = new LinkedHashMap<>();
  private final Map<String, Block.ToolUse> calls = new HashMap<>();

  /** A tool was called; whether it changes the list shows when it has answered. */
  void called(Block.ToolUse call) {
    switch (call.name()) {
      case "TodoWrite", "TaskCreate", "TaskUpdate" -> {
        if (calls.size() < CALLS_MAX) {
          calls.put(call.id(), call);
        }
      }
      default -> { }
    }
  }

  /** A tool has answered. Returns the list where it has changed by that. */
  Optional<Json.Arr> answered(String callId, String text, boolean isError) {
    Block.ToolUse call = calls.remove(callId);
    if (call == null || isError) {
      return Optional.empty();
    }
    Json.Obj input = call.input();
    switch (call.name()) {
      case "TodoWrite" -> replace(input);
      case "TaskCreate" -> {
        Matcher created = CREATED.matcher(text);
        if (created.matches() && todos.size() < TODOS_MAX) {
          todos.put(created.group(1), changed(new Todo("", "pending", Optional.empty()), input));
        }
      }
      default -> update(input.string("taskId").orElse(""), input);
    }
    return Optional.of(Json.Arr.of(todos.entrySet(), each -> each.getValue().toJson(each.getKey())));
  }

  private void replace(Json.Obj input) {
    todos.clear();
    for (Json item : input.array("todos")) {
      if (item instanceof Json.Obj todo && todos.size() < TODOS_MAX) {
        todos.put(Integer.toString(todos.size() + 1), changed(
            new Todo(todo.string("content").orElse(""), "pending", Optional.empty()), todo));
      }
    }
  }

  private void update(String id, Json.Obj input) {
    if (input.string("status").filter("deleted"::equals).isPresent()) {
      todos.remove(id);
    } else {
      todos.computeIfPresent(id, (_, todo) -> changed(todo, input));
    }
  }

  private static Todo changed(Todo todo, Json.Obj input) {
    return new Todo(input.string("subject").orElse(todo.content), input.string("status").orElse(todo.status),
        input.string("activeForm").or(todo::activeForm));
  }
}

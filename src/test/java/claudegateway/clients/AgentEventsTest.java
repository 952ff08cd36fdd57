package claudegateway.clients;

import static claudegateway.clients.Program.request;
import static claudegateway.clients.Program.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.RealCli;
import claudegateway.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the agent does by itself is told to those who ask, while it happens. */
final class AgentEventsTest {
  private static final String VERSIONS = "claudegateway.RealCli#versions";
  private static final Json.Obj EVENTS = Json.object("events", true);

  private static List<Json.Obj> events(Answer answer) {
    return answer.chunks().stream().flatMap(chunk -> chunk.object("claude").stream()).toList();
  }

  /** The only event, or the first one, of this type of which this holds. */
  private static Json.Obj event(Answer answer, String type, Predicate<Json.Obj> holds) {
    return events(answer).stream().filter(each -> each.string("type").equals(Optional.of(type))).filter(holds)
        .findFirst().orElseThrow(() -> new AssertionError("no such " + type + " in " + events(answer)));
  }

  private static Predicate<Json.Obj> has(String field, String value) {
    return event -> event.string(field).equals(Optional.of(value));
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void aSubAgentAndItsTools(String version) {
    String prompt = "#call id=toolu_x Agent " + Json.object("description", "look around", "subagent_type",
        "general-purpose", "prompt", "#say I look.\n#bash sleep 7\n#then\n#say It is late.").toText()
        + "\n#then\n#say Late.";
    try (Program program = new Program(version)) {
      Answer answer = program.stream(request(List.of(user(prompt)), "claude", EVENTS));
      assertEquals("Late.", answer.content(), "and nothing of the sub-agent's");
      Predicate<Json.Obj> within = has("parent_tool_use_id", "toolu_x");
      event(answer, "tool_use", has("name", "Agent").and(has("id", "toolu_x")));
      event(answer, "subagent", has("subtype", "task_started").and(has("tool_use_id", "toolu_x")));
      event(answer, "subagent", within.and(has("subtype", "text")).and(has("text", "I look.")));
      String bash = event(answer, "tool_use", within.and(has("name", "Bash"))).string("id").orElseThrow();
      Json.Obj progress = event(answer, "progress", within.and(has("tool_use_id", bash)));
      assertEquals(Optional.of("Bash"), progress.string("name"));
      long elapsed = progress.integer("elapsed_ms").orElseThrow();
      assertTrue(elapsed > 4_000 && elapsed < 7_500, elapsed + " ms");
      event(answer, "progress", has("tool_use_id", "toolu_x"));
      Json.Obj result = event(answer, "tool_result", within.and(has("tool_use_id", bash)));
      assertTrue(result.integer("duration_ms").orElseThrow() >= 6_900, result.toText());
      event(answer, "subagent", has("subtype", "task_notification").and(has("status", "completed")));
      event(answer, "tool_result", has("tool_use_id", "toolu_x"));

      Answer silent = program.stream(request(List.of(user("#bash echo hi\n#then\n#say so"))));
      assertEquals("so", silent.content());
      assertEquals(List.of(), events(silent));
    }
  }

  /** The newest version offers no such tools by itself. */
  @Test
  void theListOfThingsToDo() {
    String prompt = "#call TaskCreate "
        + "{\"subject\":\"Bake\",\"description\":\"a cake\",\"activeForm\":\"Baking\"}\n#then\n#call TaskUpdate {\"taskId\":\"1\",\"status\":\"in_progress\"}\n#then\n#say Baking.";
    try (Program program = new Program(RealCli.oldest())) {
      Answer answer = program.stream(request(List.of(user(prompt)), "claude", EVENTS));
      List<String> lists = events(answer).stream().filter(has("type", "todo"))
          .map(each -> each.get("todos").orElseThrow().toText().replace('"', '\'')).toList();
      String todo = "[{'id':'1','content':'Bake','status':'pending','active_form':'Baking'}]";
      assertEquals(List.of(todo, todo.replace("pending", "in_progress")), lists);
    }
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import claudegateway.claude.ClaudeEvent.Block;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TodoListTest {
  private final TodoList list = new TodoList();
  private int calls;

  /** The list after a call and its answer. */
  private String after(String tool, String input, String answer, boolean error) {
    String id = "call" + calls++;
    list.called(new Block.ToolUse(id, tool, (Json.Obj) JsonReader.parse(input.replace('\'', '"'))));
    return list.answered(id, answer, error).map(now -> now.toText().replace('"', '\'')).orElse("-");
  }

  @Test
  void tasksThatAreCreatedAndUpdated() {
    String bake = "{'id':'7','content':'Bake','status':'pending','active_form':'Baking'}";
    assertEquals("[" + bake + "]", after("TaskCreate", "{'subject':'Bake','activeForm':'Baking'}",
        "Task #7 created successfully: Bake", false));
    assertEquals("[" + bake + ",{'id':'8','content':'Eat','status':'pending','active_form':null}]",
        after("TaskCreate", "{'subject':'Eat'}", "Task #8 created successfully: Eat", false));
    assertEquals("-", after("TaskUpdate", "{'taskId':'8','status':'completed'}", "no", true));
    assertEquals("[" + bake.replace("pending", "completed")
        + ",{'id':'8','content':'Eat','status':'pending','active_form':null}]",
        after("TaskUpdate", "{'taskId':'7','status':'completed'}", "Updated task #7 status", false));
    assertEquals("[{'id':'8','content':'Eat','status':'pending','active_form':null}]",
        after("TaskUpdate", "{'taskId':'7','status':'deleted'}", "Updated task #7 deleted", false));
  }

  @Test
  void aListThatIsWrittenWhole() {
    assertEquals("[{'id':'1','content':'a','status':'in_progress','active_form':'doing a'},"
        + "{'id':'2','content':'b','status':'pending','active_form':null}]", after("TodoWrite",
        "{'todos':[{'content':'a','status':'in_progress','activeForm':'doing a'},{'content':'b'},3]}",
        "", false));
    assertEquals("[]", after("TodoWrite", "{'todos':[]}", "", false));
  }

  @Test
  void otherToolsChangeNothing() {
    assertEquals("-", after("Bash", "{}", "Task #1 created", false));
    assertEquals(Optional.empty(), list.answered("never called", "Task #1 created", false));
  }
}

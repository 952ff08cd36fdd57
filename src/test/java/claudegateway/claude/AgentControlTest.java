package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a child asks its host: each request has one answer, by its id. */
final class AgentControlTest {
  private final AgentControl control = new AgentControl();

  private static ClaudeEvent.ControlRequest request(Json.Obj request) {
    return new ClaudeEvent.ControlRequest("q", request.string("subtype").orElse(""), request);
  }

  private Json.Obj answer(Json.Obj request) {
    Json.Obj line = (Json.Obj) JsonReader.parse(control.answer(request(request)));
    Json.Obj response = line.object("response").orElseThrow();
    assertEquals("q", response.string("request_id").orElseThrow());
    return response;
  }

  private Json.Obj mcp(Json.Obj message) {
    return answer(Json.object("subtype", "mcp_message", "server_name", "client", "message", message))
        .object("response").orElseThrow().object("mcp_response").orElseThrow();
  }

  private String decisionOn(String toolUseId) {
    return answer(Json.object("subtype", "hook_callback", "input", Json.object("tool_use_id", toolUseId)))
        .object("response").orElseThrow().object("hookSpecificOutput").orElseThrow()
        .string("permissionDecision").orElseThrow();
  }

  private Json.Obj call(String toolUseId) {
    return mcp(Json.object("method", "tools/call", "id", 2, "params",
        Json.object("_meta", Json.object("claudecode/toolUseId", toolUseId)))).object("result").orElseThrow();
  }

  @Test
  void aToolThatNeedsPermissionIsRefusedWithWhatWouldAllowIt() {
    Json.Obj refused = answer(Json.object("subtype", "can_use_tool", "tool_name", "Bash",
        "input", Json.object("command", "curl -s x"))).object("response").orElseThrow();
    assertEquals("deny", refused.string("behavior").orElseThrow());
    assertTrue(refused.string("message").orElseThrow().contains("PERMISSION_ALLOW=\"Bash(curl *)\""));
  }

  @Test
  void theClientsFunctionsAreListed() {
    control.tools(List.of(new ClientTool("f", "does f", Json.object("type", "object"))));
    assertFalse(control.listed().isDone());
    Json.Obj asked = Json.object("subtype", "mcp_message", "message", Json.object("method", "tools/list", "id", 1));
    Json.Obj listed = mcp(asked.object("message").orElseThrow());
    assertEquals(1L, listed.integer("id").orElseThrow());
    assertEquals(List.of(Json.object("name", "f", "description", "does f",
            "inputSchema", Json.object("type", "object"),
            "_meta", Json.object("anthropic/alwaysLoad", true, "anthropic/maxResultSizeChars", 500_000))),
        listed.object("result").orElseThrow().array("tools"));
    control.answered(request(asked));
    assertTrue(control.listed().isDone());
  }

  @Test
  void aCallWaitsForTheClientAndIsAllowedWhenItsResultIsThere() {
    assertEquals("defer", decisionOn("A"));
    assertTrue(call("A").isTrue("isError"));
    Json content = Json.Arr.of(List.of("sunny"), text -> Json.object("type", "text", "text", text));
    control.results(Map.of("A", content));
    assertEquals("allow", decisionOn("A"));
    assertEquals("defer", decisionOn("B"));
    assertEquals(content, call("A").get("content").orElseThrow());
    control.results(Map.of());
    assertEquals("defer", decisionOn("A"));
  }

  @Test
  void whatNobodyKnowsIsAnError() {
    assertEquals("error", answer(Json.object("subtype", "elicitation")).string("subtype").orElseThrow());
    assertEquals("error", answer(Json.Obj.EMPTY).string("subtype").orElseThrow());
  }
}

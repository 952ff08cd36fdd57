package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.claude.Transcripts.OpenCall;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Calls that wait, as the CLI writes them: a line each, then a note each. */
final class OpenCallLinesTest {
  private final List<Json.Obj> lines = new ArrayList<>();
  private String parent;

  private String line(String type, Json.Obj rest) {
    String uuid = "u" + lines.size();
    Json.Obj line = Json.object("parentUuid", parent, "type", type, "uuid", uuid, "sessionId", "s", "cwd", "/w",
        "timestamp", "2026-01-01T00:00:00Z");
    for (var field : rest.fields().entrySet()) {
      line = line.with(field.getKey(), field.getValue());
    }
    lines.add(line);
    parent = uuid;
    return uuid;
  }

  private String said(String messageId, Json.Obj block) {
    return line("assistant", Json.object("message", Json.object("id", messageId, "content", List.of(block))));
  }

  private String call(String messageId, String id, String name) {
    return said(messageId, Json.object("type", "tool_use", "id", id, "name", name, "input", Json.object("of", id)));
  }

  private String waits(String id) {
    return line("attachment", Json.object("attachment", Json.object("type", "hook_deferred_tool", "toolUseID", id)));
  }

  private String user(Json.Obj block) {
    return line("user", Json.object("message", Json.object("role", "user", "content", List.of(block))));
  }

  private static Json.Obj result(String id) {
    return Json.object("type", "tool_result", "tool_use_id", id, "content", "r");
  }

  private static List<String> ids(List<OpenCall> calls) {
    return calls.stream().map(OpenCall::id).toList();
  }

  private static Json.Obj byUuid(List<Json.Obj> lines, String uuid) {
    return lines.stream().filter(line -> line.string("uuid").equals(Optional.of(uuid))).findFirst().orElseThrow();
  }

  @Test
  void callsAreJoinedInTheLastOnesLine() {
    user(Json.object("type", "text", "text", "q"));
    String text = said("m1", Json.object("type", "text", "text", "t"));
    call("m1", "a", "mcp__client__x");
    call("m1", "b", "mcp__client__y");
    String last = call("m1", "c", "mcp__client__x");
    waits("a");
    waits("b");
    String note = waits("c");
    lines.add(Json.object("type", "last-prompt", "leafUuid", note));
    OpenCallLines.Joined joined = new OpenCallLines(lines).whole();
    assertEquals(List.of("a", "b", "c"), ids(joined.open()));
    assertEquals(Json.object("of", "b"), joined.open().get(1).input());
    assertEquals(5, joined.lines().size(), "user, text, calls, one note, the prompt");
    assertEquals(List.of("a", "b", "c"), byUuid(joined.lines(), last).object("message").orElseThrow().array("content")
        .stream().map(block -> ((Json.Obj) block).string("id").orElseThrow()).toList());
    assertEquals(Optional.of(text), byUuid(joined.lines(), last).string("parentUuid"));
    assertEquals(Optional.of(last), byUuid(joined.lines(), note).string("parentUuid"));
  }

  @Test
  void answeredCallsAndClaudesOwnAreLeftAlone() {
    call("m1", "a", "mcp__client__x");
    waits("a");
    user(result("a"));
    call("m2", "b", "Bash");
    user(result("b"));
    call("m2", "c", "mcp__client__x");
    waits("c");
    OpenCallLines.Joined joined = new OpenCallLines(lines).whole();
    assertEquals(List.of("c"), ids(joined.open()));
    assertEquals(lines, joined.lines());
    user(result("c"));
    said("m3", Json.object("type", "text", "text", "done"));
    assertEquals(List.of(), new OpenCallLines(lines).whole().open());
  }

  @Test
  void aBranchHasOnlyWhatLedToIt() {
    user(Json.object("type", "text", "text", "q"));
    call("m1", "a", "mcp__client__x");
    String at = call("m1", "b", "mcp__client__x");
    waits("a");
    waits("b");
    user(result("a"));
    said("m2", Json.object("type", "text", "text", "went on"));
    lines.add(Json.object("type", "summary"));
    OpenCallLines.Joined branch = new OpenCallLines(lines).upTo(at, "other").orElseThrow();
    assertEquals(List.of("a", "b"), ids(branch.open()));
    assertEquals(3, branch.lines().size());
    assertTrue(branch.lines().stream().allMatch(line -> line.string("sessionId").equals(Optional.of("other"))));
    Json.Obj note = branch.lines().getLast();
    assertEquals(Optional.of("b"), note.object("attachment").flatMap(note2 -> note2.string("toolUseID")));
    assertEquals(Optional.of(at), note.string("parentUuid"));
    assertEquals(Optional.empty(), new OpenCallLines(lines).upTo("nowhere", "other"));
  }

  @Test
  void parentsThatGoRoundEndTheSearch() {
    lines.add(Json.object("uuid", "a", "parentUuid", "b", "type", "user"));
    lines.add(Json.object("uuid", "b", "parentUuid", "a", "type", "user"));
    assertEquals(List.of(), new OpenCallLines(lines).whole().open());
  }
}

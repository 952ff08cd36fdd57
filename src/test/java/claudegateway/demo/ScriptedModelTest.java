package claudegateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScriptedModelTest {
  private final ScriptedModel model = new ScriptedModel();

  @Test
  void directivesAddUpToOneAnswer() {
    Reply.Script script = script("A line that is no directive.\n#head 5\n#think 1\n#say \"a\\nb\"\n#block\n"
        + "#pause 7\n#tokens 2 3\n#usage 1 2 3 4\n#model claude-opus-5-5\n#stop pause_turn");
    assertEquals(List.of(
        new Step.Thinking("th0 "), new Step.Text("a\n"), new Step.Text("b"), new Step.EndBlock(),
        new Step.Pause(Duration.ofMillis(7)), new Step.Text("w0 "), new Step.Pause(Duration.ofMillis(3)),
        new Step.Text("w1 ")), script.steps());
    assertEquals(Optional.of("pause_turn"), script.stopReason());
    assertEquals(Optional.of(new Usage(1, 2, 3, 4, 0)), script.usage());
    assertEquals(Optional.of("claude-opus-5-5"), script.model());
    assertEquals(Duration.ofMillis(5), script.firstByte());
  }

  @Test
  void callsGoByTheNameThatTheRequestOffers() {
    Received request = request(
        "[{'role':'user','content':'#call id=c1 fragment=3 ms=2 f {\\'a\\':{\\'b\\':1}}\\n#call g'}]",
        "[{'name':'mcp__client__f'},{'name':'g'}]");
    Reply.Script script = assertInstanceOf(Reply.Script.class, model.answer(request));
    assertEquals(List.of(
        new Step.ToolUse("c1", "mcp__client__f", (Json.Obj) JsonReader.parse("{\"a\":{\"b\":1}}"), 3,
            Duration.ofMillis(2)),
        new Step.ToolUse("g", Json.Obj.EMPTY)), script.steps());
  }

  @Test
  void roundsFollowToolResults() {
    String prompt = "#bash one\\n#then\\n#bash two\\n#then\\n#say end";
    String round = ",{'role':'assistant','content':[{'type':'tool_use','id':'ID','name':'Bash','input':{}}]},"
        + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'ID','content':'out'},"
        + "{'type':'text','text':'<system-reminder>a reminder is no prompt</system-reminder>'}]}";
    String first = "{'role':'user','content':'" + prompt + "'}";
    assertEquals("one", command("[" + first + "]"));
    assertEquals("two", command("[" + first + round.replace("ID", "t1") + "]"));
    String done = "[" + first + round.replace("ID", "t1") + round.replace("ID", "t2") + "]";
    assertEquals("end", text(model.answer(request(done, "[]"))));
    String more = done.replace("#say end", "#bash three")
        .replace("]}]", "]}" + round.replace("ID", "t3") + "]");
    assertEquals("Tool results: out", text(model.answer(request(more, "[]"))));
  }

  @Test
  void aPromptWithoutDirectivesIsRepeated() {
    assertEquals("You said: # a heading is no directive", text(model.answer(
        request("[{'role':'user','content':'# a heading is no directive'}]", "[]"))));
  }

  @Test
  void whatTheCliAddsToGoOnIsNoPrompt() {
    assertEquals("w0 ", text(model.answer(request("[{'role':'user','content':'#tokens 1'},"
        + "{'role':'assistant','content':'w0'},"
        + "{'role':'user','content':'Output token limit hit. Resume directly'}]", "[]"))));
  }

  @Test
  void aWrongDirectiveIsAnError() {
    Reply.ApiError unknown = assertInstanceOf(Reply.ApiError.class,
        model.answer(request("[{'role':'user','content':'#nonsense'}]", "[]")));
    assertTrue(unknown.message().contains("#nonsense"));
    assertInstanceOf(Reply.ApiError.class,
        model.answer(request("[{'role':'user','content':'#call f {nope'}]", "[]")));
  }

  private Reply.Script script(String prompt) {
    Json messages = Json.Arr.of(List.of(prompt), text -> Json.object("role", "user", "content", text));
    return assertInstanceOf(Reply.Script.class, model.answer(request(messages.toText(), "[]")));
  }

  private String command(String messages) {
    Reply.Script script = assertInstanceOf(Reply.Script.class, model.answer(request(messages, "[]")));
    return assertInstanceOf(Step.ToolUse.class, script.steps().getFirst())
        .input().string("command").orElseThrow();
  }

  private static String text(Reply reply) {
    StringBuilder text = new StringBuilder();
    assertInstanceOf(Reply.Script.class, reply).steps()
        .forEach(step -> text.append(step instanceof Step.Text(String said) ? said : ""));
    return text.toString();
  }

  /** Single quotes stand for double ones; {@code \'} for escaped ones. */
  private static Received request(String messages, String tools) {
    Json.Obj body = Json.object("model", "claude-sonnet-4-5",
        "messages", JsonReader.parse(messages.replace("\\'", "\\\"").replace('\'', '"')),
        "tools", JsonReader.parse(tools.replace('\'', '"')));
    return new Received(1, Instant.EPOCH, "/v1/messages", Map.of(), body, 100);
  }
}

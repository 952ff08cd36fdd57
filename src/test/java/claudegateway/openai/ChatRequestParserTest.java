package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.chat.ChatRequest;
import claudegateway.chat.ChatRequest.Choice;
import claudegateway.chat.ChatRequest.Effort;
import claudegateway.chat.ChatRequest.OnBusy;
import claudegateway.chat.ChatRequest.OnDisconnect;
import claudegateway.chat.ChatRequest.OnOtherWriter;
import claudegateway.chat.ChatRequest.OutputFormat;
import claudegateway.chat.ChatRequest.Thinking;
import claudegateway.chat.Message;
import claudegateway.chat.Message.Part;
import claudegateway.chat.Message.Role;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What right requests mean. */
final class ChatRequestParserTest {

  @Test
  void theLeastRequest() {
    ParsedRequest parsed = parse("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    assertEquals(new ChatRequest(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
        List.of(Message.user("hi")), ChatRequest.Options.DEFAULT, ChatRequest.Tools.NONE,
        new OutputFormat.Text(),
        OnBusy.WAIT, OnDisconnect.DEFAULT, OnOtherWriter.FOLLOW), parsed.chat());
    assertEquals(List.of(), parsed.ignored());
    assertFalse(parsed.stream() || parsed.includeUsage() || parsed.events());
    assertEquals(AnswerOptions.PLAIN, parsed.answer(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "stream", "stream_options", "temperature", "top_p", "max_tokens",
      "max_completion_tokens", "n", "stop", "seed", "logprobs", "top_logprobs", "logit_bias", "user",
      "metadata", "store", "service_tier", "prediction", "modalities", "audio", "web_search_options",
      "verbosity", "tools", "tool_choice", "parallel_tool_calls", "functions", "function_call",
      "response_format", "reasoning_effort", "claude", "session_id", "project_id",
      "system_prompt", "on_busy", "on_disconnect", "on_other_writer", "frequency_penalty", "presence_penalty",
      "mcp", "something_new"})
  void nullIsAbsent(String field) {
    assertEquals(with("x", "1"), with(field, "null"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "temperature|1|", "temperature|0.5|", "temperature|1.3|temperature", "temperature|2|temperature",
      "top_p|1|", "top_p|0.9|", "frequency_penalty|0|", "frequency_penalty|-0.5|frequency_penalty",
      "presence_penalty|0.0|", "presence_penalty|2|presence_penalty", "seed|42|seed", "seed|-1|seed",
      "logprobs|false|", "logprobs|true|logprobs", "top_logprobs|0|", "top_logprobs|5|top_logprobs",
      "logit_bias|{}|", "logit_bias|{\"50256\":-100}|logit_bias", "metadata|{}|",
      "metadata|{\"a\":\"b\"}|metadata",
      "store|false|", "store|true|store", "service_tier|\"auto\"|", "service_tier|\"default\"|",
      "service_tier|\"flex\"|service_tier", "verbosity|\"medium\"|", "verbosity|\"low\"|verbosity",
      "prediction|{\"type\":\"content\"}|prediction", "web_search_options|{}|web_search_options",
      "modalities|[\"text\"]|", "n|1|", "user|\"u\"|", "user|\"\"|", "safety_identifier|\"x\"|",
      "prompt_cache_key|\"x\"|", "audio|{\"voice\":\"a\"}|", "max_tokens|5.0|", "stop|\"\\n\"|stop",
      "stop|[\"a\",\" \"]|stop", "stop|[]|", "mcp|{\"enabled_servers\":[]}|", "top_k|3|",
      "messages|[{\"role\":\"user\",\"content\":\"a\",\"name\":\"Bob\"}]|messages.name"})
  void whatHasNoEffectIsNamed(String field, String value, String ignored) {
    assertEquals(ignored == null ? List.of() : List.of(ignored), with(field, value).ignored());
  }

  @Test
  void sampling() {
    ChatRequest.Options options = parse("""
        {"messages":[{"role":"user","content":"a"}], "temperature":0.25, "max_tokens":7,
         "stop":["x","y","x"], "reasoning_effort":"none"}""").chat().options();
    assertEquals(new ChatRequest.Options(Optional.of(0.25), Optional.empty(), List.of("x", "y"),
        Optional.of(7L), Optional.of(Effort.NONE), new Thinking(false, Optional.empty()), false), options);
    assertEquals(List.of("END"), with("stop", "\"END\"").chat().options().stop());
    assertEquals(Optional.of(0.0), with("top_p", "0").chat().options().topP());
    assertEquals(Optional.of(0.0), with("temperature", "0").chat().options().temperature());
    assertEquals(Optional.empty(), with("temperature", "1").chat().options().temperature());
  }

  @Test
  void theApiTakesOneOfTemperatureAndTopP() {
    ParsedRequest both = parse("""
        {"messages":[{"role":"user","content":"a"}],"temperature":0.5,"top_p":0.5}""");
    assertEquals(Optional.of(0.5), both.chat().options().temperature());
    assertEquals(Optional.empty(), both.chat().options().topP());
    assertEquals(List.of("top_p"), both.ignored());
  }

  @Test
  void theApiTakesNeitherBesideThinking() {
    ParsedRequest thinking = parse("""
        {"messages":[{"role":"user","content":"a"}],"temperature":0.5,"top_p":0.5,
         "reasoning_effort":"high"}""");
    assertEquals(Optional.empty(), thinking.chat().options().temperature());
    assertEquals(List.of("temperature", "top_p"), thinking.ignored());
  }

  @Test
  void theNewerLimitWins() {
    ParsedRequest both = parse("""
        {"messages":[{"role":"user","content":"a"}],"max_tokens":5,"max_completion_tokens":9}""");
    assertEquals(Optional.of(9L), both.chat().options().maxTokens());
    assertEquals(List.of("max_tokens"), both.ignored());
    assertEquals(List.of(), parse("""
        {"messages":[{"role":"user","content":"a"}],"max_tokens":5,"max_completion_tokens":5}""").ignored());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "-", value = {
      "-|-|false|-", "\"none\"|-|false|-", "\"minimal\"|-|false|-", "\"low\"|-|true|-", "\"xhigh\"|-|true|-",
      "\"max\"|-|true|-", "-|true|true|-", "-|false|false|0", "\"high\"|false|false|0",
      "\"none\"|true|true|-",
      "-|{\"budget_tokens\":4096}|true|4096", "-|{\"budget_tokens\":0}|false|0", "-|{}|true|-"})
  void thinking(String effort, String thinking, boolean shown, Long budget) {
    ParsedRequest parsed = parse("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"reasoning_effort\":"
        + effort + ",\"claude\":{\"thinking\":" + thinking + "}}");
    assertEquals(new Thinking(shown, Optional.ofNullable(budget)), parsed.chat().options().thinking());
    assertEquals(shown, parsed.answer(false).reasoning());
  }

  @Test
  void streaming() {
    ParsedRequest parsed = parse("""
        {"messages":[{"role":"user","content":"a"}],"stream":true,
         "stream_options":{"include_usage":true,"include_events":true,"include_obfuscation":false}}""");
    assertTrue(parsed.stream() && parsed.includeUsage() && parsed.events());
    assertEquals(new AnswerOptions(true, true, false, false, true), parsed.answer(true));
    assertTrue(with("stream_options", "{\"include_usage\":true}").includeUsage(), "also without stream");
    assertTrue(with("claude", "{\"events\":true}").events());
  }

  @Test
  void extensions() {
    ChatRequest chat = parse("""
        {"messages":[{"role":"user","content":"a"}],"session_id":"0b8f2c51-3a0e-4f0e-9c53-0d7d0e5f9c11",
         "project_id":"my project_1.2","system_prompt":"be brief","on_busy":"interrupt",
         "on_disconnect":"continue","on_other_writer":"fork","model":"claude-x",
         "claude":{"commands":true,"builtin_tools":false}}""").chat();
    assertEquals(Optional.of("0b8f2c51-3a0e-4f0e-9c53-0d7d0e5f9c11"), chat.sessionId());
    assertEquals(Optional.of("my project_1.2"), chat.projectId());
    assertEquals(Optional.of("be brief"), chat.system());
    assertEquals(Optional.of("claude-x"), chat.model());
    assertEquals(OnBusy.INTERRUPT, chat.onBusy());
    assertEquals(OnDisconnect.CONTINUE, chat.onDisconnect());
    assertEquals(OnOtherWriter.FORK, chat.onOtherWriter());
    assertTrue(chat.options().commands());
    assertFalse(chat.tools().builtins());
  }

  @Test
  void systemMessagesAreJoinedWhereverTheyStand() {
    ChatRequest chat = parse("""
        {"system_prompt":"unused","messages":[{"role":"system","content":"one"},
         {"role":"user","content":"a"},{"role":"assistant","content":"b"},
         {"role":"developer","content":[{"type":"text","text":"two"},{"type":"text","text":"three"}]},
         {"role":"system","content":""},{"role":"user","content":"c"}]}""").chat();
    assertEquals(Optional.of("one\n\ntwo\n\nthree"), chat.system());
    assertEquals(List.of(Message.user("a"), Message.assistant("b"), Message.user("c")), chat.messages());
  }

  @Test
  void theExtensionIsUsedWhenSystemMessagesAreEmpty() {
    assertEquals(Optional.of("used"), parse("""
        {"system_prompt":"used",
         "messages":[{"role":"system","content":" "},{"role":"user","content":"a"}]}""")
        .chat().system());
  }

  @Test
  void contentInAllItsForms() {
    ChatRequest chat = parse("""
        {"messages":[
         {"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},
           {"type":"text","text":""},{"text":"b"},{"type":"input_text","text":"c"}]},
         {"role":"assistant","content":null,"refusal":"no"},
         {"role":"user","content":{"type":"text","text":"d"},"cache_control":{"type":"ephemeral"}},
         {"role":"assistant","content":[{"type":"text","text":"e"},{"type":"refusal","refusal":"f"}],
           "refusal":null,"parsed":null,"annotations":[],"audio":null,"reasoning_content":"g"},
         {"role":"assistant","content":""},
         {"role":"user","content":"h"}]}""").chat();
    assertEquals(List.of(
        new Message(Role.USER, List.of(new Part.Text("a"), new Part.Text("b"), new Part.Text("c")), List.of(),
            Optional.empty()),
        Message.assistant("no"),
        Message.user("d"),
        new Message(Role.ASSISTANT, List.of(new Part.Text("e"), new Part.Text("f")), List.of(),
            Optional.empty()),
        new Message(Role.ASSISTANT, List.of(), List.of(), Optional.empty()),
        Message.user("h")), chat.messages());
  }

  @Test
  void anEmptyAnswerAtTheEndIsStillToBeWritten() {
    assertEquals(List.of(Message.user("a")), parse("""
        {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":""},
         {"role":"assistant","tool_calls":[]}]}""").chat().messages());
  }

  @Test
  void aToolRound() {
    ParsedRequest parsed = parse("""
        {"messages":[{"role":"user","content":"a"},
         {"role":"assistant","tool_calls":[
           {"id":"c1","type":"function","function":{"name":"Read","arguments":"{\\"p\\":1}"},
            "cache_control":{"type":"ephemeral"}},
           {"id":"c2","function":{"name":"x.y z"}}]},
         {"role":"tool","tool_call_id":"c2","name":"x.y z","content":[{"type":"text","text":"r2"}]},
         {"role":"tool","tool_call_id":"c1","content":""}]}""");
    assertEquals(List.of(
        Message.user("a"),
        new Message(Role.ASSISTANT, List.of(), List.of(new Message.ToolCall("c1", "Read", "{\"p\":1}"),
            new Message.ToolCall("c2", "x.y z", "")), Optional.empty()),
        new Message(Role.TOOL, List.of(new Part.Text("r2")), List.of(), Optional.of("c2")),
        new Message(Role.TOOL, List.of(), List.of(), Optional.of("c1"))), parsed.chat().messages());
    assertFalse(parsed.chat().tools().builtins(), "a client with calls has tools of its own");
    assertEquals(List.of(), parsed.ignored());
  }

  @Test
  void aToolResultAloneIsEnoughForASessionThatKnowsTheCall() {
    assertEquals(Role.TOOL, parse("""
        {"session_id":"s","messages":[{"role":"tool","tool_call_id":"c","content":"r"}]}""")
        .chat().messages().getLast().role());
  }

  @Test
  void theSameCallMayBeAnsweredInAnotherRound() {
    assertEquals(5, parse("""
        {"messages":[{"role":"user","content":"a"},{"role":"tool","tool_call_id":"c","content":"r"},
         {"role":"user","content":"b"},{"role":"tool","tool_call_id":"c","content":"r"},
         {"role":"user","content":"c"}]}""").chat().messages().size());
  }

  @Test
  void tools() {
    ChatRequest.Tools tools = parse("""
        {"messages":[{"role":"user","content":"a"}],"parallel_tool_calls":false,
         "tools":[{"type":"function","function":{"name":"a b/ü","description":"d","strict":true,
           "parameters":{"type":"object","properties":{"x":{"type":"string","format":"uri"}}}}},
          {"function":{"name":"none"},"cache_control":{}}]}""").chat().tools();
    assertEquals(new ChatRequest.Tools(List.of(
        new ChatRequest.Function("a b/ü", "d", (Json.Obj) JsonReader.parse(
            "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\",\"format\":\"uri\"}}}")),
        new ChatRequest.Function("none", "", Json.object("type", "object"))), new Choice.Auto(), false, false), tools);
  }

  @Test
  void toolChoice() {
    assertEquals(new Choice.None(), choice("\"none\""));
    assertEquals(new Choice.Auto(), choice("\"auto\""));
    assertEquals(new Choice.Required(), choice("\"required\""));
    assertEquals(new Choice.Named("f"), choice("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"));
    assertEquals(new Choice.Named("f"), choice("{\"type\":\"function\",\"name\":\"f\"}"));
    assertEquals(new Choice.Auto(), with("tool_choice", "\"auto\"").chat().tools().choice());
    assertEquals(new Choice.None(), with("tool_choice", "\"none\"").chat().tools().choice());
  }

  private static Choice choice(String json) {
    return parse("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{\"type\":\"function\","
        + "\"function\":{\"name\":\"f\"}}],\"tool_choice\":" + json + "}").chat().tools().choice();
  }

  @Test
  void ownToolsAndClaudesOnesBesideThem() {
    assertTrue(parse("""
        {"messages":[{"role":"user","content":"a"}],"claude":{"builtin_tools":true},
         "tools":[{"type":"function","function":{"name":"f"}}]}""").chat().tools().builtins());
  }

  @Test
  void theOlderDialect() {
    ParsedRequest parsed = parse("""
        {"functions":[{"name":"f","parameters":{}}],"function_call":{"name":"f"},
         "messages":[{"role":"user","content":"a"},
          {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
          {"role":"function","name":"f","content":"r"}]}""");
    assertTrue(parsed.legacyFunctions() && parsed.answer(false).legacyFunctions());
    assertEquals(new Choice.Named("f"), parsed.chat().tools().choice());
    assertFalse(parsed.chat().tools().parallel());
    Message call = parsed.chat().messages().get(1);
    Message result = parsed.chat().messages().get(2);
    assertEquals(Optional.of(call.calls().getFirst().id()), result.toolCallId());
    assertEquals(Role.TOOL, result.role());
  }

  @Test
  void responseFormats() {
    assertEquals(new OutputFormat.Text(), with("response_format", "{\"type\":\"text\"}").chat().format());
    assertEquals(new OutputFormat.JsonObject(),
        with("response_format", "{\"type\":\"json_object\"}").chat().format());
    ParsedRequest plain = with("response_format", """
        {"type":"json_schema","json_schema":{"name":"a","strict":true,"description":"d",
         "schema":{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}}}""");
    assertEquals(new OutputFormat.JsonSchema("a", Json.object("type", "object"), false),
        plain.chat().format());
    OutputFormat list = with("response_format", """
        {"type":"json_schema","json_schema":{"name":"a","schema":{"type":"array"}}}""").chat().format();
    assertTrue(list instanceof OutputFormat.JsonSchema(_, _, boolean wrapped) && wrapped, list.toString());
  }

  @Test
  void theAppsConstantsAreDropped() {
    ParsedRequest parsed = parse("""
        {"messages":[{"role":"user","content":"a"}],"temperature":0.7,"max_tokens":4096}""");
    assertEquals(Optional.of(0.7), parsed.chat().options().temperature());
    ChatRequest.Options without = parsed.withoutAppConstants().chat().options();
    assertEquals(Optional.empty(), without.temperature());
    assertEquals(Optional.empty(), without.maxTokens());
    ChatRequest.Options chosen = parse("""
        {"messages":[{"role":"user","content":"a"}],"temperature":0.2,"max_tokens":100}""")
        .withoutAppConstants().chat().options();
    assertEquals(Optional.of(0.2), chosen.temperature());
    assertEquals(Optional.of(100L), chosen.maxTokens());
  }

  @Test
  void aResolvedModelTakesThePlaceOfTheName() {
    assertEquals(Optional.of("claude-sonnet-4-5"), with("model", "\"sonnet\"").withModel("claude-sonnet-4-5")
        .chat().model());
  }

  @Test
  void textStaysExactlyAsItIs() {
    String text = "/help @file ! # \u2028 \u0001 é漢😀\r\n  ";
    assertEquals(text, parse(Json.object("messages",
        List.of(Json.object("role", "user", "content", text))).toText())
        .chat().messages().getFirst().text());
  }

  private static ParsedRequest with(String field, String value) {
    Json.Obj request = Json.object("messages", List.of(Json.object("role", "user", "content", "a")));
    return ChatRequestParser.parse(request.with(field, JsonReader.parse(value)));
  }

  private static ParsedRequest parse(String json) {
    return ChatRequestParser.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}

package claudegateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DemoModelTest {
  private static final String WEATHER = "{'name':'mcp__client__get_weather','input_schema':{'type':'object',"
      + "'properties':{'city':{'type':'string'},'unit':{'enum':['celsius','kelvin']}},'required':['city']}}";
  private static final String TIME = "{'name':'mcp__client__get_time','input_schema':{'type':'object'}}";
  private static final String BASH = "{'name':'Bash','input_schema':{'type':'object'}}";

  private final MessagesStub stub = MessagesStub.start(new DemoModel(Duration.ZERO));
  private final ApiClient client = new ApiClient(stub.baseUrl());

  @AfterEach
  void close() {
    client.close();
    stub.close();
  }

  @Test
  void saysWhatItIsWhatWasAskedAndWhatItSees() throws Exception {
    String first = text(client.whole(ApiClient.ask("Why is the sky blue?")));
    assertTrue(first.contains("demo model") && first.contains("“Why is the sky blue?”"), first);
    assertTrue(first.contains("no earlier ones"), first);

    String third = text(client.whole(ask("[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
        + "{'role':'user','content':'And the sea?'}]")));
    assertTrue(third.contains("2 earlier messages") && third.contains("“And the sea?”"), third);
  }

  @Test
  void speaksAtAHumanPace() throws Exception {
    try (MessagesStub human = MessagesStub.start(new DemoModel());
        ApiClient listening = new ApiClient(human.baseUrl())) {
      List<ApiClient.Event> deltas = listening.stream(ApiClient.ask("hi")).deltas();
      double seconds = (deltas.getLast().nanos() - deltas.getFirst().nanos()) / 1e9;
      double wordsPerSecond = deltas.size() / seconds;
      assertTrue(wordsPerSecond > 15 && wordsPerSecond < 40, wordsPerSecond + " words/s");
    }
  }

  @Test
  void callsTheFunctionThatThePromptNames() throws Exception {
    Json.Obj asked = ApiClient.ask("What is the weather in New York, in celsius?");
    Json.Obj call = call(tools(asked, BASH, TIME, WEATHER));
    assertEquals("mcp__client__get_weather", call.string("name").orElseThrow());
    assertEquals("{\"city\":\"New York\",\"unit\":\"celsius\"}", call.get("input").orElseThrow().toText());
    assertEquals("mcp__client__get_time", call(tools(ApiClient.ask("Use get_time."), WEATHER, TIME))
        .string("name").orElseThrow());
  }

  @Test
  void obeysToolChoice() throws Exception {
    Json.Obj asked = tools(ApiClient.ask("hi"), BASH, TIME, WEATHER);
    assertEquals("mcp__client__get_time",
        call(asked.with("tool_choice", Json.object("type", "any"))).string("name").orElseThrow());
    assertEquals("mcp__client__get_weather", call(asked.with("tool_choice",
        Json.object("type", "tool", "name", "mcp__client__get_weather"))).string("name").orElseThrow());
    Json.Obj weather = tools(ApiClient.ask("weather?"), WEATHER)
        .with("tool_choice", Json.object("type", "none"));
    assertEquals("end_turn", client.whole(weather).string("stop_reason").orElseThrow());
    assertEquals("end_turn", client.whole(asked).string("stop_reason").orElseThrow());
  }

  @Test
  void obeysADemandInWords() throws Exception {
    String demand = "[{'role':'user','content':[{'type':'text','text':'hi'},{'type':'text','text':'"
        + "<system-reminder>\\nThe program that asks needs %s as this answer.\\n</system-reminder>'}]}]";
    assertEquals("mcp__client__get_weather", call(tools(
        ask(demand.formatted("a call of the tool mcp__client__get_weather")), BASH, TIME, WEATHER))
        .string("name").orElseThrow());
    assertEquals("mcp__client__get_time", call(tools(
        ask(demand.formatted("at least one call of a tool")), BASH, TIME, WEATHER))
        .string("name").orElseThrow());
  }

  @Test
  void overlooksWhereTheCliKeepsAnImage() throws Exception {
    String said = text(client.whole(ask("[{'role':'user','content':[{'type':'text','text':'What is this?'},"
        + "{'type':'text','text':'[Image: source: /tmp/images/1.png]'}]}]")));
    assertTrue(said.contains("“What is this?”"), said);
  }

  @Test
  void reportsResultsAndStops() throws Exception {
    Json.Obj asked = tools(ask("[{'role':'user','content':'weather?'},{'role':'assistant','content':["
        + "{'type':'tool_use','id':'t','name':'mcp__client__get_weather','input':{}}]},"
        + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t','content':'sunny'}]}]"),
        WEATHER);
    Json.Obj answer = client.whole(asked);
    assertEquals("end_turn", answer.string("stop_reason").orElseThrow());
    assertEquals("get_weather answered:\n\n```\nsunny\n```\n", text(answer));
  }

  @Test
  void thinksWhenItIsAskedTo() throws Exception {
    Json.Obj asked = ApiClient.ask("Think about it.")
        .with("thinking", Json.object("type", "enabled", "budget_tokens", 2000));
    assertEquals("thinking", ((Json.Obj) client.whole(asked).array("content").getFirst())
        .string("type").orElseThrow());
    assertEquals(1, client.whole(ApiClient.ask("Think about it.")).array("content").size());
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void listsFilesWithTheRealCli(String version) throws Exception {
    try (CliSession cli = new CliSession(version, stub.baseUrl(), Map.of())) {
      Files.writeString(cli.work().resolve("apple.txt"), "x");
      Files.writeString(cli.work().resolve("pear.txt"), "y");
      CliSession.Turn turn = cli.ask("Please list files.");
      assertTrue(turn.text().contains("apple.txt\npear.txt"), turn.text());
      assertEquals(2, stub.received().size(), "the call, and the report of its result");
      String thanks = cli.ask("Thanks!").text();
      assertTrue(thanks.contains("2 earlier messages"), "a question and its answer: " + thanks);
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void obeysASchemaThatTheRealCliChecks(String version) throws Exception {
    String schema = """
        {"type":"object","required":["title","tags","address","kind","count","ratio"],
         "additionalProperties":false,
         "properties":{"title":{"type":"string","minLength":12,"maxLength":40},
          "tags":{"type":"array","minItems":3,"maxItems":4,"uniqueItems":true,"items":{"type":"string"}},
          "address":{"$ref":"#/$defs/address"},"kind":{"enum":["b","a"]},
          "count":{"type":"integer","minimum":7,"multipleOf":5},
          "ratio":{"type":"number","exclusiveMaximum":1},
          "choice":{"anyOf":[{"type":"null"},{"type":"string"}]}},
         "$defs":{"address":{"type":"object","required":["street","zip"],"properties":{
          "street":{"type":"string"},"zip":{"type":"string","pattern":"^[0-9]{5}$"},
          "next":{"$ref":"#/$defs/address"}}}}}
        """;
    try (CliSession cli = new CliSession(version, stub.baseUrl(), Map.of(), "--json-schema", schema)) {
      CliSession.Turn turn = cli.ask("Describe this, please.");
      assertTrue(turn.result().object("structured_output").isPresent(), turn.result().toText());
      assertEquals(1, stub.received().size(), "valid at once");
    }
  }

  /** The client's functions as the CLI offers them: an MCP server in the process that speaks to it. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void callsAClientsFunctionThroughTheRealCli(String version) throws Exception {
    try (CliSession cli = new CliSession(version, stub.baseUrl(), Map.of(),
        "--tools", "", "--allowedTools", "mcp__client")) {
      cli.onControl(request -> Json.object("mcp_response", mcp(request.object("message").orElseThrow())));
      cli.request(Json.object("subtype", "initialize", "sdkMcpServers", List.of("client")));
      CliSession.Turn turn = cli.ask("What is the weather in Rome?");
      assertTrue(turn.text().contains("sunny in Rome"), turn.text());
    }
  }

  private static Json.Obj mcp(Json.Obj message) {
    Json.Obj result = switch (message.string("method").orElseThrow()) {
      case "initialize" -> Json.object("protocolVersion", "2025-11-25",
          "capabilities", Json.object("tools", Json.Obj.EMPTY),
          "serverInfo", Json.object("name", "client", "version", "1"));
      case "tools/list" -> Json.object("tools", List.of(Json.object(
          "name", "get_weather",
          "description", "Weather",
          "inputSchema", Json.object(
              "type", "object",
              "properties", Json.object("city", Json.object("type", "string")),
              "required", List.of("city")))));
      case "tools/call" -> {
        Json.Obj arguments = message.object("params").orElseThrow().object("arguments").orElseThrow();
        yield Json.object("content", List.of(Json.object(
            "type", "text", "text", "sunny in " + arguments.string("city").orElse("?"))));
      }
      default -> Json.Obj.EMPTY;
    };
    return Json.object("jsonrpc", "2.0", "id", message.get("id").orElse(Json.of(0)), "result", result);
  }

  private Json.Obj call(Json.Obj body) throws Exception {
    Json.Obj answer = client.whole(body);
    assertEquals("tool_use", answer.string("stop_reason").orElseThrow(), answer.toText());
    return (Json.Obj) answer.array("content").getLast();
  }

  private static Json.Obj ask(String messages) {
    return ApiClient.ask("").with("messages", JsonReader.parse(messages.replace('\'', '"')));
  }

  private static Json.Obj tools(Json.Obj body, String... tools) {
    return body.with("tools", JsonReader.parse(("[" + String.join(",", tools) + "]").replace('\'', '"')));
  }

  private static String text(Json.Obj answer) {
    return Conversation.text(answer.get("content").orElseThrow());
  }
}

package claudegateway.clients;

import static claudegateway.clients.Program.request;
import static claudegateway.clients.Program.result;
import static claudegateway.clients.Program.tools;
import static claudegateway.clients.Program.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers in the form of a schema: one JSON text, whole, streamed, stored and taken up again. */
final class StructuredOutputTest {
  private static final String VERSIONS = "claudegateway.RealCli#versions";
  private static final String NUMBER = """
      {"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],
       "additionalProperties":false}""";
  private static final String NUMBERS = """
      {"type":"array","items":{"type":"integer"}}""";

  private static Json.Obj format(String schema) {
    return Json.object("type", "json_schema", "json_schema",
        Json.object("name", "answer", "strict", true, "schema", JsonReader.parse(schema)));
  }

  private static Json.Obj asking(String prompt, String schema) {
    return request(List.of(user(prompt)), "response_format", format(schema));
  }

  private static void assertAnswers(Program program, String schema, String value) {
    Answer whole = program.ask(asking("#json " + value, schema));
    assertEquals(200, whole.status(), whole.body().toText());
    assertEquals("stop", whole.finishReason());
    assertEquals(JsonReader.parse(value), JsonReader.parse(whole.content()));
  }

  /** What the session's last stored message says. */
  private static String stored(Program program, Answer answer) {
    List<Json> messages = program.get("/v1/sessions/" + answer.session() + "/messages").array("data");
    return ((Json.Obj) messages.getLast()).string("content").orElseThrow();
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void anObjectIsStreamedWhileItIsWritten(String version) {
    String value = "{\"title\":\"é \\\"漢\\\" 😀\","
        + "\"lines\":[{\"n\":1.50,\"ok\":true},{\"n\":-2,\"ok\":null}]}";
    String schema = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
         "required":["title","lines"],
         "properties":{"title":{"type":"string","format":"no-such-format"},
           "lines":{"type":"array","items":{"$ref":"#/$defs/line"}}},
         "$defs":{"line":{"type":"object","properties":
           {"n":{"type":"number"},"ok":{"type":["boolean","null"]}}}}}""";
    try (Program program = new Program(version)) {
      assertAnswers(program, schema, value);
      Answer streamed = program.stream(asking("#say Well.\n#json " + value, schema));
      assertEquals(JsonReader.parse(value), JsonReader.parse(streamed.content()), "and no prose before it");
      assertEquals("stop", streamed.finishReason());
      assertTrue(streamed.chunks().size() > 6, "one chunk for each fragment");
      assertEquals(streamed.content(), stored(program, streamed));

      Answer any = program.ask(request(List.of(user("#json " + value)), "response_format",
          Json.object("type", "json_object")));
      assertEquals(JsonReader.parse(value), JsonReader.parse(any.content()));
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void aRootThatIsNoObjectIsTheWholeAnswerEverywhere(String version) {
    try (Program program = new Program(version)) {
      Answer streamed = program.stream(asking("#json {\"value\":[1,2,3]}", NUMBERS));
      assertEquals("[1,2,3]", streamed.content());
      Answer whole = program.ask(asking("#json {\"value\":[1,2]}", NUMBERS));
      assertEquals("[1,2]", whole.content());
      assertEquals("[1,2]", stored(program, whole));
      program.restart();
      assertEquals("[1,2,3]", stored(program, streamed));
      assertEquals("[1,2,3]", program.resumed(streamed).content());
      Answer on = program.ask(request(List.of(user("#json {\"value\":[1,2]}"), whole.message(),
          user("#json {\"value\":\"on\"}")), "response_format",
          format("{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}")));
      assertEquals("\"on\"", on.content());
      assertEquals(whole.session(), on.session(), "the client's own form of the answer is known");
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void aSecondAttemptTakesTheFirstOnesPlace(String version) {
    String prompt = "#json {\"n\":\"one\"}\n#then\n#json {\"n\":1}";
    try (Program program = new Program(version)) {
      Answer whole = program.ask(asking(prompt, NUMBER));
      assertEquals("{\"n\":1}", whole.content());
      assertEquals("stop", whole.finishReason());
      assertEquals("{\"n\":1}", stored(program, whole));

      Answer streamed = program.stream(
          asking(prompt + "\n", NUMBER).with("session_id", Json.of(whole.session())));
      assertEquals("{\"n\":\"one\"}", streamed.content(), "what was shown cannot be taken back");
      assertEquals("schema_not_obeyed", streamed.error().string("code").orElseThrow());
      assertEquals("", streamed.finishReason());
      Await.that("the turn goes on to its end", Program.PATIENCE,
          () -> stored(program, streamed).equals("{\"n\":1}"));

      Answer list = program.ask(asking("#json {\"value\":[\"x\"]}\n#then\n#json {\"value\":[1]}", NUMBERS));
      assertEquals("[1]", list.content());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void anAnswerThatDoesNotObeyIsAnError(String version) {
    try (Program program = new Program(version)) {
      for (String prompt : List.of("#say Rather not.", "#json {\"n\":\"one\"}")) {
        Answer whole = program.ask(asking(prompt + "\n#then\n#say No.", NUMBER));
        assertEquals(502, whole.status(), whole.body().toText());
        assertEquals("schema_not_obeyed", whole.error().string("code").orElseThrow());
        assertEquals("false", whole.headers().firstValue("x-should-retry").orElseThrow());
      }
      Answer streamed = program.stream(asking("#say Rather not.", NUMBER));
      assertEquals("", streamed.content());
      assertEquals("", streamed.finishReason());
      assertEquals("schema_not_obeyed", streamed.error().string("code").orElseThrow());

      String stubborn = "#json {\"n\":\"one\"}\n" + "#then\n#json {\"n\":\"one\"}\n".repeat(12);
      Answer never = program.ask(asking(stubborn, NUMBER));
      assertEquals(502, never.status(), never.body().toText());
      assertEquals("schema_not_obeyed", never.error().string("code").orElseThrow());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void anotherSchemaTakesAnotherProcessAndKeepsTheHistory(String version) {
    try (Program program = new Program(version)) {
      List<Json.Obj> messages = new ArrayList<>(List.of(user("#json {\"n\":1}")));
      Answer first = program.ask(request(messages, "response_format", format(NUMBER)));
      messages.add(first.message());
      Set<Long> processes = program.processes();
      messages.add(user("#json {\"value\":[2]}"));
      Answer second = program.ask(request(messages, "response_format", format(NUMBERS)));
      assertEquals("[2]", second.content());
      assertEquals(first.session(), second.session());
      assertNotEquals(processes, program.processes());
      assertTrue(program.told().contains("assistant calls StructuredOutput {\"n\":1}"),
          program.told().toString());
      messages.add(second.message());
      messages.add(user("#say plain"));
      Answer third = program.ask(request(messages));
      assertEquals("plain", third.content());
      assertEquals(first.session(), third.session());
      assertTrue(program.told().contains("assistant calls StructuredOutput {\"value\":[2]}"),
          program.told().toString());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void functionsAndASchemaTogether(String version) {
    try (Program program = new Program(version)) {
      List<Json.Obj> messages = new ArrayList<>(
          List.of(user("#say Let me see.\n#call id=toolu_a f {\"x\":1}\n#then\n#json {\"n\":1}")));
      Answer calls = program.ask(
          request(messages, "tools", tools("f"), "response_format", format(NUMBER)));
      assertEquals("tool_calls", calls.finishReason());
      assertEquals(List.of(new Answer.Call("toolu_a", "f", "{\"x\":1}")), calls.calls());
      Set<Long> processes = program.processes();
      messages.add(calls.message());
      messages.add(result("toolu_a", "ok"));
      Answer done = program.stream(
          request(messages, "tools", tools("f"), "response_format", format(NUMBER)));
      assertEquals("{\"n\":1}", done.content());
      assertEquals("stop", done.finishReason());
      assertEquals(processes, program.processes());
      messages.add(done.message());
      messages.add(user("#json {\"n\":2}"));
      program.restart();
      Answer on = program.ask(
          request(messages, "tools", tools("f"), "response_format", format(NUMBER)));
      assertEquals("{\"n\":2}", on.content());
      assertEquals(calls.session(), on.session());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void nobodySpeaksBetweenTheAnswerAndTheNextQuestion(String version) {
    try (Program program = new Program(version)) {
      List<Json.Obj> messages = new ArrayList<>(List.of(user("#json {\"n\":1}")));
      Json.Obj bare = Json.object("builtin_tools", false);
      Answer first = program.ask(request(messages, "response_format", format(NUMBER), "claude", bare));
      assertEquals("{\"n\":1}", first.content());
      messages.add(first.message());
      messages.add(user("#say plain"));
      Answer second = program.ask(request(messages, "claude", bare));
      assertEquals("plain", second.content());
      assertEquals(first.session(), second.session());
      List<String> told = List.of("user: #json {\"n\":1}", "assistant calls StructuredOutput {\"n\":1}",
          "user result: Structured output provided successfully", "assistant: {\"n\":1}", "user: #say plain");
      assertEquals(told, program.told());
      program.restart();
      messages.add(second.message());
      messages.add(user("#say more"));
      assertEquals("more", program.ask(request(messages, "claude", bare)).content());
      assertEquals(told, program.told().subList(0, told.size()));
      assertEquals(List.of("assistant: plain", "user: #say more"),
          program.told().subList(told.size(), program.told().size()));
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void largeAndRecursiveSchemas(String version) {
    StringBuilder large = new StringBuilder("{\"type\":\"object\",\"properties\":{");
    for (int i = 0; large.length() < 200_000; i++) {
      large.append(i == 0 ? "" : ",").append("\"field_").append(i)
          .append("\":{\"type\":\"string\",\"description\":\"What stands in the field of this number.\"}");
    }
    large.append("},\"required\":[\"field_7\"]}");
    try (Program program = new Program(version)) {
      assertAnswers(program, large.toString(), "{\"field_7\":\"x\"}");
      assertAnswers(program, """
          {"type":"object","properties":
           {"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#"}}},
           "required":["name"]}""",
          "{\"name\":\"a\",\"children\":[{\"name\":\"b\",\"children\":[{\"name\":\"c\"}]}]}");
      assertAnswers(program, """
          {"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","properties":
           {"left":{"$ref":"#/$defs/tree"},"n":{"type":"integer"}},"required":["n"]}}}""".replace("\n", ""),
          "{\"value\":{\"n\":1,\"left\":{\"n\":2}}}", "{\"n\":1,\"left\":{\"n\":2}}");
    }
  }

  private static void assertAnswers(Program program, String schema, String said, String value) {
    Answer whole = program.ask(asking("#json " + said, schema));
    assertEquals(200, whole.status(), whole.body().toText());
    assertEquals(JsonReader.parse(value), JsonReader.parse(whole.content()));
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void schemasThatCannotBe(String version) {
    try (Program program = new Program(version)) {
      for (String schema : List.of("{\"type\":\"objekt\"}", "{\"$ref\":\"#/$defs/none\"}",
          "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"https://example.com/a.json\"}}}",
          "{\"type\":\"object\",\"required\":\"a\"}",
          "{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"(\"}}}")) {
        Answer refused = program.ask(asking("#say x", schema));
        assertEquals(400, refused.status(), schema);
        assertEquals("invalid_json_schema", refused.error().string("code").orElseThrow(), schema);
        assertEquals("response_format.json_schema.schema", refused.error().string("param").orElseThrow());
      }
      assertEquals(0, program.stub.received().size());
    }
  }
}

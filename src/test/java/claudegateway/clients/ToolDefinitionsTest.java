package claudegateway.clients;

import static claudegateway.clients.Program.request;
import static claudegateway.clients.Program.tool;
import static claudegateway.clients.Program.tools;
import static claudegateway.clients.Program.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions of any name, number and schema reach the model, and come back under the client's names. */
final class ToolDefinitionsTest {
  private static final String VERSIONS = "claudegateway.RealCli#versions";
  private static final List<String> NAMES = List.of("Read", "Bash", "read", "a.b", "a b", "a_b", "x".repeat(100),
      "x".repeat(64), "x".repeat(64) + "y", "ünïcode", "StructuredOutput", "mcp__client__a_b", "mcp__x__y", "1", "-",
      "a:b/c", "search");

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void everyNameComesBackAsItWasDeclared(String version) {
    try (Program program = new Program(version)) {
      program.ask(request(List.of(user("#say x")), "tools", tools(NAMES.toArray(String[]::new))));
      List<String> known = program.lastReceived().toolNames();
      assertEquals(NAMES.size(), new HashSet<>(known).size(), known.toString());
      StringBuilder all = new StringBuilder();
      known.forEach(name -> all.append("#call ").append(name).append(" {}\n"));
      Answer answer = program.ask(request(List.of(user(all.toString())), "tools", tools(NAMES.toArray(String[]::new))));
      assertEquals(NAMES.stream().sorted().toList(), answer.calls().stream().map(Answer.Call::name).sorted().toList());
      Map<String, String> described = new HashMap<>();
      program.lastReceived().tools().forEach(tool -> described.put(tool.string("name").orElseThrow(),
          tool.string("description").orElseThrow()));
      for (int i = 0; i < known.size(); i++) {
        assertEquals("Does " + answer.calls().get(i).name(), described.get(known.get(i)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void anySchemaReachesTheModel(String version) {
    List<String> schemas = List.of("{}", "{\"type\":\"object\"}", "{\"type\":\"object\",\"properties\":{\"a\":true}}",
        "{\"properties\":null,\"required\":null}", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"file\"}}}",
        "{\"type\":\"object\",\"oneOf\":[{\"required\":[\"a\"]}],\"properties\":{\"a\":{}}}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"items\":[{},{}],\"exclusiveMinimum\":true,\"minimum\":1}}}",
        "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"$ref\":\"#/definitions/A\","
            + "\"definitions\":{\"A\":{\"type\":\"object\",\"properties\":{\"a\":{\"format\":\"email\"}}}}}",
        "{\"type\":\"object\",\"properties\":{\"n\":{\"$ref\":\"#/$defs/n\"}},"
            + "\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":{\"n\":{\"$ref\":\"#/$defs/n\"}}}}}");
    List<Json.Obj> tools = new ArrayList<>();
    for (int i = 0; i < schemas.size(); i++) {
      tools.add(tool("f" + i, (Json.Obj) JsonReader.parse(schemas.get(i))));
    }
    tools.add(Json.object("type", "function", "function", Json.object("name", "bare")));
    try (Program program = new Program(version)) {
      Answer answer = program.ask(request(List.of(user("#call f0 {}\n#call bare {}")), "tools", tools));
      assertEquals(2, answer.calls().size(), answer.body().toText());
      assertEquals(tools.size(), program.lastReceived().tools().size(), program.lastReceived().toolNames().toString());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void manyOfThemWithLongDescriptionsBesideClaudesOwn(String version) {
    String about = "It does what it says. ".repeat(640);
    List<Json.Obj> tools = new ArrayList<>(tools("first"));
    for (int i = 0; i < 150; i++) {
      tools.add(Json.object("type", "function", "function", Json.object("name", "tool_" + i, "description",
          i == 7 ? about + "END" : about.substring(0, 1_500), "parameters", Json.object("type", "object", "properties",
              Json.object("p", Json.object("type", "string", "description", i == 7 ? about : "short"))))));
    }
    try (Program program = new Program(version)) {
      Answer answer = program.ask(request(List.of(user("#call tool_149 {\"p\":\"x\"}")), "tools", tools,
          "claude", Json.object("builtin_tools", true)));
      assertEquals("tool_149", answer.calls().getFirst().name());
      List<Json.Obj> known = program.lastReceived().tools().stream()
          .filter(tool -> tool.string("name").orElse("").startsWith("mcp__client__")).toList();
      assertEquals(151, known.size());
      assertTrue(known.stream().noneMatch(tool -> tool.has("defer_loading")), "none has to be searched for");
      Json.Obj seventh = known.stream()
          .filter(tool -> tool.string("name").equals(Optional.of("mcp__client__tool_7"))).findFirst().orElseThrow();
      assertTrue(seventh.object("input_schema").orElseThrow().toText().contains("END"));
      assertTrue(!seventh.toText().contains("truncated"));
    }
  }
}

package claudegateway.clients;

import static claudegateway.clients.Program.request;
import static claudegateway.clients.Program.result;
import static claudegateway.clients.Program.tools;
import static claudegateway.clients.Program.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.clients.Answer.Call;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client's functions in a live conversation: called, answered, and the model sees nothing else. */
final class ToolCallsTest {
  private static final String VERSIONS = "claudegateway.RealCli#versions";

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void twoRoundsInTheSameProcess(String version) {
    String prompt = "#say Let me see.\n#call id=toolu_a weather {\"city\": \"Paris\", \"n\": 1.50}\n"
        + "#call id=toolu_b time {}\n#then\n#call id=toolu_c weather {\"city\":\"Köln \\\"x\\\"\"}\n#then\n#say done";
    try (Program program = new Program(version)) {
      List<Json.Obj> messages = new ArrayList<>(List.of(user(prompt)));
      Answer first = program.ask(request(messages, "tools", tools("weather", "time")));
      assertEquals("tool_calls", first.finishReason());
      assertEquals("Let me see.", first.content());
      assertEquals(List.of(new Call("toolu_a", "weather", "{\"city\":\"Paris\",\"n\":1.50}"),
          new Call("toolu_b", "time", "{}")), first.calls());
      Set<Long> processes = program.processes();

      messages.add(first.message());
      messages.add(Json.object("role", "tool", "tool_call_id", "toolu_b", "content",
          List.of(Json.object("type", "text", "text", "noon"), Json.object("type", "text", "text", "sharp"))));
      messages.add(result("toolu_a", "Error: 503"));
      Answer second = program.stream(request(messages, "tools", tools("weather", "time")));
      assertEquals("tool_calls", second.finishReason());
      assertEquals(List.of(new Call("toolu_c", "weather", "{\"city\":\"Köln \\\"x\\\"\"}")), second.calls());

      messages.add(second.message());
      messages.add(result("toolu_c", ""));
      Answer third = program.ask(request(messages, "tools", tools("weather", "time")));
      assertEquals("stop", third.finishReason());
      assertEquals("done", third.content());
      assertEquals(List.of("user: " + prompt, "assistant: Let me see.",
          "assistant calls mcp__client__weather {\"city\":\"Paris\",\"n\":1.5}",
          "assistant calls mcp__client__time {}", "user result: noon\nsharp", "user result: Error: 503",
          "assistant calls mcp__client__weather {\"city\":\"Köln \\\"x\\\"\"}", "user result: "), program.told());
      assertEquals(processes, program.processes(), "the same live process all the way");
      assertEquals(1, processes.size());
      assertEquals(first.session(), third.session());
      assertEquals(3, program.stub.received().size(), "one request for each round");
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void fragmentsAreStreamedAsTheyCome(String version) {
    try (Program program = new Program(version)) {
      List<Long> nanos = new ArrayList<>();
      Answer answer = program.stream(request(
          List.of(user("#call id=toolu_a fragment=4 ms=20 search {\"query\":\"all that there is\",\"top\":3}\n"
              + "#call id=toolu_b search {\"query\":\"x\"}")), "tools", tools("search")), _ -> nanos.add(System.nanoTime()));
      assertEquals(List.of(new Call("toolu_a", "search", "{\"query\":\"all that there is\",\"top\":3}"),
          new Call("toolu_b", "search", "{\"query\":\"x\"}")), answer.calls());
      List<Json.Obj> fragments = answer.chunks().stream().flatMap(chunk -> chunk.array("choices").stream())
          .flatMap(choice -> ((Json.Obj) choice).object("delta").orElseThrow().array("tool_calls").stream())
          .map(Json.Obj.class::cast).toList();
      assertEquals(Json.object("index", 0, "id", "toolu_a", "type", "function", "function",
          Json.object("name", "search", "arguments", "")), fragments.getFirst());
      assertTrue(fragments.stream().filter(each -> each.integer("index").equals(Optional.of(0L))).count() > 8,
          fragments.toString());
      assertTrue(nanos.getLast() - nanos.getFirst() > 100_000_000, "ten pauses of 20 ms were not waited out first");
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void someResultsOrWordsInTheirPlace(String version) {
    String prompt = "#call id=toolu_a weather {}\n#call id=toolu_b weather {}";
    try (Program program = new Program(version)) {
      Answer calls = program.ask(request(List.of(user(prompt)), "tools", tools("weather")));
      Answer some = program.ask(request(List.of(user(prompt), calls.message(), result("toolu_b", "B"),
          user("#say one is enough")), "tools", tools("weather")));
      assertEquals("one is enough", some.content());
      assertEquals(List.of("user error: [Tool result missing due to internal error]", "user result: B",
          "user: #say one is enough"), program.told().subList(3, 6));
      Answer none = program.ask(request(List.of(user(prompt), calls.message(), user("#say never mind")),
          "tools", tools("weather")));
      assertEquals("never mind", none.content());
      assertEquals("user: #say never mind", program.told().getLast());
      assertEquals(6, program.told().size(), program.told().toString());
    }
  }

  /** The last request of a loop may leave the functions out; then there is nothing to call. */
  @ParameterizedTest
  @MethodSource(VERSIONS)
  void resultsWithoutTheFunctions(String version) {
    try (Program program = new Program(version)) {
      List<Json.Obj> messages = new ArrayList<>(List.of(user("#call id=toolu_a get_weather {}\n#then\n#say so")));
      Answer calls = program.ask(request(messages, "tools", tools("get.weather", "time")));
      Set<Long> processes = program.processes();
      messages.add(calls.message());
      messages.add(result("toolu_a", "sunny"));
      Answer answer = program.ask(request(messages));
      assertEquals("so", answer.content());
      assertEquals(processes, program.processes());
      assertEquals(Optional.of(Json.object("type", "none")), program.lastReceived().body().object("tool_choice"));

      Answer alone = program.ask(request(List.of(user("#call id=toolu_b time {}\n#then\n#say late")),
          "tools", tools("time")));
      program.restart();
      Answer late = program.ask(request(List.of(result("toolu_b", "noon")), "session_id", alone.session()));
      assertEquals("late", late.content());
      assertEquals(List.of("mcp__client__time"), program.lastReceived().toolNames());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void claudesOwnToolsOnlyWhenAskedFor(String version) {
    try (Program program = new Program(version)) {
      program.ask(request(List.of(user("#say a")), "tools", tools("weather")));
      assertEquals(List.of("mcp__client__weather"), program.lastReceived().toolNames());

      String prompt =
          "#bash echo from bash\n#then\n#bash echo again\n#call id=toolu_a weather {}\n#then\n#say both";
      Answer both = program.ask(request(List.of(user(prompt)), "tools", tools("weather"), "claude", Json.object("builtin_tools", true, "events", true)));
      assertEquals(List.of(new Call("toolu_a", "weather", "{}")), both.calls());
      assertTrue(program.lastReceived().toolNames().containsAll(List.of("Bash", "Read", "mcp__client__weather")),
          program.lastReceived().toolNames().toString());
      Answer end = program.ask(request(List.of(user(prompt), both.message(), result("toolu_a", "sunny")),
          "tools", tools("weather"), "claude", Json.object("builtin_tools", true)));
      assertEquals("both", end.content());
      assertTrue(program.told().containsAll(
          List.of("user result: from bash", "user result: again", "user result: sunny")), program.told().toString());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void otherFunctionsInALaterRequest(String version) {
    try (Program program = new Program(version)) {
      List<Json.Obj> messages = new ArrayList<>(List.of(user("#call id=toolu_a weather {}")));
      Answer first = program.ask(request(messages, "tools", tools("weather", "time")));
      Set<Long> processes = program.processes();
      messages.add(first.message());
      messages.add(result("toolu_a", "sunny"));
      Answer second = program.ask(request(messages, "tools", tools("weather", "search")));
      assertEquals(List.of("mcp__client__search", "mcp__client__weather"), program.lastReceived().toolNames());
      assertEquals("Tool results: sunny", second.content());
      messages.add(second.message());
      messages.add(user("#call id=toolu_b search {}"));
      Answer third = program.ask(request(messages, "tools", tools("search")));
      assertEquals(List.of(new Call("toolu_b", "search", "{}")), third.calls());
      assertEquals(List.of("mcp__client__search"), program.lastReceived().toolNames());
      assertEquals(5, program.told().size());
      assertEquals(first.session(), third.session());
      if (version.equals("2.1.197")) {
        assertEquals(processes, program.processes(), "this version can take functions away");
      }
    }
  }

  /** An agent collects memories in the background: same history, other instructions, other functions. */
  @ParameterizedTest
  @MethodSource(VERSIONS)
  void sideRequestsDoNotDisturbTheConversation(String version) {
    Json.Obj main = Json.object("role", "system", "content", "You write code.");
    Json.Obj aside = Json.object("role", "system", "content", "You collect memories.");
    try (Program program = new Program(version)) {
      Answer title = program.ask(request(List.of(Json.object("role", "system", "content", "Name this."),
          user("Title:"), user("#say A title"))));
      assertEquals("A title", title.content());
      List<Json.Obj> messages = new ArrayList<>(List.of(main, user("#say one")));
      Answer first = program.ask(request(messages, "tools", tools("read", "write")));
      messages.add(first.message());
      Set<Long> processes = program.processes();

      List<Json.Obj> beside = new ArrayList<>(messages);
      beside.set(0, aside);
      beside.add(user("#call id=toolu_m remember {}"));
      Answer memory = program.ask(request(beside, "tools", tools("read", "remember")));
      assertEquals(List.of(new Call("toolu_m", "remember", "{}")), memory.calls());
      assertTrue(program.lastReceived().system().contains("You collect memories."));
      assertEquals(List.of("user: #say one", "assistant: one", "user: #call id=toolu_m remember {}"), program.told());

      messages.add(user("#say two"));
      Answer second = program.ask(request(messages, "tools", tools("read", "write")));
      assertEquals(first.session(), second.session());
      assertEquals(List.of("user: #say one", "assistant: one", "user: #say two"), program.told());
      assertTrue(program.lastReceived().system().contains("You write code."));
      assertTrue(program.processes().containsAll(processes), "the conversation's process was left alone");
      beside.add(memory.message());
      beside.add(result("toolu_m", "kept"));
      assertEquals(memory.session(), program.ask(request(beside, "tools", tools("read", "remember"))).session());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void theOlderDialect(String version) {
    Json.Obj function = Json.object("name", "weather", "parameters", Json.object("type", "object"));
    try (Program program = new Program(version)) {
      Json.Obj ask = request(List.of(user("#call weather {\"city\":\"Paris\"}\n#then\n#say so")), "functions", List.of(function));
      Answer call = program.ask(ask);
      assertEquals("function_call", call.finishReason());
      assertEquals((Json.Obj) JsonReader.parse("{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Paris\\\"}\"}"),
          call.message().object("function_call").orElseThrow());
      Answer end = program.ask(ask.with("messages", Json.Arr.of(List.of(ask.array("messages").getFirst(), call.message(),
          Json.object("role", "function", "name", "weather", "content", "sunny")), message -> message)));
      assertEquals("so", end.content());
      assertEquals("user result: sunny", program.told().getLast());
    }
  }
}

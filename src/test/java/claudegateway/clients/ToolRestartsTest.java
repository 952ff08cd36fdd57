package claudegateway.clients;

import static claudegateway.clients.Program.request;
import static claudegateway.clients.Program.result;
import static claudegateway.clients.Program.tools;
import static claudegateway.clients.Program.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that wait for their results outlive the process that made them, and the gateway. */
final class ToolRestartsTest {
  private static final String VERSIONS = "claudegateway.RealCli#versions";
  private static final String THREE =
      "#think 2\n#say Hm.\n#call id=toolu_a weather {\"n\":1}\n#call id=toolu_b time {}\n#call id=toolu_c weather {\"n\":2}";

  /** What the model must have seen once all three results are in; the order of results is the client's. */
  private static void assertThreeAnswered(Program program) {
    List<String> told = program.told().stream().filter(line -> !line.startsWith("assistant thinks")).toList();
    assertEquals(List.of("assistant: Hm.", "assistant calls mcp__client__weather {\"n\":1}",
        "assistant calls mcp__client__time {}", "assistant calls mcp__client__weather {\"n\":2}"), told.subList(1, 5));
    assertEquals(Set.of("user result: A", "user result: B", "user result: C"), Set.copyOf(told.subList(5, 8)));
    assertEquals(List.of("mcp__client__time", "mcp__client__weather"), program.lastReceived().toolNames());
  }

  private static List<Json.Obj> answered(Answer calls) {
    return List.of(user(THREE + "\n#then\n#say done"), calls.message(), result("toolu_b", "B"), result("toolu_a", "A"),
        result("toolu_c", "C"));
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void parallelCallsAfterARestart(String version) {
    try (Program program = new Program(version)) {
      Answer calls = program.ask(
          request(List.of(user(THREE + "\n#then\n#say done")), "tools", tools("weather", "time")));
      assertEquals(3, calls.calls().size());
      program.restart();
      Answer done = program.ask(request(answered(calls), "tools", tools("weather", "time")));
      assertEquals("done", done.content());
      assertEquals(calls.session(), done.session());
      assertThreeAnswered(program);
      assertTrue(program.told().contains("assistant thinks: th0 th1 "), "thinking is part of the turn");

      Answer again = program.ask(request(answered(calls), "tools", tools("weather", "time")));
      assertEquals("done", again.content());
      assertNotEquals(calls.session(), again.session(), "results sent twice make a branch");
      assertThreeAnswered(program);
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void oneCallAfterItsProcessWasTakenAway(String version) {
    try (Program program = new Program(version, "--max-concurrent-sessions", "1")) {
      List<Json.Obj> messages = new ArrayList<>(List.of(user("#call id=toolu_a weather {}\n#then\n#say sunny then")));
      Answer call = program.ask(request(messages, "tools", tools("weather")));
      Set<Long> processes = program.processes();
      assertEquals("other", program.ask(request(List.of(user("#say other")))).content());
      assertTrue(Collections.disjoint(processes, program.processes()), "there is room for one process only");
      messages.add(call.message());
      messages.add(result("toolu_a", "x".repeat(300_000) + "end"));
      Answer answer = program.ask(request(messages, "tools", tools("weather")));
      assertEquals("sunny then", answer.content());
      assertEquals(call.session(), answer.session());
      assertTrue(program.told().getLast().endsWith("xend"), "a long result is not cut");
      assertEquals(3, program.told().size());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void wordsInPlaceOfResultsAfterARestart(String version) {
    try (Program program = new Program(version)) {
      Answer calls = program.ask(request(List.of(user(THREE)), "tools", tools("weather", "time")));
      program.restart();
      Answer answer = program.ask(request(List.of(user(THREE), calls.message(), user("#say never mind")),
          "tools", tools("weather", "time")));
      assertEquals("never mind", answer.content());
      assertEquals("user: #say never mind", program.told().getLast());
      assertEquals(3, program.told().stream().filter(line -> line.startsWith("user error: ")).count(),
          program.told().toString());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void otherFunctionsAfterARestart(String version) {
    try (Program program = new Program(version)) {
      List<Json.Obj> messages = new ArrayList<>(List.of(user("#call id=toolu_a weather {}\n#then\n#say so")));
      Answer call = program.ask(request(messages, "tools", tools("weather")));
      program.restart();
      messages.add(call.message());
      messages.add(result("toolu_a", "sunny"));
      Answer answer = program.ask(request(messages, "tools", tools("search")));
      assertEquals("so", answer.content());
      messages.add(answer.message());
      messages.add(user("#say on"));
      assertEquals("on", program.ask(request(messages, "tools", tools("search"))).content());
      assertEquals(List.of("mcp__client__search"), program.lastReceived().toolNames());
    }
  }

  /** A conversation from another server: its calls have ids and names of their own. */
  @ParameterizedTest
  @CsvSource({"2.1.197,0", "2.1.197,1", "2.1.330,0", "2.1.330,1"})
  void aHistoryThatTheClientBringsAlong(String version, String spares) {
    try (Program program = new Program(version, "--spares", spares)) {
      Json.Obj calls = Json.object("role", "assistant", "content", null, "tool_calls", List.of(
          call("functions.read:0", "read.file", "{\"path\":\"a\"}"), call("functions.read:1", "read.file", "")));
      Json.Obj more = Json.object("role", "assistant", "content", "", "tool_calls",
          List.of(call("functions.read:0", "list", "{}"), call("functions.read:2", "list", "not json")));
      Answer answer = program.ask(request(List.of(user("look"), calls, result("functions.read:1", "B"),
          result("functions.read:0", "A"), more, result("functions.read:2", "D"), result("functions.read:0", "C")),
          "tools", tools("read.file", "list")));
      assertEquals("stop", answer.finishReason());
      assertEquals(List.of("user: look", "assistant calls mcp__client__read_file {\"path\":\"a\"}",
          "assistant calls mcp__client__read_file {}"), program.told().subList(0, 3));
      assertEquals(Set.of("user result: A", "user result: B"), Set.copyOf(program.told().subList(3, 5)));
      assertEquals(List.of("assistant calls mcp__client__list {}",
          "assistant calls mcp__client__list {\"arguments\":\"not json\"}"), program.told().subList(5, 7));
      assertEquals(Set.of("user result: C", "user result: D"), Set.copyOf(program.told().subList(7, 9)));
    }
  }

  private static Json.Obj call(String id, String name, String arguments) {
    return Json.object("id", id, "type", "function", "function", Json.object("name", name, "arguments", arguments));
  }

  /** Thirty rounds of five calls, results in any order, and the gateway started again in the middle of it. */
  @ParameterizedTest
  @CsvSource({"2.1.197,30", "2.1.330,30"})
  void manyRounds(String version, int rounds) {
    Random random = new Random(rounds);
    StringBuilder script = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < 5; i++) {
        String arguments = "{\"round\":" + round + ",\"i\":" + i + "}";
        script.append("#call id=toolu_").append(round).append('_').append(i).append(" work ").append(arguments).append('\n');
        expected.add("assistant calls mcp__client__work " + arguments);
      }
      for (int i = 0; i < 5; i++) {
        expected.add("user result: result " + round + "/" + i);
      }
      script.append("#then\n");
    }
    script.append("#say finished");
    expected.addFirst("user: " + script);
    try (Program program = new Program(version)) {
      List<Json.Obj> messages = new ArrayList<>(List.of(user(script.toString())));
      List<Set<Long>> processes = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        Answer answer = round % 2 == 0 ? program.ask(request(messages, "tools", tools("work")))
            : program.stream(request(messages, "tools", tools("work")));
        assertEquals(5, answer.calls().size(), "round " + round);
        processes.add(program.processes());
        messages.add(answer.message());
        List<Json.Obj> results = new ArrayList<>();
        for (Answer.Call call : answer.calls()) {
          results.add(result(call.id(), "result " + call.id().substring(6).replace('_', '/')));
        }
        Collections.shuffle(results, random);
        messages.addAll(results);
        if (round == rounds / 2) {
          program.restart();
        }
      }
      assertEquals("finished", program.ask(request(messages, "tools", tools("work"))).content());
      assertEquals(rounds + 1, program.stub.received().size());
      assertEquals(2, processes.stream().distinct().count(), "results go to the process that called");
      assertEquals(sorted(expected), sorted(program.told()));
    }
  }

  /** With the results of each round in order: the client may give them in any, and the model may get them in any. */
  private static List<String> sorted(List<String> told) {
    List<String> sorted = new ArrayList<>();
    for (int from = 0; from < told.size(); ) {
      int to = from + 1;
      boolean results = told.get(from).startsWith("user result");
      while (results && to < told.size() && told.get(to).startsWith("user result")) {
        to++;
      }
      sorted.addAll(told.subList(from, to).stream().sorted().toList());
      from = to;
    }
    return sorted;
  }
}

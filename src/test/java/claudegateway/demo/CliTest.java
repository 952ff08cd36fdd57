package claudegateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.RealCli;
import claudegateway.json.Json;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stub as the real CLI sees it: what it scripts is what the CLI prints. */
final class CliTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String VERSIONS = "claudegateway.RealCli#versions";

  private final ScriptedModel model = new ScriptedModel();
  private final MessagesStub stub = MessagesStub.start(model);

  @AfterEach
  void close() {
    stub.close();
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void aConversation(String version) throws Exception {
    try (CliSession cli = cli(version, Map.of())) {
      CliSession.Turn text = cli.ask("#usage 100 20 3000 77\n#tokens 20");
      assertEquals("w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 ", text.text());
      assertEquals(text.text(), text.deltas("text"), "each delta is a line");
      assertEquals(20, text.events().stream()
          .filter(event -> event.string("type").orElse("").equals("content_block_delta")).count());
      Json.Obj usage = text.result().object("usage").orElseThrow();
      assertEquals(List.of(100L, 20L, 3000L, 77L), Stream
          .of("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
          .map(name -> usage.integer(name).orElseThrow()).toList());

      CliSession.Turn thinking = cli.ask("#think 3\n#say done");
      assertEquals("th0 th1 th2 ", thinking.deltas("thinking"));
      assertEquals("done", thinking.text());

      CliSession.Turn echo = cli.ask("#echo");
      assertEquals("[\"user: #usage 100 20 3000 77\\n#tokens 20\",\"assistant: " + text.text()
          + "\",\"user: #think 3\\n#say done\",\"assistant thinks: th0 th1 th2 \",\"assistant: done\","
          + "\"user: #echo\"]", echo.text(), "the history, without what the CLI adds");
      assertEquals(3, stub.received().size(), "one request for each turn");
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void toolsOfClaudeCode(String version) throws Exception {
    try (CliSession cli = cli(version, Map.of(), "--permission-mode", "acceptEdits")) {
      CliSession.Turn bash = cli.ask("#bash pwd\n#then\n#call Write {\"file_path\":\"" + cli.work()
          + "/a.txt\",\"content\":\"x y\"}\n#then\n#say all done");
      assertEquals("all done", bash.text());
      assertEquals(3, bash.result().integer("num_turns").orElseThrow(), "three rounds in one turn");
      assertEquals("x y", Files.readString(cli.work().resolve("a.txt")));
      List<String> lines = stub.received().getLast().conversation().lines();
      assertTrue(lines.contains("user result: " + cli.work()), lines.toString());

      String both = cli.ask("#bash echo one\n#bash echo two").text();
      assertTrue(Set.of("Tool results: one | two", "Tool results: two | one").contains(both),
          "two calls in one message run at a time: " + both);
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void structuredOutput(String version) throws Exception {
    String schema = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},\"degrees\":"
        + "{\"type\":\"integer\"}},\"required\":[\"city\",\"degrees\"],\"additionalProperties\":false}";
    try (CliSession cli = cli(version, Map.of(), "--json-schema", schema)) {
      CliSession.Turn turn = cli.ask("#json {\"city\":\"Paris\",\"degrees\":21}");
      assertEquals("{\"city\":\"Paris\",\"degrees\":21}",
          turn.result().object("structured_output").orElseThrow().toText());
      assertEquals("{\"city\":\"Paris\",\"degrees\":21}", turn.deltas("partial_json"));
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void errors(String version) throws Exception {
    try (CliSession cli = cli(version, Map.of())) {
      for (int status : new int[] {400, 403, 429, 500, 529}) {
        CliSession.Turn turn = cli.ask("#error " + status + " it went wrong");
        assertTrue(turn.result().isTrue("is_error"), turn.text());
        assertEquals(status, turn.result().integer("api_error_status").orElseThrow());
        assertTrue(turn.text().contains("API Error"), turn.text());
        assertTrue(status >= 500 || turn.text().contains("it went wrong"), turn.text());
      }
      CliSession.Turn overloaded = cli.ask("#overloaded 3");
      assertTrue(overloaded.result().isTrue("is_error"));
      assertTrue(overloaded.deltas("text").startsWith("w0 w1 w2 "));

      CliSession.Turn dropped = cli.ask("#drop 4");
      assertTrue(dropped.result().isTrue("is_error"));
      assertTrue(dropped.text().contains("Connection"), dropped.text());
      assertEquals("w0 w1 w2 w3 ", dropped.deltas("text"));

      CliSession.Turn cut = cli.ask("#tokens 3\n#stop max_tokens");
      assertTrue(cut.result().isTrue("is_error"));
      assertTrue(cut.text().contains("output token maximum"), cut.text());

      CliSession.Turn refused = cli.ask("#refuse");
      assertEquals("refusal", refused.result().string("stop_reason").orElseThrow());
      assertFalse(cli.ask("#say still here").result().isTrue("is_error"));
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void retriesAreAskedForAndCounted(String version) throws Exception {
    try (CliSession cli = cli(version, Map.of("CLAUDE_CODE_MAX_RETRIES", "2"))) {
      CliSession.Turn turn = cli.ask("#error 529 times=2\n#say at last");
      assertEquals("at last", turn.text());
      assertEquals(List.of("529", "529"), turn.retries());
      assertEquals(3, stub.received().size());
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void anInterruptReachesTheStub(String version) throws Exception {
    try (CliSession cli = cli(version, Map.of())) {
      cli.start(Json.of("#tokens 5\n#hang 0"));
      stub.await(received -> received.size() == 1, SOON);
      cli.request(Json.object("subtype", "interrupt"));
      assertEquals(Answered.Outcome.ABANDONED,
          stub.awaitAnswered(answered -> !answered.isEmpty(), SOON).getFirst().outcome());
    }
  }

  /** A rule of the API that the CLI lets its user break, per process or turn. */
  @ParameterizedTest
  @MethodSource(VERSIONS)
  void theRulesReachThroughTheCli(String version) throws Exception {
    Map<String, String> extra = Map.of("CLAUDE_CODE_EXTRA_BODY", "{\"temperature\":0.5}");
    try (CliSession cli = cli(version, extra, "--model", "claude-sonnet-4-5")) {
      CliSession.Turn turn = cli.ask("#say never");
      assertEquals(400, turn.result().integer("api_error_status").orElseThrow());
      assertTrue(turn.text().contains("`temperature` may only be set to 1 when thinking"), turn.text());
    }
    try (CliSession cli = cli(version, Map.of(), "--model", "no-such-model")) {
      assertEquals(404, cli.ask("#say never").result().integer("api_error_status").orElseThrow());
    }
  }

  private CliSession cli(String version, Map<String, String> extra, String... flags) throws Exception {
    return new CliSession(version, stub.baseUrl(), extra, flags);
  }
}

package claudegateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.api.ApiServer.Answer;
import claudegateway.http.ApiKey;
import claudegateway.json.Json;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the tests of the reference gateway ask of a server, on the real CLI; where we decided otherwise, that.
 */
class ContractTest {
  private static final String CHAT = "/v1/chat/completions";

  private static ApiServer api;

  @BeforeAll
  static void start() {
    api = ApiServer.withRealCli();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static Json.Obj choice(Answer answer) {
    return (Json.Obj) answer.json().array("choices").getFirst();
  }

  private static String content(Answer answer) {
    assertEquals(200, answer.status(), answer.text());
    return choice(answer).object("message").orElseThrow().string("content").orElse("");
  }

  @Test
  void simpleCompletionNamesTheModelThatWasAskedFor() {
    String model = ((Json.Obj) api.get("/v1/models").json().array("data").getFirst()).string("id")
        .orElseThrow();
    Answer answer = api.post(CHAT,
        ApiServer.ask("Hi there", ",\"model\":\"" + model + "\",\"stream\":false"));
    assertEquals("You said: Hi there", content(answer));
    Json.Obj json = answer.json();
    assertTrue(json.string("id").orElse("").startsWith("chatcmpl-"));
    assertEquals("chat.completion", json.string("object").orElse(""));
    assertTrue(json.integer("created").orElse(0L) > 1_700_000_000);
    assertEquals(model, json.string("model").orElse(""));
    assertEquals(1, json.array("choices").size());
    assertEquals(0L, choice(answer).integer("index").orElse(-1L));
    assertTrue(json.object("usage").orElseThrow().fields().keySet().containsAll(Set.of("prompt_tokens",
        "completion_tokens", "total_tokens", "input_tokens", "output_tokens", "total_cost")));
    assertEquals(api.home.root().resolve("projects/default").toString(),
        api.get("/v1/projects/default").json().string("path").orElse(""));
  }

  @Test
  void aSystemPromptReachesTheModel() {
    String body = "{\"messages\":[{\"role\":\"system\",\"content\":\"Answer in verse.\"},"
        + "{\"role\":\"user\",\"content\":\"#say ok\"}]}";
    assertEquals("ok", content(api.post(CHAT, body)));
    assertTrue(api.stub.received().getLast().body().toText().contains("Answer in verse."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-4o", "invalid-model"})
  void aModelOfNobodysIsRefusedOrTheDefault(String model) {
    Answer answer = api.post(CHAT, ApiServer.ask("#say x", ",\"model\":\"" + model + "\""));
    assertEquals(404, answer.status());
    assertEquals("model_not_found", answer.error().string("code").orElse(""));
    assertTrue(answer.error().string("message").orElse("").contains("claude-opus-5-5"));
    try (ApiServer lenient = new ApiServer(ApiServer.scripted().unknownModels())) {
      Answer taken = lenient.post(CHAT, ApiServer.ask("#say x", ",\"model\":\"" + model + "\""));
      assertEquals("claude-sonnet-5-5", taken.json().string("model").orElse(""), taken.text());
    }
  }

  @Test
  void withoutAModelTheDefaultAnswers() {
    Answer answer = api.post(CHAT, ApiServer.ask("#say x"));
    assertEquals("claude-sonnet-5-5", answer.json().string("model").orElse(""), answer.text());
  }

  @Test
  void toolsThatClaudeCodeRunsAreNotTheClients() {
    String prompt = "#bash pwd\n#then\n#say done";
    Answer plain = api.post(CHAT, ApiServer.ask(prompt));
    assertEquals("done", content(plain));
    assertFalse(choice(plain).object("message").orElseThrow().has("tool_calls"));
    assertEquals("stop", choice(plain).string("finish_reason").orElse(""));
    assertFalse(plain.json().has("claude") && plain.json().object("claude").orElseThrow().has("events"));
    Answer shown = api.post(CHAT, ApiServer.ask(prompt, ",\"claude\":{\"events\":true}"));
    String events = shown.json().object("claude").orElseThrow().toText();
    assertTrue(events.contains("\"type\":\"tool_use\"") && events.contains("Bash"), events);
    assertTrue(events.contains(api.home.root().resolve("projects/default").toString()),
        "pwd is the project's folder");
    Answer streamed = api.post(CHAT, ApiServer.ask(prompt, ",\"stream\":true,\"claude\":{\"events\":true}"));
    assertTrue(streamed.chunks().stream().anyMatch(chunk -> chunk.array("choices").isEmpty()
        && chunk.object("claude").flatMap(claude -> claude.string("type")).filter("tool_use"::equals)
        .isPresent()),
        streamed.text());
    assertFalse(streamed.text().contains("tool_calls"));
  }

  @Test
  void aProjectThatNobodyMadeIsTaken() {
    Answer answer = api.post(CHAT, ApiServer.ask("#bash pwd\n#then\n#say x",
        ",\"project_id\":\"test-project-123\",\"claude\":{\"events\":true}"));
    assertEquals("test-project-123", answer.json().string("project_id").orElse(""), answer.text());
    assertEquals("test-project-123", answer.header("X-Project-ID"));
    assertTrue(answer.text().contains(api.home.root().resolve("projects/test-project-123").toString()));
    Answer other = api.post(CHAT, ApiServer.ask("x", ",\"project_id\":\"other\",\"session_id\":\""
        + answer.header("X-Session-ID") + "\""));
    assertEquals(400, other.status(), other.text());
    assertEquals("project_id", other.error().string("param").orElse(""));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "{\"messages\":[]} | missing_messages | messages",
    "{\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]} | missing_user_message | messages",
    "{\"messages\":[{\"role\":\"invalid_role\",\"content\":\"x\"}]} | invalid_value | messages[0].role",
    "{} | missing_messages | messages",
    "invalid json | invalid_json | ",
  })
  void whatIsWrongIsA400ThatNamesTheField(String body, String code, String param) {
    Answer answer = api.post(CHAT, body);
    assertEquals(400, answer.status(), answer.text());
    assertEquals(code, answer.error().string("code").orElse(""));
    assertEquals(param == null ? "" : param, answer.error().string("param").orElse(""));
  }

  @Test
  void aConversationGoesOnInItsSession() {
    Answer first = api.post(CHAT, ApiServer.ask("#say one"));
    String body = "{\"session_id\":\"" + first.header("X-Session-ID") + "\",\"messages\":["
        + "{\"role\":\"user\",\"content\":\"#say one\"},{\"role\":\"assistant\",\"content\":\"one\"},"
        + "{\"role\":\"user\",\"content\":\"#echo\"}]}";
    Answer second = api.post(CHAT, body);
    assertEquals(first.header("X-Session-ID"), second.header("X-Session-ID"));
    assertEquals("[\"user: #say one\",\"assistant: one\",\"user: #echo\"]", content(second));
    Json.Obj messages = api.get("/v1/sessions/" + first.header("X-Session-ID") + "/messages").json();
    assertEquals(4L, messages.integer("total").orElse(0L));
    assertEquals("user", ((Json.Obj) messages.array("data").getFirst()).string("role").orElse(""));
    Answer unknown = api.post(CHAT, ApiServer.ask("x", ",\"session_id\":\"no-such-session\""));
    assertEquals(404, unknown.status());
    assertEquals("session_not_found", unknown.error().string("code").orElse(""));
    assertEquals("invalid_request_error", unknown.error().string("type").orElse(""));
  }

  @Test
  void theLastOfTwoUserMessagesIsTheQuestion() {
    String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"#say first\"},"
        + "{\"role\":\"user\",\"content\":\"#say second\"}]}";
    assertEquals("second", content(api.post(CHAT, body)).replace("first", "").strip());
  }

  @Test
  void statisticsSumWhatWasUsed() {
    Answer answer = api.post(CHAT, ApiServer.ask("#usage 100 0 20 30\n#say x"));
    String session = answer.header("X-Session-ID");
    Json.Obj stats = api.get("/v1/sessions/stats").json();
    assertTrue(stats.object("session_stats").orElseThrow().integer("total_tokens").orElse(0L) >= 150,
        stats.toText());
    assertTrue(stats.integer("active_claude_sessions").orElse(0L) >= 1);
    Json.Obj one = api.get("/v1/sessions/" + session + "/stats").json();
    assertEquals(150L, one.integer("token_usage").orElse(0L), one.toText());
    assertTrue(one.number("duration").orElse(0.0) > 0);
    Json.Obj usage = api.get("/v1/usage/stats").json();
    assertEquals(stats.integer("total_tokens"), usage.integer("total_tokens"));
    assertEquals(1, usage.array("by_day").size());
    Json.Obj debug = api.get("/v1/chat/debug/" + session).json();
    assertEquals(120L, debug.integer("context_tokens").orElse(0L), debug.toText());
    assertEquals(30L, debug.integer("response_tokens").orElse(0L));
    assertTrue(debug.object("performance").orElseThrow().number("latency").orElse(0.0) > 0);
    assertEquals(0L, api.get("/v1/usage/stats?end_date=2020-01-01").json().integer("total_tokens")
        .orElse(-1L));
  }

  @Test
  void sessionsOfClientsWithoutIdsAreListedOnRequest() {
    String session = api.post(CHAT, ApiServer.ask("#say hidden")).header("X-Session-ID");
    assertFalse(api.get("/v1/sessions?limit=100").text().contains(session));
    assertTrue(api.get("/v1/sessions?limit=100&include_history=true").text().contains(session));
  }

  @Test
  void parametersWithoutEffectAreNamed() {
    Answer answer = api.post(CHAT,
        ApiServer.ask("#say x", ",\"seed\":7,\"logit_bias\":{},\"temperature\":0.3"));
    assertEquals(200, answer.status(), answer.text());
    List<String> ignored = List.of(answer.header("X-Ignored-Parameters").split(", "));
    assertTrue(ignored.contains("seed"), ignored.toString());
    assertTrue(ignored.contains("temperature"), "the newest models take none: " + ignored);
  }

  @Test
  void keysAreAskedForAndKeepTheirOwnersApart() {
    try (ApiServer keyed = new ApiServer(
        ApiServer.scripted().keys(new ApiKey("ann", "secret-a"), new ApiKey("bob", "secret-b")))) {
      assertEquals("missing_api_key", keyed.get("/v1/models").error().string("code").orElse(""));
      assertEquals("invalid_api_key",
          keyed.get("/v1/models", "Authorization", "Bearer x").error().string("code").orElse(""));
      assertEquals(200, keyed.get("/v1/models", "x-api-key", "secret-a").status());
      for (String open : List.of("/health", "/v1/health", "/")) {
        assertEquals(200, keyed.get(open).status());
      }
      String[] ann = {"Authorization", "Bearer secret-a"};
      String[] bob = {"Authorization", "Bearer secret-b"};
      Answer hers = keyed.post(CHAT, ApiServer.ask("#say hers"), ann);
      assertEquals(200, hers.status(), hers.text());
      String session = hers.header("X-Session-ID");
      String completion = hers.json().string("id").orElseThrow();
      String project = keyed.post("/v1/projects", "{\"name\":\"p\"}", ann).json().string("id").orElseThrow();
      for (String path : List.of("/v1/sessions/" + session, "/v1/sessions/" + session + "/messages",
          "/v1/sessions/" + session + "/stats", "/v1/sessions/" + session + "/events",
          CHAT + "/" + session + "/status", "/v1/chat/debug/" + session, CHAT + "/" + completion + "/events",
          "/v1/projects/" + project)) {
        assertEquals(404, keyed.get(path, bob).status(), path);
        if (!path.endsWith("events")) {
          assertEquals(200, keyed.get(path, ann).status(), path);
        }
      }
      assertEquals(404, keyed.post("/v1/chat/stop/" + session, null, bob).status());
      assertEquals(404, keyed.post(CHAT, ApiServer.ask("x", ",\"session_id\":\"" + session + "\""), bob)
          .status());
      assertEquals(404, keyed.post(CHAT, ApiServer.ask("x", ",\"project_id\":\"" + project + "\""), bob)
          .status());
      assertEquals(404, keyed.call("DELETE", "/v1/sessions/" + session, null, bob).status());
      assertEquals(0L, keyed.get("/v1/sessions?include_history=1", bob).json().integer("total").orElse(-1L));
      assertEquals(0L, keyed.get("/v1/usage/stats", bob).json().integer("turns_count").orElse(-1L));
      Answer his = keyed.post(CHAT, ApiServer.ask("#say hers"), bob);
      assertFalse(his.header("X-Session-ID").equals(session));
    }
  }
}

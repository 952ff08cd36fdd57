package claudegateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.api.ApiServer.Answer;
import claudegateway.http.Route;
import claudegateway.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every route that needs no answer of the model: what it says, and that the app can decode it. */
class RoutesTest {
  private static final String[] APP = {"X-Client-Platform", "iOS", "User-Agent", "ClaudeCode-iOS/1.0"};

  private static ApiServer api;
  private static String session;
  private static String project;

  @BeforeAll
  static void start() {
    api = ApiServer.withIdleCli();
    session = api.post("/v1/sessions", "{\"title\":\"One\"}").json().string("id").orElseThrow();
    project = api.post("/v1/projects", "{\"name\":\"Base\"}").json().string("id").orElseThrow();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static Answer call(String method, String path, String body, String... headers) {
    return api.call(method, path.replace("SESSION", session).replace("PROJECT", project), body, headers);
  }

  /** Rows of the table of endpoints: method, path, body, status, the app's type ("" = it has none). */
  static Stream<Arguments> rows() {
    return Stream.of(
        "GET /health||200|", "GET /v1/health||200|", "GET /readyz||200|", "GET /||200|",
        "GET /v1/models||200|Models", "GET /v1/models/claude-opus-5-5||200|Model",
        "GET /v1/models/opus||200|Model",
        "GET /v1/models/gpt-4||404|", "GET /v1/models/nonexistent-model||404|",
        "GET /v1/models/claude-3-opus-20240229||404|",
        "GET /v1/models/capabilities||200|",
        "GET /v1/models/claude-3-5-haiku-20241022/capabilities||200|Capabilities",
        "GET /v1/models/claude-3-opus-20240229/capabilities||200|Capabilities",
        "GET /v1/models/gpt-4o/capabilities||404|",
        "GET /v1/chat/completions||405|", "GET /v1/chat/completions/SESSION/status||200|ChatStatus",
        "GET /v1/chat/status/SESSION||200|ChatStatus", "GET /v1/chat/status/none||404|",
        "GET /v1/chat/completions/none/status||404|",
        "DELETE /v1/chat/completions/SESSION||200|Done", "DELETE /v1/chat/completions/none||404|",
        "POST /v1/chat/stop/SESSION||200|Done", "POST /v1/chat/stop/none||404|",
        "POST /v1/chat/completions/debug|{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|200|",
        "POST /v1/chat/completions/debug|{\"messages\":7}|200|",
        "POST /v1/chat/completions/debug|not json|200|",
        "POST /v1/chat/completions/debug||200|",
        "GET /v1/chat/debug/SESSION||200|ChatDebug", "GET /v1/chat/debug/none||404|",
        "GET /v1/chat/stream||426|", "GET /ws||426|",
        "GET /v1/chat/completions/none/events||404|", "GET /v1/sessions/none/events||404|",
        "GET /v1/projects||200|Projects", "POST /v1/projects|{\"name\":\"P\"}|200|Project",
        "GET /v1/projects/PROJECT||200|Project", "GET /v1/projects/none||404|",
        "PATCH /v1/projects/PROJECT|{\"name\":\"Q\"}|200|Project",
        "PUT /v1/projects/PROJECT|{\"name\":\"R\"}|200|Project",
        "PATCH /v1/projects/none|{\"name\":\"Q\"}|404|", "DELETE /v1/projects/none||404|",
        "GET /v1/sessions||200|Sessions", "POST /v1/sessions|{}|200|Session",
        "POST /v1/sessions||200|Session",
        "GET /v1/sessions/stats||200|", "GET /v1/sessions/SESSION||200|Session",
        "GET /v1/sessions/none||404|",
        "PATCH /v1/sessions/SESSION|{\"title\":\"Two\"}|200|Session",
        "PUT /v1/sessions/SESSION|{\"title\":\"Two\"}|200|Session", "PATCH /v1/sessions/none|{}|404|",
        "DELETE /v1/sessions/none||404|", "GET /v1/sessions/SESSION/stats||200|SessionStats",
        "GET /v1/sessions/none/stats||404|", "GET /v1/sessions/SESSION/messages||200|",
        "GET /v1/sessions/none/messages||404|",
        "PUT /v1/sessions/SESSION/tools|{\"tool_ids\":[\"Read\"]}|200|Session",
        "POST /v1/sessions/SESSION/tools|{\"enabled_tools\":[],\"audit_log\":true}|200|Session",
        "PUT /v1/sessions/none/tools|{\"tool_ids\":[]}|404|",
        "POST /v1/sessions/SESSION/tools/call_1/result|{\"tool_call_id\":\"call_1\",\"result\":1}|404|",
        "GET /v1/tools||200|Tools", "POST /v1/tools/execute|{\"tool_name\":\"Read\",\"arguments\":{}}|501|",
        "GET /v1/mcp/servers||200|McpServers", "GET /v1/mcp/servers?scope=user&project_id=x||200|McpServers",
        "GET /v1/mcp/servers/fs/tools||200|Tools", "GET /v1/mcp/servers/none/tools||404|",
        "POST /v1/mcp/tools/execute|{\"tool_name\":\"x\",\"arguments\":{}}|501|",
        "GET /v1/usage/stats||200|Usages",
        "GET /v1/usage/stats?start_date=SOON&end_date=SOON||200|Usages",
        "GET /v1/usage/stats?start_date=x||400|",
        "POST /v1/usage/track|{\"session_id\":\"SESSION\",\"usage\":{\"input_tokens\":1}}|200|Done",
        "POST /v1/usage/track|{\"session_id\":\"none\",\"usage\":{}}|404|",
        "GET /v1/ssh/sessions||200|SshSessions", "DELETE /v1/ssh/sessions||200|Done",
        "POST /v1/ssh/sessions|{\"host\":\"h\"}|501|", "POST /v1/ssh/execute|{\"command\":\"ls\"}|501|",
        "GET /v1/nothing||404|", "DELETE /v1/models||405|", "POST /v1/v1/chat/completions|{}|400|",
        "GET /v1//models||200|Models", "GET /v1/models/||200|Models")
        .map(row -> row.split("\\|", -1))
        .map(row -> Arguments.of(row[0], row[1], Integer.parseInt(row[2]), row[3]));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void answersEveryRow(String call, String body, int status, String appType) {
    String[] words = call.split(" ");
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    String path = words[1].replace("SOON", now);
    String content = body.isEmpty() ? null : body.replace("SESSION", session);
    for (String[] headers : List.of(new String[0], APP)) {
      Answer answer = call(words[0], path, content, headers);
      assertEquals(status, answer.status(), call + ": " + answer.text());
      if (status >= 400) {
        Json.Obj error = answer.error();
        assertEquals(Set.of("message", "type", "param", "code", "status"), error.fields().keySet());
        assertTrue(error.string("code").isPresent(), answer.text());
        assertFalse(answer.text().strip().contains("\n"));
      } else if (headers.length > 0 && !appType.isEmpty()) {
        AppDecoder.decode(appType, answer.json());
      }
    }
  }

  /** A route that no row calls is a route without a test. */
  @Test
  void everyRouteHasARow() {
    Set<String> called = new TreeSet<>(Set.of("DELETE /v1/projects/{project_id}",
        "DELETE /v1/sessions/{session_id}",
        "POST /v1/chat/completions", "GET /docs", "GET /redoc", "GET /openapi.json", "GET /docs/{file}"));
    List<String[]> calls = rows().map(row -> ((String) row.get()[0]).split("[ ?]")).toList();
    for (Route route : api.router.routes()) {
      String pattern = route.pattern().replaceAll("\\{[^}]*}", "[^/]+");
      if (calls.stream().anyMatch(call -> call[0].equals(route.method()) && call[1].matches(pattern))) {
        called.add(route.method() + " " + route.pattern());
      }
    }
    Set<String> all = api.router.routes().stream().map(route -> route.method() + " " + route.pattern())
        .collect(Collectors.toCollection(TreeSet::new));
    all.removeAll(called);
    assertEquals(Set.of(), all);
  }

  @Test
  void healthSaysWhatItIs() {
    Json.Obj health = api.get("/health").json();
    assertEquals("healthy", health.string("status").orElse(""));
    assertTrue(health.isTrue("ok"));
    assertEquals(ApiServer.VERSION + " (Claude Code)", health.string("claude_version").orElse(""));
    assertTrue(health.integer("active_sessions").isPresent() && health.integer("uptime_seconds").isPresent());
    assertFalse(health.has("services") || health.has("timestamp"));
    assertEquals("Claude Code API Gateway", api.get("/").json().string("name").orElse(""));
    assertTrue(api.get("/").json().has("endpoints") && api.get("/").json().has("docs"));
  }

  @Test
  void withoutACliItIsUnhealthy() {
    try (ApiServer without = new ApiServer(ApiServer.idle().facts(AgentFacts.NONE))) {
      Answer answer = without.get("/health");
      assertEquals(503, answer.status());
      assertEquals("unhealthy", answer.json().string("status").orElse(""));
      assertFalse(answer.json().isTrue("ok"));
      assertEquals(List.of(), without.get("/v1/tools").json().array("tools"));
    }
  }

  @Test
  void modelsAreListedWithTheFourThatClientsKnow() {
    Json.Obj list = api.get("/v1/models").json();
    List<String> ids = list.array("data").stream().map(item -> ((Json.Obj) item).string("id").orElse(""))
        .toList();
    assertTrue(ids.containsAll(List.of("claude-opus-4-20250514", "claude-sonnet-4-20250514",
        "claude-3-7-sonnet-20250219", "claude-3-5-haiku-20241022")), ids.toString());
    assertEquals("anthropic-claude-" + ApiServer.VERSION,
        ((Json.Obj) list.array("data").getFirst()).string("owned_by").orElse(""));
    Json.Obj capabilities = api.get("/v1/models/capabilities").json();
    assertEquals(ids.size(), capabilities.integer("total").orElse(0L));
    assertEquals(capabilities.array("data"), capabilities.array("models"));
    assertEquals("claude-haiku-5-5", api.get("/v1/models/claude-3-5-haiku-20241022/capabilities").json()
        .string("id").orElse(""));
    Json.Obj missing = api.get("/v1/models/gpt-4").error();
    assertEquals("model_not_found", missing.string("code").orElse(""));
    assertEquals("model", missing.string("param").orElse(""));
    assertTrue(missing.string("message").orElse("").contains("claude-opus-5-5"), "says what there is");
  }

  @Test
  void projectsAreMadeShownChangedAndDeleted() {
    Answer made = api.post("/v1/projects",
        "{\"name\":\"Life\",\"description\":\"of one\",\"metadata\":{\"a\":[1]}}");
    Json.Obj json = made.json();
    String id = json.string("id").orElseThrow();
    assertEquals("Life", json.string("name").orElse(""));
    assertEquals("of one", json.string("description").orElse(""));
    assertTrue(json.string("created_at").orElse("").matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"),
        made.text());
    assertTrue(Files.isDirectory(Path.of(json.string("path").orElse(""))));
    assertEquals(json, api.get("/v1/projects/" + id).json());
    Json.Obj changed = api.call("PATCH", "/v1/projects/" + id, "{\"description\":\"\"}").json();
    assertEquals("", changed.string("description").orElse("-"));
    assertEquals("Life", changed.string("name").orElse(""));
    Json.Obj deleted = api.call("DELETE", "/v1/projects/" + id, null).json();
    assertEquals("deleted", deleted.string("status").orElse(""));
    assertEquals(404, api.call("DELETE", "/v1/projects/" + id, null).status());
    assertEquals("project_not_found", api.get("/v1/projects/" + id).error().string("code").orElse(""));
    assertEquals("not_found", api.get("/v1/projects/" + id).error().string("type").orElse(""));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "{} | name", "{\"name\":7} | name", "{\"name\":\"\"} | name", "{\"name\":\"x\",\"path\":[]} | path",
    "{\"name\":\"x\",\"metadata\":\"m\"} | metadata", "{\"name\":\"x\",\"path\":\"../etc/passwd\"} | path",
    "{\"name\":\"x\",\"path\":\"/etc/passwd\"} | path", "{\"name\":\"x\",\"path\":\"a\\u0000b\"} | path",
    "{\"name\":\"x\",\"path\":\"\"} | path", "{\"name\":\"x\",\"language\":1} | language",
  })
  void aWrongProjectIsRefusedByItsField(String body, String param) {
    Answer answer = api.post("/v1/projects", body);
    assertEquals(400, answer.status(), answer.text());
    assertEquals(param, answer.error().string("param").orElse(""));
    if (body.contains("passwd")) {
      assertTrue(answer.json().string("detail").orElse("").contains("Path traversal detected"),
          answer.text());
    }
  }

  @Test
  void sessionsAreMadeFromWhatEachClientSends() {
    Json.Obj reference = api.post("/v1/sessions",
        "{\"project_id\":\"test-project\",\"title\":\"T\",\"model\":\"claude-opus-5-5\","
        + "\"system_prompt\":\"S\"}").json();
    assertEquals("test-project", reference.string("project_id").orElse(""));
    assertEquals("claude-opus-5-5", reference.string("model").orElse(""));
    assertEquals("S", reference.string("system_prompt").orElse(""));
    Json.Obj app = api.post("/v1/sessions", "{\"title\":\"New Chat\",\"model\":\"claude-3-5-haiku-20241022\","
        + "\"metadata\":{\"project_id\":\"p1\",\"x\":1}}").json();
    assertEquals("p1", app.string("project_id").orElse(""));
    assertEquals("claude-haiku-5-5", app.string("model").orElse(""));
    assertEquals("{\"project_id\":\"p1\",\"x\":1}", app.object("metadata").orElseThrow().toText());
    Json.Obj script = api.post("/v1/sessions", "{\"project_path\":\"/x\",\"name\":\"N\"}").json();
    assertEquals("N", script.string("title").orElse(""));
    assertEquals("default", script.string("project_id").orElse(""));
    Json.Obj empty = api.post("/v1/sessions", "{}").json();
    assertEquals("Session " + empty.string("id").orElse("").substring(0, 8), empty.string("title")
        .orElse(""));
    Answer unknown = api.post("/v1/sessions", "{\"model\":\"gpt-4o\"}");
    assertEquals(404, unknown.status());
    assertEquals("model_not_found", unknown.error().string("code").orElse(""));
    Answer dots = api.post("/v1/sessions", "{\"project_id\":\"..\"}");
    assertEquals(400, dots.status());
    assertEquals("project_id", dots.error().string("param").orElse(""));
  }

  @Test
  void sessionsAreChangedAndDeleted() {
    String id = api.post("/v1/sessions", "{\"title\":\"A\",\"metadata\":{\"k\":1}}").json().string("id")
        .orElseThrow();
    Json.Obj changed = api.call("PATCH", "/v1/sessions/" + id, "{\"title\":\"B\"}").json();
    assertEquals("B", changed.string("title").orElse(""));
    assertEquals("{\"k\":1}", changed.object("metadata").orElseThrow().toText());
    Json.Obj tools = api.call("PUT", "/v1/sessions/" + id + "/tools", "{\"tool_ids\":[\"Read\",\"Bash\"]}")
        .json();
    assertEquals("{\"k\":1,\"tools\":{\"tool_ids\":[\"Read\",\"Bash\"]}}",
        tools.object("metadata").orElseThrow().toText());
    Json.Obj deleted = api.call("DELETE", "/v1/sessions/" + id, null).json();
    assertEquals("deleted", deleted.string("status").orElse(""));
    assertTrue(deleted.isTrue("success"));
    assertEquals(404, api.get("/v1/sessions/" + id).status());
    assertEquals(404, api.call("DELETE", "/v1/sessions/" + id, null).status());
  }

  @Test
  void listsArePaged() {
    String in = api.post("/v1/sessions", "{\"project_id\":\"paged\"}").json().string("project_id").orElse("");
    for (int i = 1; i < 5; i++) {
      api.post("/v1/sessions", "{\"project_id\":\"paged\",\"title\":\"S" + i + "\"}");
    }
    Json.Obj first = api.get("/v1/sessions?project_id=" + in + "&per_page=2").json();
    assertEquals(List.of("S4", "S3"), titles(first));
    assertEquals("{\"page\":1,\"per_page\":2,\"total_items\":5,\"total_pages\":3,\"has_next\":true,"
        + "\"has_prev\":false}",
        first.object("pagination").orElseThrow().toText());
    assertEquals(first.array("data"), first.array("sessions"));
    Json.Obj last = api.get("/v1/sessions?project_id=paged&per_page=2&page=3").json();
    assertEquals(1, last.array("data").size());
    assertFalse(last.object("pagination").orElseThrow().isTrue("has_next"));
    Json.Obj offset = api.get("/v1/sessions?project_id=paged&limit=2&offset=1").json();
    assertEquals(List.of("S3", "S2"), titles(offset));
    assertEquals(1L, offset.integer("offset").orElse(-1L));
    assertEquals(List.of(), api.get("/v1/sessions?project_id=paged&page=99").json().array("data"));
    assertEquals(List.of(), api.get("/v1/sessions?project_id=nowhere").json().array("data"));
    assertEquals(20L, api.get("/v1/sessions").json().integer("limit").orElse(0L));
    assertEquals(100L, api.get("/v1/sessions", APP).json().integer("limit").orElse(0L));
  }

  private static List<String> titles(Json.Obj list) {
    return list.array("data").stream().map(item -> ((Json.Obj) item).string("title").orElse("")).toList();
  }

  @ParameterizedTest
  @CsvSource({"per_page=0, 1", "per_page=1000, 100", "limit=-3, 1", "page=0, 20", "limit=, 20"})
  void aPageSizeOutOfRangeIsMovedIntoIt(String query, long limit) {
    Json.Obj list = api.get("/v1/projects?" + query).json();
    assertEquals(limit, list.integer("limit").orElse(0L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"page=x", "limit=1.5", "per_page=ten"})
  void aPageThatIsNoNumberIsRefused(String query) {
    Answer answer = api.get("/v1/projects?" + query);
    assertEquals(400, answer.status());
    assertEquals(query.substring(0, query.indexOf('=')), answer.error().string("param").orElse(""));
  }

  @Test
  void whatCannotBeUpgradedSaysSoAtOnce() {
    Answer answer = api.get("/ws");
    assertEquals(426, answer.status());
    assertEquals("websocket", answer.header("Upgrade"));
  }

  @Test
  void aWrongMethodNamesTheRightOnes() {
    Answer answer = api.call("DELETE", "/v1/models", null);
    assertEquals(405, answer.status());
    assertEquals("GET, HEAD, OPTIONS", answer.header("Allow"));
    assertEquals("not_found", api.get("/nowhere").error().string("code").orElse(""));
  }

  @Test
  void debugChecksARequestWithoutRunningIt() {
    String path = "/v1/chat/completions/debug";
    Json.Obj good = api.post(path, ApiServer.ask("hi", ",\"model\":\"opus\",\"seed\":1")).json();
    assertEquals("success", good.string("status").orElse(""));
    assertEquals("{\"model\":\"opus\",\"resolved_model\":\"claude-opus-5-5\",\"messages_count\":1,"
        + "\"stream\":false,\"ignored_parameters\":[\"seed\"]}",
        good.object("parsed_data").orElseThrow().toText());
    Json.Obj bad = api.post(path, "{\"messages\":[],\"x\":1}").json();
    assertEquals("validation_error", bad.string("status").orElse(""));
    assertEquals("{\"messages\":[],\"x\":1}", bad.object("raw_data").orElseThrow().toText());
    assertEquals(1, bad.array("errors").size());
    assertEquals("error", api.post(path, "nonsense").json().string("status").orElse(""));
    assertEquals("no_body", api.call("POST", path, null).json().string("status").orElse(""));
    assertEquals(0, api.chat.runningTurns());
  }
}

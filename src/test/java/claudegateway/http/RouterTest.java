package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterTest {
  private Server server;

  private static Router router() {
    Router router = new Router();
    for (String route : List.of(
        "GET /",
        "GET /health",
        "GET /v1/models",
        "GET /v1/models/{id}",
        "GET /v1/models/capabilities",
        "GET /v1/models/{id}/capabilities",
        "POST /v1/chat/completions",
        "POST /v1/chat/completions/debug",
        "DELETE /v1/chat/completions/{session_id}",
        "GET /v1/chat/completions/{session_id}/status",
        "GET /v1/sessions/{id}",
        "PATCH /v1/sessions/{id}",
        "POST /v1/sessions/{id}/tools/{call}/result")) {
      String[] parts = route.split(" ");
      router.route(parts[0], parts[1], route, exchange -> exchange.json(200, Json.object(
          "route", route,
          "doubled", exchange.doubledPrefix(),
          "parameters", Json.Arr.of(exchange.route().orElseThrow().segments().stream()
              .filter(Route::isParameter).toList(),
              name -> Json.of(exchange.pathParameter(name.substring(1, name.length() - 1)))))));
    }
    return router;
  }

  @BeforeAll
  void start() throws Exception {
    server = Server.start(HttpSettings.loopback(0),
        Pipeline.of(AccessPolicy.LOCAL, router(), Filter.NONE, List.of()));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "GET | / | GET / |",
      "GET | /health/ | GET /health |",
      "GET | /v1/models | GET /v1/models |",
      "GET | /v1/models/capabilities | GET /v1/models/capabilities |",
      "GET | /v1/models/opus | GET /v1/models/{id} | opus",
      "GET | /v1/models/capabilities/capabilities | GET /v1/models/{id}/capabilities | capabilities",
      "POST | /v1/chat/completions/debug | POST /v1/chat/completions/debug |",
      "DELETE | /v1/chat/completions/debug | DELETE /v1/chat/completions/{session_id} | debug",
      "GET | /v1/chat/completions/debug/status | GET /v1/chat/completions/{session_id}/status | debug",
      "GET | /v1/sessions/a%20b%2Fc | GET /v1/sessions/{id} | a b/c",
      "PATCH | /v1/v1/sessions/7 | PATCH /v1/sessions/{id} | 7",
      "POST | /v1/sessions/s1/tools/t1/result | POST /v1/sessions/{id}/tools/{call}/result | s1;t1",
  })
  void findsTheRoute(String method, String target, String route, String parameters) throws Exception {
    RawClient.Answer answer = RawClient.ask(server, method, target, "");
    String values = parameters == null ? "" : '"' + parameters.replace(";", "\",\"") + '"';
    assertEquals("{\"route\":\"" + route + "\",\"doubled\":" + target.startsWith("/v1/v1/")
        + ",\"parameters\":[" + values + "]}", answer.text());
  }

  @ParameterizedTest
  @CsvSource({"GET, /nothing", "GET, /v1", "POST, /v1/models/a/b", "GET, /v1/sessions", "OPTIONS, /nothing",
      "GET, /V1/models", "GET, /v1/models/x/y/z"})
  void anUnknownPathIs404InTheErrorShape(String method, String target) throws Exception {
    RawClient.Answer answer = RawClient.ask(server, method, target, "");
    assertEquals(404, answer.status());
    String message = "There is nothing at " + method + " " + target;
    assertEquals("{\"error\":{\"message\":\"" + message + "\",\"type\":\"not_found\",\"param\":null,"
        + "\"code\":\"not_found\",\"status\":404},\"detail\":\"" + message + "\"}", answer.text());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "POST   | /v1/models           | GET, HEAD, OPTIONS",
      "GET    | /v1/chat/completions | OPTIONS, POST",
      "PUT    | /v1/sessions/1       | GET, HEAD, OPTIONS, PATCH",
      "TRACE  | /health              | GET, HEAD, OPTIONS",
      "BREW   | /health              | GET, HEAD, OPTIONS",
  })
  void anotherMethodIs405WithAllow(String method, String target, String allow) throws Exception {
    RawClient.Answer answer = RawClient.ask(server, method, target, "");
    assertEquals(405, answer.status());
    assertEquals(allow, answer.header("Allow"));
    assertTrue(answer.text().contains("\"code\":\"method_not_allowed\""), answer.text());
  }

  @Test
  void optionsTellsTheMethods() throws Exception {
    RawClient.Answer answer = RawClient.ask(server, "OPTIONS", "/v1/sessions/1", "");
    assertEquals(204, answer.status());
    assertEquals("GET, HEAD, OPTIONS, PATCH", answer.header("Allow"));
  }

  @Test
  void headIsGetWithoutTheBody() throws Exception {
    RawClient.Answer get = RawClient.ask(server, "GET", "/health", "");
    RawClient.Answer head = RawClient.ask(server, "HEAD", "/health", "");
    assertEquals(200, head.status());
    assertEquals(get.header("Content-Length"), head.header("Content-Length"));
    assertEquals(get.header("ETag"), head.header("ETag"));
  }

  @Test
  void aPathThatIsNoTextIs400() throws Exception {
    RawClient.Answer answer = RawClient.ask(server, "GET", "/v1/models/%ff", "");
    assertEquals(400, answer.status());
    assertTrue(answer.text().contains("\"code\":\"invalid_url\""), answer.text());
    assertTrue(answer.header("X-Request-ID").startsWith("req_"), answer.headers().toString());
  }

  @Test
  void theTableCanBeReadInItsOrder() {
    Router router = router();
    assertEquals("GET /", router.routes().getFirst().name());
    assertEquals(13, router.routes().size());
    assertThrows(IllegalArgumentException.class,
        () -> router.route("GET", "/v1/models/{other}", "twice", exchange -> {}));
  }
}

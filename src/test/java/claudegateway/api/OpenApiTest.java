package claudegateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.api.ApiServer.Answer;
import claudegateway.http.Route;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The description of the API says what the API does. */
class OpenApiTest {
  private static final Path CHECKED_IN = Path.of("etc", "openapi.json");
  private static final Path FRESH = Path.of("target", "openapi.json");

  private static ApiServer api;
  private static Json.Obj document;

  @BeforeAll
  static void start() {
    api = ApiServer.withScriptedCli();
    document = api.get("/openapi.json").json();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void theCheckedInDescriptionIsFresh() throws IOException {
    String version = Files.readString(Path.of("pom.xml"))
        .replaceAll("(?s).*?<version>([^<]+)</version>.*", "$1");
    String fresh = lines(OpenApi.of(ApiRoutes.table(api.services), version), "") + "\n";
    Files.createDirectories(FRESH.getParent());
    Files.writeString(FRESH, fresh);
    String checkedIn = Files.exists(CHECKED_IN) ? Files.readString(CHECKED_IN) : "";
    assertTrue(fresh.equals(checkedIn), CHECKED_IN + " is stale; copy " + FRESH + " there");
  }

  /** One line for what fits one, so that a change shows where it is. */
  private static String lines(Json value, String indent) {
    String line = value.toText();
    if (line.length() + indent.length() <= 100) {
      return line;
    }
    String inner = indent + "  ";
    return switch (value) {
      case Json.Obj object -> "{\n" + String.join(",\n", object.fields().entrySet().stream()
          .map(field -> inner + Json.of(field.getKey()).toText() + ": " + lines(field.getValue(), inner))
          .toList())
          + "\n" + indent + "}";
      case Json.Arr array -> "[\n" + String.join(",\n", array.items().stream()
          .map(item -> inner + lines(item, inner)).toList()) + "\n" + indent + "]";
      default -> line;
    };
  }

  @Test
  void itDescribesExactlyWhatIsServed() {
    Set<String> described = new TreeSet<>();
    document.object("paths").orElseThrow().fields().forEach((path, methods) ->
        ((Json.Obj) methods).fields().keySet().forEach(method -> described.add(method + " " + path)));
    Set<String> served = new TreeSet<>();
    for (Route route : api.router.routes()) {
      served.add(route.method().toLowerCase(Locale.ROOT) + " " + route.pattern());
    }
    assertEquals(served, described);
    Set<String> names = new HashSet<>();
    ApiRoutes.table(api.services).forEach(line -> assertTrue(names.add(line.name()), line.name()));
  }

  @Test
  void itHasWhatClientsLookFor() {
    Json.Obj chat = document.object("paths").orElseThrow().object("/v1/chat/completions").orElseThrow()
        .object("post").orElseThrow();
    assertTrue(chat.has("requestBody"));
    assertEquals(Set.of("application/json", "text/event-stream"), chat.object("responses").orElseThrow()
        .object("200").orElseThrow().object("content").orElseThrow().fields().keySet());
    for (String schema : List.of("ChatMessage", "ChatCompletionChunkDelta")) {
      assertTrue(new SchemaCheck(document).resolve("#/components/schemas/" + schema + "/properties")
          .has("tool_calls"));
    }
    assertEquals("3.1.0", document.string("openapi").orElse(""));
    assertEquals("1.0.0", document.object("info").orElseThrow().string("version").orElse(""));
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    SchemaCheck schemas = new SchemaCheck(document);
    Set<String> used = new TreeSet<>();
    collect(document, used);
    used.forEach(schemas::resolve);
    Set<String> all = new TreeSet<>();
    document.object("components").orElseThrow().object("schemas").orElseThrow().fields().keySet()
        .forEach(name -> all.add("#/components/schemas/" + name));
    all.removeAll(used);
    assertEquals(Set.of(), all, "described and used nowhere");
  }

  private static void collect(Json value, Set<String> references) {
    switch (value) {
      case Json.Obj object -> {
        object.string("$ref").ifPresent(references::add);
        object.fields().values().forEach(field -> collect(field, references));
      }
      case Json.Arr array -> array.items().forEach(item -> collect(item, references));
      default -> { }
    }
  }

  /** Every line of the table is called with its own example, and what comes back fits its own schema. */
  @Test
  void examplesWorkAndAnswersAreAsDescribed() {
    SchemaCheck schemas = new SchemaCheck(document);
    String project = api.post("/v1/projects", "{\"name\":\"Example\"}").json().string("id").orElseThrow();
    Answer chat = api.post("/v1/chat/completions",
        ApiServer.ask("#say hello", ",\"project_id\":\"" + project + "\""));
    String session = chat.header("X-Session-ID");
    int checked = 0;
    for (Endpoint line : ApiRoutes.table(api.services)) {
      boolean last = line.method().equals("DELETE");
      String id = last && line.answers().filter("Deleted"::equals).isPresent() ? throwaway(line) : "";
      String path = line.pattern()
          .replace("{session_id}", id.isEmpty() ? session : id)
          .replace("{project_id}", id.isEmpty() ? project : id)
          .replace("{completion_id}", chat.json().string("id").orElseThrow())
          .replace("{model}", "opus").replace("{server_id}", "fs").replace("{file}", "docs.js")
          .replace("{tool_call_id}", "call_1");
      if (path.endsWith("/events") && path.startsWith("/v1/sessions")) {
        continue; // never ends
      }
      String body = line.takes().map(schema -> example(schemas, schema, session)).orElse(null);
      Answer answer = api.call(line.method(), path, body);
      int expected = line.pattern().endsWith("/result") ? 404 : line.status();
      assertEquals(expected, answer.status(), line.name() + ": " + answer.text());
      if (answer.header("Content-Type").startsWith("text/event-stream")) {
        answer.chunks().forEach(chunk -> schemas.check("ChatCompletionChunk", chunk));
        checked++;
      } else if (line.answers().isPresent()) {
        schemas.check(line.answers().get(), answer.json());
        checked++;
      }
    }
    assertTrue(checked > 40, checked + " answers");
  }

  private static String throwaway(Endpoint line) {
    String path = line.pattern().startsWith("/v1/projects") ? "/v1/projects" : "/v1/sessions";
    return api.post(path, "{\"name\":\"for " + line.name() + "\"}").json().string("id").orElseThrow();
  }

  private static String example(SchemaCheck schemas, String schema, String session) {
    Json.Obj example = schemas.resolve("#/components/schemas/" + schema).object("example")
        .orElse(Json.Obj.EMPTY);
    if (!example.fields().isEmpty()) {
      schemas.check(schema, example);
    }
    return schema.equals("TrackedUsage")
        ? "{\"session_id\":\"" + session + "\",\"usage\":{}}" : example.toText();
  }

  @ParameterizedTest
  @CsvSource({"/docs, text/html", "/redoc, text/html", "/docs/docs.css, text/css",
      "/docs/docs.js, text/javascript"})
  void thePageIsOfOurOwn(String path, String type) {
    Answer answer = api.get(path);
    assertEquals(200, answer.status());
    assertTrue(answer.header("Content-Type").startsWith(type));
    assertFalse(answer.text().contains("http://") || answer.text().contains("https://"),
        "nothing from elsewhere");
    if (type.equals("text/html")) {
      assertTrue(answer.header("Content-Security-Policy").contains("script-src 'self'"));
      assertFalse(answer.text().contains("<script>") || answer.text().contains(" style="));
    }
  }

  @Test
  void thePageHasNoOtherFiles() {
    for (String path : List.of("/docs/schemas.json", "/docs/..%2fschemas.json", "/docs/docs.html",
        "/docs/x")) {
      assertEquals(404, api.get(path).status(), path);
    }
    assertEquals(document, JsonReader.parse(api.get("/openapi.json").text()));
  }
}

package claudegateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.api.ApiServer.Answer;
import claudegateway.demo.Answered;
import claudegateway.json.Json;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The iOS app as it is: it sends each call twice, decodes strictly, and reads streams in its own way. */
class AppTest {
  private static final String[] APP = {"X-Client-Platform", "iOS", "User-Agent", "ClaudeCode-iOS/1.0",
    "X-Client-Version", "1.0", "Accept", "application/json"};
  private static final String[] STREAM = {"User-Agent", "ClaudeCode/1 CFNetwork/1494.0.7 Darwin/23.4.0"};
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

  /** As the app's client does: the first answer is thrown away. */
  private static Answer twice(String method, String path, String body) {
    Answer first = api.call(method, path, body, APP);
    Answer second = api.call(method, path, body, APP);
    assertEquals(first.status(), second.status(), second.text());
    assertEquals(first.text(), second.text());
    assertEquals(first.header("X-Session-ID"), second.header("X-Session-ID"));
    return second;
  }

  private static String chat(String text, String... more) {
    return ApiServer.ask(text,
        ",\"model\":\"claude-3-5-haiku-20241022\",\"temperature\":0.7,\"max_tokens\":4096"
        + String.join("", more));
  }

  @Test
  void aDayWithTheApp() {
    AppDecoder.decode("Models", api.get("/v1/models", APP).json());
    Json.Obj project = twice("POST", "/v1/projects", "{\"name\":\"Toy\",\"path\":\"/Users/ann/Projects/Toy\","
        + "\"language\":\"swift\",\"framework\":\"SwiftUI\"}").json();
    AppDecoder.decode("Project", project);
    assertEquals(api.home.root().resolve("projects/Toy"), Path.of(project.string("path").orElse("")));
    AppDecoder.decode("Projects", api.get("/v1/projects", APP).json());

    long before = api.get("/v1/sessions", APP).json().integer("total").orElse(-1L);
    Json.Obj session = twice("POST", "/v1/sessions",
        "{\"title\":\"New Chat\",\"model\":\"claude-3-5-haiku-20241022\"}").json();
    AppDecoder.decode("Session", session);
    Json.Obj sessions = api.get("/v1/sessions", APP).json();
    AppDecoder.decode("Sessions", sessions);
    assertEquals(before + 1, sessions.integer("total").orElse(-1L), "two equal posts make one session");

    Json.Obj completion = twice("POST", CHAT, chat("#say Hi Ann")).json();
    AppDecoder.decode("Completion", completion);
    assertEquals(1, asked("Hi Ann"), "two equal chats are one turn");
    assertEquals("claude-haiku-5-5", completion.string("model").orElse(""));

    String path = "/v1/sessions/" + session.string("id").orElseThrow();
    AppDecoder.decode("SessionStats", api.get(path + "/stats", APP).json());
    AppDecoder.decode("Done", twice("DELETE", path, null).json());
    AppDecoder.decode("Done", twice("DELETE", "/v1/projects/" + project.string("id").orElseThrow(), null)
        .json());
    assertEquals(404, twice("GET", path, null).status());
  }

  @Test
  void doingItAgainIsDoneAgain() {
    Json.Obj first = twice("POST", "/v1/sessions", "{\"title\":\"Again\"}").json();
    Json.Obj second = twice("POST", "/v1/sessions", "{\"title\":\"Again\"}").json();
    assertNotEquals(first.string("id"), second.string("id"));
  }

  @Test
  void copiesAtTheSameTimeAreOneTurn() {
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(api.client().sendAsync(api.request("POST", CHAT, chat("#pause 500\n#say at once"), APP),
          BodyHandlers.ofString()));
    }
    String text = calls.getFirst().join().body();
    for (CompletableFuture<HttpResponse<String>> call : calls) {
      assertEquals(200, call.join().statusCode(), call.join().body());
      assertEquals(text, call.join().body());
    }
    assertEquals(1, asked("at once"));
  }

  /** How often the model has answered to a text. */
  private static long asked(String text) {
    Set<Long> answered = api.stub.answered().stream().filter(answer -> answer.status() == 200)
        .map(Answered::number).collect(Collectors.toSet());
    return api.stub.received().stream().filter(request -> answered.contains(request.number()))
        .filter(request -> request.body().toText().contains(text)).count();
  }

  @Test
  void aFailureIsRepeatedToo() {
    Answer refused = twice("POST", CHAT, chat("#error 400 no such thing"));
    assertEquals(400, refused.status(), refused.text());
    assertTrue(refused.header("X-Session-ID").length() > 30);
  }

  @Test
  void constantsThatNobodyChoseAreIgnored() {
    Answer answer = api.post(CHAT, chat("#say x"), APP);
    assertEquals(200, answer.status(), answer.text());
    Json.Obj sent = api.stub.received().getLast().body();
    assertFalse(sent.has("temperature"), sent.toText());
    assertNotEquals(4096L, sent.integer("max_tokens").orElse(0L));
  }

  @Test
  void theChatScreensStreamIsReadByTheApp() {
    Answer answer = api.post("/v1/v1/chat/completions",
        chat("#tokens 5 2\n#say \" 😀 \\\"quoted\\\" {braces}\"\n#big 6000", ",\"stream\":true"), STREAM);
    assertEquals(200, answer.status());
    assertEquals("nosniff", answer.header("X-Content-Type-Options"));
    List<String> seen = appEvents(answer.text());
    assertEquals("[DONE]", seen.getLast());
    StringBuilder text = new StringBuilder();
    for (String data : seen.subList(0, seen.size() - 1)) {
      Json.Obj chunk = (Json.Obj) claudegateway.json.JsonReader.parse(data);
      AppDecoder.decode("Chunk", chunk);
      text.append(ApiServer.textOf(List.of(chunk)));
    }
    assertTrue(text.toString().startsWith("w0 w1 w2 w3 w4"), text.toString());
    assertTrue(text.toString().contains("😀 \"quoted\" {braces}"), text.toString());
    assertTrue(text.length() > 6000);
    for (String event : answer.text().split("\n\n")) {
      assertTrue(event.getBytes(StandardCharsets.UTF_8).length + 2 <= 1_200, event.length() + " bytes");
    }
  }

  /**
   * What the app's parser and validator let through: data that begins with a brace is dropped, but for
   * [DONE].
   */
  private static List<String> appEvents(String stream) {
    assertFalse(stream.contains("\r"));
    List<String> seen = new ArrayList<>();
    for (String event : stream.split("\n\n")) {
      for (String line : event.split("\n")) {
        if (line.startsWith("data:")) {
          String data = line.substring(5);
          data = data.startsWith(" ") ? data.substring(1) : data;
          if (data.equals("[DONE]") || !(data.startsWith("{") || data.startsWith("["))) {
            seen.add(data);
          }
        }
        assertFalse(line.startsWith("event:") || line.startsWith("retry:"), line);
      }
    }
    return seen;
  }

  @Test
  void anErrorInMidStreamIsVisible() {
    Answer answer = api.post("/v1/v1/chat/completions", chat("#tokens 3\n#drop 2", ",\"stream\":true"),
        STREAM);
    assertEquals(200, answer.status());
    List<Json.Obj> chunks = answer.chunks();
    assertTrue(chunks.getLast().object("error").isPresent(), answer.text());
    assertTrue(ApiServer.textOf(chunks).contains("[Error: "), answer.text());
    assertEquals("[DONE]", answer.data().getLast());
  }

  @Test
  void otherClientsAreNotTakenForIt() {
    Answer answer = api.post(CHAT, ApiServer.ask("#say x", ",\"stream\":true"), "User-Agent",
        "Mac OS Darwin/23");
    assertTrue(answer.text().contains("data: {"), answer.text());
    Json.Obj session = api.post("/v1/sessions", "{}", STREAM).json();
    assertTrue(session.string("created_at").isPresent(), "only the app's own client reads numbers");
    Json.Obj iso = api.post("/v1/sessions", "{\"title\":\"i\"}", "X-Client-Platform", "ios", "X-Date-Format",
        "iso8601")
        .json();
    assertTrue(iso.string("created_at").isPresent(), "a repaired app says so");
    Json.Obj reference = api.post("/v1/sessions", "{}", "X-Date-Format", "reference").json();
    AppDecoder.decode("Session", reference);
    assertEquals(400, api.post("/v1/projects", "{\"name\":\"x\",\"path\":\"/Users/ann/x\"}").status());
  }
}

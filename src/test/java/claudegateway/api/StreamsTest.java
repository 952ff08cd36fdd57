package claudegateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.api.ApiServer.Answer;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams: their head, their end, errors on the way, and taking them up again. */
class StreamsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String STREAM = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";

  private static ApiServer api;

  @BeforeAll
  static void start() {
    api = ApiServer.withScriptedCli();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static String completionId(List<Json.Obj> chunks) {
    return chunks.getFirst().string("id").orElseThrow();
  }

  @Test
  void everyChunkHasWhatSdksNeed() {
    Answer answer = api.post(CHAT, ApiServer.ask("#tokens 6 1", STREAM));
    List<Json.Obj> chunks = answer.chunks();
    for (Json.Obj chunk : chunks) {
      assertEquals(completionId(chunks), chunk.string("id").orElse(""));
      assertEquals(chunks.getFirst().get("created"), chunk.get("created"));
      assertEquals(chunks.getFirst().get("model"), chunk.get("model"));
      assertTrue(chunk.fields().get("choices") instanceof Json.Arr);
      assertTrue(chunk.has("usage"));
    }
    assertEquals("assistant", delta(chunks.getFirst()).string("role").orElse(""));
    assertEquals("stop", choice(chunks.get(chunks.size() - 2)).string("finish_reason").orElse(""));
    assertEquals(List.of(), chunks.getLast().array("choices"));
    assertTrue(chunks.getLast().object("usage").orElseThrow().integer("total_tokens").orElse(0L) > 0);
    assertEquals("no-cache", answer.header("Cache-Control").split(",")[0]);
    assertEquals("no", answer.header("X-Accel-Buffering"));
    assertEquals("", answer.header("Content-Encoding"));
  }

  private static Json.Obj choice(Json.Obj chunk) {
    return (Json.Obj) chunk.array("choices").getFirst();
  }

  private static Json.Obj delta(Json.Obj chunk) {
    return choice(chunk).object("delta").orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"400, 400, upstream_rejected", "429, 429, rate_limit_exceeded", "529, 503, upstream_overloaded",
    "401, 503, claude_auth", "500, 502, upstream_failed"})
  void aFailureBeforeTheModelSpeaksIsAStatus(int upstream, int status, String code) {
    for (String mode : List.of("", STREAM)) {
      Answer answer = api.post(CHAT, ApiServer.ask("#error " + upstream + " it says no", mode));
      assertEquals(status, answer.status(), answer.text());
      assertEquals(code, answer.error().string("code").orElse(""));
      assertEquals("application/json", answer.header("Content-Type"));
      assertEquals(upstream == 429 || upstream == 529, !answer.header("Retry-After").isEmpty());
      assertTrue(answer.header("X-Session-ID").length() > 30);
    }
  }

  @Test
  void aFailureInMidStreamIsAnErrorChunkAndNeverAFinish() {
    Answer answer = api.post(CHAT, ApiServer.ask("#tokens 3\n#die 1", STREAM));
    assertEquals(200, answer.status());
    Json.Obj last = answer.chunks().getLast();
    assertEquals("claude_failed", last.object("error").orElseThrow().string("code").orElse(""),
        answer.text());
    assertEquals(List.of(), last.array("choices"));
    assertFalse(answer.text().contains("\"finish_reason\":\"stop\""));
    assertEquals("[DONE]", answer.data().getLast());
    Answer whole = api.post(CHAT, ApiServer.ask("#tokens 3\n#die 1"));
    assertEquals(502, whole.status(), whole.text());
    assertEquals("false", whole.header("x-should-retry"), "something was said already");
  }

  /** Cut after any event and taken up again, the pieces are the whole. */
  @Test
  void aStreamIsTakenUpBehindAnyEvent() {
    String whole = api.post(CHAT, ApiServer.ask("#tokens 4\n#say \" and 😀 more\"\n#tokens 12 5", STREAM))
        .text();
    String[] events = whole.split("(?<=\n\n)");
    String id = completionId(new Answered(whole).chunks());
    assertTrue(events.length > 10, whole);
    StringBuilder before = new StringBuilder();
    for (String event : events) {
      before.append(event);
      String place = idOf(event);
      if (!place.isEmpty()) {
        for (String[] how : new String[][] {{"?after=" + place}, {"", "Last-Event-ID", place}}) {
          Answer rest = api.get(CHAT + "/" + id + "/events" + how[0], how.length > 1
              ? new String[] {how[1], how[2]} : new String[0]);
          assertEquals(200, rest.status(), rest.text());
          Answered joined = new Answered(before + rest.text());
          assertEquals(ApiServer.textOf(new Answered(whole).chunks()), ApiServer.textOf(joined.chunks()),
              place);
          assertEquals(new Answered(whole).chunks().getLast(), joined.chunks().getLast());
          assertEquals(1, joined.chunks().stream()
              .filter(c -> c.toText().contains("\"finish_reason\":\"stop\"")).count());
          assertTrue(rest.text().endsWith("data: [DONE]\n\n"));
        }
      }
    }
  }

  /** Text of a stream that was put together. */
  private record Answered(String text) {
    List<Json.Obj> chunks() {
      return text.lines().filter(line -> line.startsWith("data:") && !line.contains("[DONE]"))
          .map(line -> (Json.Obj) JsonReader.parse(line.substring(5).strip())).toList();
    }
  }

  private static String idOf(String event) {
    return event.lines().filter(line -> line.startsWith("id: ")).map(line -> line.substring(4)).findFirst()
        .orElse("");
  }

  @Test
  void aRunningStreamHasAnyNumberOfReaders() {
    var first = api.open("POST", CHAT, ApiServer.ask("#tokens 30 20", STREAM));
    Iterator<String> lines = first.body().iterator();
    List<String> seen = new ArrayList<>();
    while (seen.stream().noneMatch(line -> line.contains("w3 "))) {
      seen.add(lines.next());
    }
    String id = completionId(new Answered(String.join("\n", seen)).chunks());
    Answer second = api.get(CHAT + "/" + id + "/events?include_usage=true");
    lines.forEachRemaining(seen::add);
    String whole = ApiServer.textOf(new Answered(String.join("\n", seen)).chunks());
    assertTrue(whole.endsWith("w29 "), whole);
    assertEquals(whole, second.said());
    assertTrue(second.chunks().getLast().object("usage").isPresent());
  }

  @ParameterizedTest
  @CsvSource({"after=99999, 400", "after=x, 400", "after=-1, 400", "after=0, 200", "after=, 200"})
  void onlyAPlaceThatIsThereIsTaken(String query, int status) {
    String id = api.post(CHAT, ApiServer.ask("#say x")).json().string("id").orElseThrow();
    Answer answer = api.get(CHAT + "/" + id + "/events?" + query);
    assertEquals(status, answer.status(), answer.text());
    if (status == 400) {
      assertEquals("after", answer.error().string("param").orElse(""));
    }
  }

  /** It had got more of it than was kept when the gateway was killed. */
  @Test
  void whoHasReadMoreThanWasKeptGetsTheEnd() {
    Answer failed = api.post(CHAT, ApiServer.ask("#tokens 3 1\n#die 1", STREAM));
    String id = completionId(failed.chunks());
    for (String after : List.of("500", "500.3")) {
      Answer end = api.get(CHAT + "/" + id + "/events?after=" + after);
      assertTrue(end.status() >= 500 || end.chunks().getLast().object("error").isPresent(),
          end.status() + " " + end.text());
    }
  }

  @Test
  void aQuietStreamHasHeartbeats() {
    try (ApiServer blind = new ApiServer(ApiServer.scripted().blind())) {
      Answer answer = blind.post(CHAT, ApiServer.ask("#pause 2300\n#say late", STREAM));
      assertEquals(200, answer.status());
      assertTrue(answer.text().contains(": heartbeat\n\n"), answer.text());
      assertEquals("late", answer.said());
      Answer failed = blind.post(CHAT, ApiServer.ask("#pause 2300\n#die 1", STREAM));
      assertEquals(200, failed.status());
      assertTrue(failed.text().contains(": heartbeat\n\n"), failed.text());
      assertTrue(failed.chunks().getLast().object("error").isPresent(), failed.text());
    }
  }

  @Test
  void aSessionIsWatchedAcrossItsTurns() {
    String session = api.post("/v1/sessions", "{}").json().string("id").orElseThrow();
    var watching = api.open("GET", "/v1/sessions/" + session + "/events", null);
    assertEquals(200, watching.statusCode());
    Iterator<String> lines = watching.body().iterator();
    List<String> seen = new ArrayList<>();
    for (String word : List.of("one", "two")) {
      Answer answer = api.post(CHAT, ApiServer.ask("#say " + word, ",\"session_id\":\"" + session + "\""));
      assertEquals(200, answer.status(), answer.text());
      while (seen.stream().noneMatch(line -> line.contains("\"finish_reason\":\"stop\""))) {
        seen.add(lines.next());
      }
      String text = String.join("\n", seen);
      assertTrue(text.contains("{\"type\":\"turn\",\"session_id\":\"" + session + "\""), text);
      assertEquals(word, ApiServer.textOf(new Answered(text).chunks()));
      assertFalse(text.contains("[DONE]"));
      String last = seen.stream().filter(line -> line.startsWith("id: ")).reduce((_, later) -> later)
          .orElseThrow();
      assertTrue(last.startsWith("id: " + answer.json().string("id").orElseThrow() + ":"), last);
      seen.clear();
    }
    watching.body().close();
  }

  @Test
  void aWatcherComesBackToWhatItMissed() {
    Answer first = api.post(CHAT, ApiServer.ask("#say one"));
    String session = first.header("X-Session-ID");
    api.post(CHAT, ApiServer.ask("#say two", ",\"session_id\":\"" + session + "\""));
    String place = first.json().string("id").orElseThrow() + ":1";
    var watching = api.open("GET", "/v1/sessions/" + session + "/events", null, "Last-Event-ID", place);
    Iterator<String> lines = watching.body().iterator();
    List<String> seen = new ArrayList<>();
    while (seen.stream().filter(line -> line.contains("\"finish_reason\":\"stop\"")).count() < 2) {
      seen.add(lines.next());
    }
    assertEquals("onetwo", ApiServer.textOf(new Answered(String.join("\n", seen)).chunks()));
    watching.body().close();
    assertEquals(400, api.get("/v1/sessions/" + session + "/events?after=other:1").status());
  }

  @Test
  void aWatchedSessionThatIsDeletedEndsItsStream() {
    String session = api.post("/v1/sessions", "{\"title\":\"gone\"}").json().string("id").orElseThrow();
    var watching = api.open("GET", "/v1/sessions/" + session + "/events", null);
    assertEquals(200, api.call("DELETE", "/v1/sessions/" + session, null).status());
    assertTrue(watching.body().toList().contains("data: [DONE]"));
  }
}

package claudegateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.api.ApiServer.Answer;
import claudegateway.json.Json;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave, stop, come back, or send the same again. */
class LeavingTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String LONG = "#tokens 2000 20";

  private static ApiServer api;

  @BeforeAll
  static void start() {
    api = ApiServer.withScriptedCli();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static void idle() {
    ApiServer.await("no turn runs", () -> api.chat.runningTurns() == 0);
  }

  /** Sends a request and hangs up when its turn runs. */
  private static void sendAndLeave(String body, String... headers) throws IOException {
    idle();
    try (Socket socket = new Socket("127.0.0.1", api.server.port())) {
      byte[] content = body.getBytes(StandardCharsets.UTF_8);
      StringBuilder head = new StringBuilder("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
          + " application/json\r\nContent-Length: " + content.length + "\r\n");
      for (int i = 0; i < headers.length; i += 2) {
        head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
      }
      socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(content);
      ApiServer.await("the turn runs", () -> api.chat.runningTurns() > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"stream\":true"})
  void aTurnThatNobodyReadsIsStopped(String mode) throws IOException {
    sendAndLeave(ApiServer.ask(LONG, mode));
    idle();
  }

  @Test
  void inASessionItGoesOnAndIsStored() throws IOException {
    String session = api.post("/v1/sessions", "{}").json().string("id").orElseThrow();
    sendAndLeave(ApiServer.ask("#tokens 40 30", ",\"stream\":true,\"session_id\":\"" + session + "\""));
    idle();
    Json.Obj messages = api.get("/v1/sessions/" + session + "/messages").json();
    assertEquals(2L, messages.integer("total").orElse(0L));
    Json.Obj answer = (Json.Obj) messages.array("data").get(1);
    assertTrue(answer.string("content").orElse("").strip().endsWith("w39"), answer.toText());
    assertEquals("assistant", answer.string("role").orElse(""));
  }

  @Test
  void theRequestMaySayWhatHappensThen() throws IOException {
    String session = api.post("/v1/sessions", "{\"title\":\"c\"}").json().string("id").orElseThrow();
    sendAndLeave(ApiServer.ask(LONG, ",\"on_disconnect\":\"cancel\",\"session_id\":\"" + session + "\""));
    idle();
    Answer next = api.post(CHAT, ApiServer.ask("#say usable", ",\"session_id\":\"" + session + "\""));
    assertEquals(200, next.status(), next.text());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stoppingEndsTheAnswerAndNotTheSession(boolean byCompletion) {
    var stream = api.open("POST", CHAT, ApiServer.ask(LONG, ",\"stream\":true"));
    Iterator<String> lines = stream.body().iterator();
    String line = lines.next();
    while (!line.startsWith("data:")) {
      line = lines.next();
    }
    String session = stream.headers().firstValue("X-Session-ID").orElseThrow();
    String completion = line.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
    Json.Obj running = api.get(CHAT + "/" + session + "/status").json();
    assertTrue(running.isTrue("is_running"), running.toText());
    Json.Obj stopped = byCompletion
        ? api.call("DELETE", CHAT + "/" + completion, null).json()
        : api.post("/v1/chat/stop/" + session, null).json();
    assertEquals("stopped", stopped.string("status").orElse(""));
    StringBuilder rest = new StringBuilder();
    lines.forEachRemaining(more -> rest.append(more).append('\n'));
    assertTrue(rest.toString().contains("\"code\":\"turn_interrupted\""), rest.toString());
    assertTrue(rest.toString().strip().endsWith("data: [DONE]"));
    assertEquals("idle", api.get(CHAT + "/" + session + "/status").json().string("status").orElse(""));
    Answer again = api.post(CHAT, ApiServer.ask("#say on", ",\"session_id\":\"" + session + "\""));
    assertEquals(200, again.status(), again.text());
  }

  @Test
  void aBusySessionSaysSo() throws IOException {
    String session = api.post("/v1/sessions", "{\"title\":\"b\"}").json().string("id").orElseThrow();
    sendAndLeave(ApiServer.ask("#tokens 60 20", ",\"session_id\":\"" + session + "\""));
    Answer busy = api.post(CHAT, ApiServer.ask("#say x", ",\"session_id\":\"" + session + "\""));
    assertEquals(409, busy.status(), busy.text());
    assertEquals("session_busy", busy.error().string("code").orElse(""));
    assertEquals("1", busy.header("Retry-After"));
    Answer instead = api.post(CHAT,
        ApiServer.ask("#say instead", ",\"on_busy\":\"interrupt\",\"session_id\":\"" + session + "\""));
    assertEquals(200, instead.status(), instead.text());
    idle();
  }

  @Test
  void anSdksRetryJoinsTheRunningTurn() {
    String body = ApiServer.ask("#tokens 20 30");
    CompletableFuture<HttpResponse<String>> first = api.client().sendAsync(
        api.request("POST", CHAT, body, "x-stainless-retry-count", "0"), BodyHandlers.ofString());
    ApiServer.await("the turn runs", () -> api.chat.runningTurns() > 0);
    Answer retry = api.post(CHAT, body, "x-stainless-retry-count", "1");
    assertEquals(200, retry.status());
    assertEquals(first.join().body(), retry.text());
    assertEquals(retry.text(), api.post(CHAT, body, "x-stainless-retry-count", "2").text());
    assertNotEquals(retry.text(), api.post(CHAT, body).text(), "without the header it is another question");
  }

  @Test
  void aRetryJoinsTheTurnThatItsFirstClientLeft() throws IOException {
    String session = api.post("/v1/sessions", "{\"title\":\"r\"}").json().string("id").orElseThrow();
    String body = ApiServer.ask("#tokens 40 30", ",\"session_id\":\"" + session + "\"");
    sendAndLeave(body);
    Answer retry = api.post(CHAT, body, "x-stainless-retry-count", "1");
    assertEquals(200, retry.status(), retry.text());
    assertEquals(2L, api.get("/v1/sessions/" + session + "/messages").json().integer("total").orElse(0L));
    assertEquals(retry.text(), api.post(CHAT, body, "x-stainless-retry-count", "2").text());
  }

  @Test
  void aRetryOfAFailureTriesAgain() {
    String body = ApiServer.ask("#error 529 busy");
    Answer first = api.post(CHAT, body);
    Answer retry = api.post(CHAT, body, "x-stainless-retry-count", "1");
    assertEquals(503, first.status());
    assertEquals(503, retry.status());
    assertNotEquals(first.header("X-Session-ID"), retry.header("X-Session-ID"));
  }

  @Test
  void aNamedRequestIsAnsweredOnce() {
    String body = ApiServer.ask("#say once");
    Answer first = api.post(CHAT, body, "Idempotency-Key", "k-1");
    Answer again = api.post(CHAT, body, "Idempotency-Key", "k-1");
    assertEquals(first.text(), again.text());
    Answer streamed = api.post(CHAT, ApiServer.ask("#say once", ",\"stream\":true"), "Idempotency-Key",
        "k-1");
    assertEquals(422, streamed.status(), "another body");
    assertEquals("idempotency_key_reused", streamed.error().string("code").orElse(""));
    assertNotEquals(first.text(), api.post(CHAT, body, "Idempotency-Key", "k-2").text());
    assertEquals(400, api.post(CHAT, body, "Idempotency-Key", "x".repeat(256)).status());
    Json.Obj session = api.post("/v1/sessions", "{}", "Idempotency-Key", "s").json();
    assertEquals(session, api.post("/v1/sessions", "{}", "Idempotency-Key", "s").json());
  }

  @Test
  void aNamedStreamIsRepeatedFromItsBeginning() {
    String body = ApiServer.ask("#tokens 5", ",\"stream\":true");
    Answer first = api.post(CHAT, body, "Idempotency-Key", "stream-1");
    Answer again = api.post(CHAT, body, "Idempotency-Key", "stream-1");
    assertEquals(first.said(), again.said());
    assertEquals(first.chunks().getFirst().string("id"), again.chunks().getFirst().string("id"));
  }

  /**
   * The app gave up after its limit and asks again: one turn, although its first copy's connection is gone.
   */
  @Test
  void theAppComesBackAfterATimeout() throws IOException {
    String body = ApiServer.ask("#tokens 40 50");
    sendAndLeave(body, "X-Client-Platform", "iOS");
    String completion = api.chat.runningTurns() == 1 ? "one turn runs" : "";
    assertEquals("one turn runs", completion);
    Answer retry = api.post(CHAT, body, "X-Client-Platform", "iOS");
    assertEquals(200, retry.status(), retry.text());
    assertTrue(retry.text().contains("w39"));
    Answer twin = api.post(CHAT, body, "X-Client-Platform", "iOS");
    assertEquals(retry.text(), twin.text());
  }
}

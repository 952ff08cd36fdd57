package claudegateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.api.ApiServer.Answer;
import claudegateway.json.Json;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChatCompletionsTest {
  private static ApiServer api;

  @BeforeAll
  static void start() {
    api = ApiServer.withRealCli();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void answersWhole() {
    Answer answer = api.post("/v1/chat/completions",
        ApiServer.ask("#say Hello there", ",\"model\":\"opus\""));
    assertEquals(200, answer.status(), answer.text());
    Json.Obj json = answer.json();
    assertEquals("chat.completion", json.string("object").orElse(""));
    assertEquals("claude-opus-5-5", json.string("model").orElse(""));
    Json.Obj choice = (Json.Obj) json.array("choices").getFirst();
    assertEquals("Hello there", choice.object("message").orElseThrow().string("content").orElse(""));
    assertEquals("stop", choice.string("finish_reason").orElse(""));
    assertEquals(answer.header("X-Session-ID"), json.string("session_id").orElse("-"));
    assertEquals("default", answer.header("X-Project-ID"));
    assertTrue(answer.header("X-Request-ID").length() > 5);
  }

  @Test
  void streams() {
    Answer answer = api.post("/v1/chat/completions",
        ApiServer.ask("#tokens 20 5", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    assertEquals(200, answer.status(), answer.text());
    assertEquals("text/event-stream; charset=utf-8", answer.header("Content-Type"));
    List<String> data = answer.data();
    assertEquals("[DONE]", data.getLast());
    assertTrue(data.size() > 18, answer.text());
    assertTrue(answer.said().startsWith("w0 w1 w2"), answer.said());
    assertTrue(answer.chunks().getLast().object("usage").isPresent());
    assertTrue(answer.text().endsWith("data: [DONE]\n\n"));
  }
}

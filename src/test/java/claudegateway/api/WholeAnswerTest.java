package claudegateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.api.ApiServer.Answer;
import claudegateway.chat.Caller;
import claudegateway.chat.Cursor;
import claudegateway.chat.Turn;
import claudegateway.http.HttpSettings;
import claudegateway.http.Server;
import claudegateway.openai.AnswerHead;
import claudegateway.openai.AnswerOptions;
import claudegateway.json.Json;
import claudegateway.openai.ChatRequestParser;
import claudegateway.openai.Completion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The white space that keeps the app waiting, with less patience than the app has. */
class WholeAnswerTest {

  @Test
  void aSlowAnswerBeginsWithSpaces() throws Exception {
    Answer slow = answer("#pause 1500\n#say late");
    assertEquals(200, slow.status());
    assertTrue(slow.text().startsWith("  "), slow.text());
    AppDecoder.decode("Completion", slow.json());
    Answer failed = answer("#pause 1500\n#die 1");
    assertEquals(200, failed.status(), "it was said before");
    assertEquals("claude_failed", failed.error().string("code").orElse(""), failed.text());
  }

  /** More than is kept: the text is read from the log a second time. */
  @Test
  void aLongAnswerIsWholeAlsoBehindSpaces() throws Exception {
    String piece = "0123456789abcdef".repeat(63).substring(0, 1_000);
    assertTrue(2_500L * piece.length() > Completion.KEPT_MAX);
    for (String before : List.of("", "#pause 500\n")) {
      Answer answer = answer(before + "#say \"é and \\\"this\\\"\"\n#fullspeed 2500 1000");
      assertEquals(200, answer.status());
      Json.Obj choice = (Json.Obj) answer.json().array("choices").getFirst();
      assertEquals("é and \"this\"" + piece.repeat(2_500),
          choice.object("message").orElseThrow().string("content").orElseThrow());
      assertEquals("stop", choice.string("finish_reason").orElseThrow());
      assertTrue(answer.json().object("usage").orElseThrow().integer("total_tokens").orElseThrow() > 0);
      assertEquals("", answer.header("Content-Length"));
      AppDecoder.decode("Completion", answer.json());
    }
  }

  private static Answer answer(String prompt) throws IOException, InterruptedException {
    try (ApiServer api = ApiServer.withScriptedCli();
        Server server = Server.start(HttpSettings.loopback(0), exchange -> {
          Turn turn = api.chat.conversations()
              .start(ChatRequestParser.parse(exchange.body()).chat(), Caller.ANYONE);
          try (Cursor cursor = turn.cursor(0)) {
            new WholeAnswer(exchange, AnswerHead.of(turn, "m"), AnswerOptions.PLAIN, Duration.ofMillis(100))
                .send(turn, cursor);
          }
        })) {
      return new Answer(api.client().send(HttpRequest.newBuilder(
          URI.create("http://127.0.0.1:" + server.port() + "/")).POST(
          HttpRequest.BodyPublishers.ofString(ApiServer.ask(prompt))).build(), BodyHandlers.ofString()));
    }
  }
}

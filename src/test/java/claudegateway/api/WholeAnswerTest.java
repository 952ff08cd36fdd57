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
import claudegateway.openai.ChatRequestParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
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

  private static Answer answer(String prompt) throws IOException, InterruptedException {
    try (ApiServer api = ApiServer.withScriptedCli();
        Server server = Server.start(HttpSettings.loopback(0), exchange -> {
          Turn turn = api.chat.conversations()
              .start(ChatRequestParser.parse(exchange.body()).chat(), Caller.ANYONE);
          try (Cursor cursor = turn.cursor(0)) {
            new WholeAnswer(exchange, AnswerHead.of(turn, "m"), AnswerOptions.PLAIN, Duration.ofMillis(100))
                .send(cursor);
          }
        })) {
      return new Answer(api.client().send(HttpRequest.newBuilder(
          URI.create("http://127.0.0.1:" + server.port() + "/")).POST(
          HttpRequest.BodyPublishers.ofString(ApiServer.ask(prompt))).build(), BodyHandlers.ofString()));
    }
  }
}

package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the whole program's log says of a request, and what it never says. */
final class RequestLogTest {
  private static final String KEY = "k3y-of-the-phone";
  private static final String UPSTREAM = "sk-upstream-s3cret";
  private static final Map<String, String> SECRETS = Map.of("API_KEYS", "phone:" + KEY,
      "ANTHROPIC_API_KEY", UPSTREAM, "ANTHROPIC_AUTH_TOKEN", "upstream-t0ken", "TLS_PASSWORD", "p4ssword");

  private final HttpClient client = HttpClient.newHttpClient();

  private int ask(ProgramProcess program, String key, String query, String id, Json.Obj body) throws Exception {
    return client.send(HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + program.port() + "/v1/chat/completions" + query))
        .header("Authorization", "Bearer " + key).header("X-Request-ID", id)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toBytes())).build(), BodyHandlers.ofString()).statusCode();
  }

  private static Json.Obj logged(ProgramProcess program, String id) throws Exception {
    String all = program.jvm().await(text -> text.contains("\"request_id\":\"" + id + "\""));
    return lines(all).stream().filter(line -> line.string("request_id").filter(id::equals).isPresent())
        .findFirst().orElseThrow();
  }

  /** Each line must be JSON. */
  private static List<Json.Obj> lines(String output) {
    return output.lines().map(line -> (Json.Obj) JsonReader.parse(line.getBytes(StandardCharsets.UTF_8))).toList();
  }

  @Test
  void oneLineForEachRequestAndNeverAKeyOrAPrompt() throws Exception {
    try (ProgramProcess program = new ProgramProcess(RealCli.oldest(), SECRETS, "--log-level", "trace", "--api-key-in-query")) {
      Json.Obj body = ProgramProcess.ask("", "my-private-question");
      assertEquals(200, ask(program, KEY, "", "good", body));
      assertEquals(200, ask(program, KEY, "", "streamed", body.with("stream", Json.of(true))));
      assertEquals(401, ask(program, "another-k3y", "?api_key=query-k3y", "bad", body));
      assertEquals(400, ask(program, KEY, "?api_key=" + KEY, "wrong", Json.object("messages", "my-private-text")));

      Json.Obj good = logged(program, "good");
      assertEquals(List.of("phone", "createChatCompletion"),
          List.of(good.string("key").orElseThrow(), good.string("route").orElseThrow()));
      assertEquals(200, good.integer("status").orElseThrow());
      assertTrue(good.integer("prompt_tokens").orElseThrow() > 0);
      assertTrue(good.integer("completion_tokens").orElseThrow() > 0);
      assertTrue(good.number("cost_usd").orElseThrow() > 0);
      assertTrue(good.string("session").isPresent());
      long first = logged(program, "streamed").integer("first_token_ms").orElseThrow();
      assertTrue(first >= 0 && first <= logged(program, "streamed").integer("total_ms").orElseThrow());
      assertEquals(401, logged(program, "bad").integer("status").orElseThrow());
      assertEquals(400, logged(program, "wrong").integer("status").orElseThrow());
      assertSaysNothingOf(program.jvm().output(), "k3y", "s3cret", "t0ken", "p4ssword", "my-private");
    }
  }

  @Test
  void promptsAndAnswersWhenAskedFor() throws Exception {
    try (ProgramProcess program = new ProgramProcess(RealCli.oldest(), SECRETS, "--log-prompts")) {
      assertEquals(200, ask(program, KEY, "", "good", ProgramProcess.ask("", "my-private-question")));
      logged(program, "good");
      List<String> said = lines(program.jvm().output()).stream()
          .filter(line -> line.string("logger").filter("claudegateway.prompts"::equals).isPresent())
          .map(line -> line.string("message").orElseThrow()).toList();
      assertEquals(2, said.size(), said.toString());
      assertTrue(said.getFirst().endsWith("USER: my-private-question"), said.toString());
      assertTrue(said.getLast().contains("ASSISTANT: "), said.toString());
      assertSaysNothingOf(program.jvm().output(), "k3y", "s3cret");
    }
  }

  private static void assertSaysNothingOf(String output, String... secrets) {
    for (String secret : secrets) {
      assertFalse(output.contains(secret), () -> secret + " is in " + output);
    }
  }
}

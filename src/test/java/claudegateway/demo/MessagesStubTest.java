package claudegateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MessagesStubTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final ScriptedModel model = new ScriptedModel();
  private final MessagesStub stub = MessagesStub.start(model);
  private final ApiClient client = new ApiClient(stub.baseUrl());

  @AfterEach
  void close() {
    client.close();
    stub.close();
  }

  @Test
  void streamsTheEventsOfTheApiInItsOrder() throws Exception {
    model.next(Reply.Script.of(
        new Step.Thinking("hm "), new Step.Thinking("so "), new Step.Text("Hel"), new Step.Text("lo"),
        new Step.ToolUse("toolu_1", "Bash", Json.object("command", "ls"), 4, Duration.ZERO)));

    ApiClient.Stream stream = client.stream(ApiClient.ask("hi"));

    assertEquals("text/event-stream; charset=utf-8",
        stream.response().headers().firstValue("content-type").orElseThrow());
    assertTrue(stream.response().headers().firstValue("request-id").orElseThrow().startsWith("req_"));
    assertEquals(List.of(
        "message_start",
        "content_block_start", "content_block_delta", "content_block_delta", "content_block_delta",
        "content_block_stop",
        "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
        "content_block_start", "content_block_delta", "content_block_delta", "content_block_delta",
        "content_block_delta", "content_block_delta", "content_block_stop",
        "message_delta", "message_stop"), stream.names());
    stream.events().forEach(event ->
        assertEquals(event.name(), event.data().string("type").orElseThrow(), "name and type are the same"));
    assertEquals("hm so ", stream.joined("thinking"));
    assertEquals("Hello", stream.joined("text"));
    assertEquals("{\"command\":\"ls\"}", stream.joined("partial_json"));
    assertTrue(Signature.isValid(stream.joined("signature")));
    assertEquals("tool_use", stream.stopReason());
    assertEquals(List.of("0", "1", "2"), stream.events().stream()
        .filter(event -> event.name().equals("content_block_start"))
        .map(event -> event.data().get("index").orElseThrow().toText()).toList());
  }

  @Test
  void theWholeAnswerSaysTheSameAsTheStream() throws Exception {
    Reply.Script script = Reply.Script.of(
        new Step.Thinking("hm"), new Step.Text("a "), new Step.Text("b"), new Step.EndBlock(),
        new Step.Text("c"), new Step.ToolUse("Bash", Json.object("command", "ls")));
    model.next(script);
    Json.Obj whole = client.whole(ApiClient.ask("hi"));

    assertEquals("assistant", whole.string("role").orElseThrow());
    assertEquals("claude-sonnet-4-5", whole.string("model").orElseThrow());
    assertEquals("tool_use", whole.string("stop_reason").orElseThrow());
    List<Json> content = whole.array("content");
    assertEquals(List.of("thinking", "text", "text", "tool_use"), content.stream()
        .map(block -> assertInstanceOf(Json.Obj.class, block).string("type").orElseThrow()).toList());
    assertEquals("a b", Conversation.text(content.get(1)));
    assertEquals("{\"command\":\"ls\"}",
        ((Json.Obj) content.get(3)).object("input").orElseThrow().toText());
    assertEquals(4 + 1, whole.object("usage").orElseThrow().integer("output_tokens").orElseThrow(),
        "four words and one of arguments");
  }

  @Test
  void usageIsTheRequestsSizeAndTheWordsSaidUnlessItIsScripted() throws Exception {
    Json.Obj usage = client.stream(ApiClient.ask("#think 3\n#tokens 20")).usage();
    assertEquals(23, usage.integer("output_tokens").orElseThrow());
    assertEquals("{\"thinking_tokens\":3}", usage.get("output_tokens_details").orElseThrow().toText());
    assertEquals(stub.received().getFirst().size() / 4, usage.integer("input_tokens").orElseThrow());

    Json.Obj scripted = client.stream(ApiClient.ask("#usage 100 20 3000 77 5\n#say hi")).usage();
    assertEquals(new Usage(100, 20, 3000, 77, 5).toJson(), scripted);
    assertEquals(new Usage(100, 20, 3000, 77, 5), stub.answered().getLast().usage());
  }

  @Test
  void deltasLeaveWhenTheyAreDue() throws Exception {
    ApiClient.Stream stream = client.stream(ApiClient.ask("#tokens 20 10"));

    List<ApiClient.Event> deltas = stream.deltas();
    assertEquals(20, deltas.size());
    long spread = (deltas.getLast().nanos() - deltas.getFirst().nanos()) / 1_000_000;
    assertTrue(spread >= 150, "20 deltas 10 ms apart came within " + spread + " ms");
  }

  @Test
  void aGateHoldsTheAnswerUntilTheTestOpensIt() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    model.next(Reply.Script.of(new Step.Text("before "), new Step.Gate(gate), new Step.Text("after")));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ApiClient.Stream> answer = threads.submit(() -> client.stream(ApiClient.ask("hi")));
      stub.await(received -> received.size() == 1, SOON);
      assertFalse(answer.isDone());
      assertTrue(stub.answered().isEmpty());
      gate.countDown();
      assertEquals("before after", answer.get().joined("text"));
    }
  }

  @Test
  void maxTokensEndsTheAnswer() throws Exception {
    Json.Obj few = ApiClient.ask("#tokens 20").with("max_tokens", Json.of(5));
    ApiClient.Stream stream = client.stream(few);
    assertEquals("w0 w1 w2 w3 w4 ", stream.joined("text"));
    assertEquals("max_tokens", stream.stopReason());
    assertEquals(5, stream.usage().integer("output_tokens").orElseThrow());

    Json.Obj enough = ApiClient.ask("#tokens 5").with("max_tokens", Json.of(5));
    assertEquals("end_turn", client.stream(enough).stopReason(), "as many as are allowed are a whole answer");
    Json.Obj call = ApiClient.ask("#call Bash {\"command\":\"a b c\"}").with("max_tokens", Json.of(2));
    assertEquals("max_tokens", client.whole(call).string("stop_reason").orElseThrow());
  }

  @Test
  void aStopSequenceEndsTheAnswerBeforeIt() throws Exception {
    Json.Obj body = ApiClient.ask("#tokens 20")
        .with("stop_sequences", Json.Arr.of(List.of("zz", "2 w3"), Json::of));
    ApiClient.Stream stream = client.stream(body);
    assertEquals("w0 w1 w", stream.joined("text"), "across two deltas");
    assertEquals("stop_sequence", stream.stopReason());
    assertEquals("2 w3", stream.last("message_delta").object("delta").orElseThrow()
        .string("stop_sequence").orElseThrow());

    Json.Obj without = body.with("stop_sequences", Json.Arr.of(List.of("w19 x"), Json::of));
    assertEquals("end_turn", client.stream(without).stopReason());
    assertTrue(client.stream(without).joined("text").endsWith("w18 w19 "), "what was held back is said");
    Json.Obj atOnce = body.with("stop_sequences", Json.Arr.of(List.of("w0"), Json::of));
    assertEquals(List.of(), client.whole(atOnce).array("content"), "no block for nothing");
  }

  @Test
  void anErrorHasTheApisShapeAndItsHeaders() throws Exception {
    var response = client.post("/v1/messages",
        ApiClient.ask("#error 429 retry-after=2 x-should-retry=false slow down"));
    assertEquals(429, response.statusCode());
    assertEquals("2", response.headers().firstValue("retry-after").orElseThrow());
    assertEquals("false", response.headers().firstValue("x-should-retry").orElseThrow());
    assertEquals("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}",
        response.body());
    assertEquals(Answered.Outcome.ERROR, stub.answered().getFirst().outcome());

    assertEquals(529, client.post("/v1/messages", ApiClient.ask("#overloaded 3")).statusCode());
    ApiClient.Stream stream = client.stream(ApiClient.ask("#overloaded 3"));
    assertEquals("error", stream.names().getLast());
    assertEquals("w0 w1 w2 ", stream.joined("text"));
  }

  @Test
  void faultsCanHappenTheFirstTimesOnly() throws Exception {
    Json.Obj body = ApiClient.ask("#error 500 times=2\n#say fine");
    assertEquals(500, client.post("/v1/messages", body).statusCode());
    assertEquals(500, client.post("/v1/messages", body).statusCode());
    assertEquals("fine", client.stream(body).joined("text"));
  }

  @Test
  void aDroppedConnectionHasNoEnd() throws Exception {
    ApiClient.Stream stream = client.stream(ApiClient.ask("#drop 5"));
    assertTrue(stream.broken());
    assertEquals("w0 w1 w2 w3 w4 ", stream.joined("text"));
    assertFalse(stream.names().contains("content_block_stop"));
    assertEquals(Answered.Outcome.DROPPED, stub.answered().getFirst().outcome());
    assertThrows(IOException.class, () -> client.whole(ApiClient.ask("#drop")));
  }

  @Test
  void aClientThatGoesAwayIsNoticed() throws Exception {
    InputStream body = client.open(ApiClient.ask("#hang 3")).body();
    assertTrue(body.read() >= 0);
    body.close();
    Answered answered = stub.awaitAnswered(all -> !all.isEmpty(), SOON).getFirst();
    assertEquals(Answered.Outcome.ABANDONED, answered.outcome());
    assertEquals(3, answered.usage().output(), "what had been said until then");
  }

  @Test
  void eightMegabytesArriveWhole() throws Exception {
    assertEquals(8_000_000, client.stream(ApiClient.ask("#big 8000000")).joined("text").length());
  }

  @Test
  void bytesOfTheTextSurvive() throws Exception {
    String text = "é 漢字 😀👨‍👩‍👧 \u2028 \u0000\u0001 \"\\ \r\n end";
    model.next(Reply.Script.say(text)).next(Reply.Script.say(text));
    assertEquals(text, client.stream(ApiClient.ask("hi")).joined("text"));
    assertEquals(text, Conversation.text(client.whole(ApiClient.ask("hi")).array("content").getFirst()));
  }

  @Test
  void theOtherPathsAnswerAsTheApiDoes() throws Exception {
    assertEquals(200, client.send(client.request("/").HEAD().build()).statusCode());
    assertEquals(404, client.send(client.request("/v1/nothing").GET().build()).statusCode());
    var counted = client.post("/v1/messages/count_tokens", ApiClient.ask("hi").without("max_tokens"));
    assertEquals(200, counted.statusCode());
    assertTrue(((Json.Obj) JsonReader.parse(counted.body())).integer("input_tokens").orElseThrow() > 5);
    var broken = client.send(client.request("/v1/messages")
        .POST(HttpRequest.BodyPublishers.ofString("{nope")).build());
    assertEquals(400, broken.statusCode());
    assertTrue(broken.body().contains("invalid_request_error"));
    assertEquals(413, client.send(client.request("/v1/messages").POST(HttpRequest.BodyPublishers
        .ofByteArray(new byte[MessagesHandler.BODY_MAX + 1])).build()).statusCode());
  }

  @Test
  void aModelThatFailsIsA500() throws Exception {
    try (MessagesStub failing = MessagesStub.start(_ -> {
      throw new IllegalStateException("no idea");
    }); ApiClient asking = new ApiClient(failing.baseUrl())) {
      var response = asking.post("/v1/messages", ApiClient.ask("hi"));
      assertEquals(500, response.statusCode());
      assertTrue(response.body().contains("no idea"));
    }
  }

  @Test
  void fiveHundredStreamsAtATime() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    try (MessagesStub gated = MessagesStub.start(_ -> Reply.Script.of(
             new Step.Text("a"), new Step.Gate(gate), new Step.Text("b")));
        ApiClient asking = new ApiClient(gated.baseUrl());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ApiClient.Stream>> answers = IntStream.range(0, 500)
          .mapToObj(_ -> threads.submit(() -> asking.stream(ApiClient.ask("hi")))).toList();
      gated.await(received -> received.size() == 500, Duration.ofSeconds(30));
      gate.countDown();
      for (Future<ApiClient.Stream> answer : answers) {
        assertEquals("ab", answer.get().joined("text"));
      }
    }
  }

  @Test
  void whatIsKeptIsBounded() throws Exception {
    try (MessagesStub small = MessagesStub.start(model, 0, 1_000);
        ApiClient asking = new ApiClient(small.baseUrl())) {
      for (int i = 0; i < 5; i++) {
        asking.whole(ApiClient.ask("message " + i + " " + "x".repeat(400)));
      }
      List<Received> kept = small.received();
      assertTrue(kept.size() < 5, kept.size() + " kept");
      assertTrue(kept.stream().mapToInt(Received::size).sum() <= 1_000);
      assertEquals(5, kept.getLast().number());
      small.clear();
      assertEquals(List.of(), small.received());
    }
  }

  @Test
  void closingEndsWhatIsBeingAnswered() throws Exception {
    MessagesStub closing = MessagesStub.start(model);
    try (ApiClient asking = new ApiClient(closing.baseUrl());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      InputStream midway = asking.open(ApiClient.ask("#hang 2")).body();
      Future<ApiClient.Stream> atOnce = threads.submit(() -> asking.stream(ApiClient.ask("#hang")));
      closing.await(received -> received.size() == 2, SOON);
      closing.close();
      assertThrows(IOException.class, midway::readAllBytes);
      assertThrows(ExecutionException.class, atOnce::get);
    }
  }
}

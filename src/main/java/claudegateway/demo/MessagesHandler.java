package claudegateway.demo;

import claudegateway.demo.Answered.Outcome;
import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** The stub's one handler: reads a request, holds it against the rules, asks the model, writes the reply. */
final class MessagesHandler implements HttpHandler {
  /** Bytes of a request body; the API's own bound. */
  static final int BODY_MAX = 32 * 1024 * 1024;

  private static final System.Logger LOG = System.getLogger(MessagesHandler.class.getName());
  private static final String MESSAGES = "/v1/messages";
  private static final String COUNT_TOKENS = "/v1/messages/count_tokens";

  private final Model model;
  private final Log<Received> received;
  private final Log<Answered> answered;
  private final AtomicLong numbers = new AtomicLong();

  MessagesHandler(Model model, Log<Received> received, Log<Answered> answered) {
    this.model = model;
    this.received = received;
    this.answered = answered;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("request-id", "req_" + UUID.randomUUID().toString().replace("-", ""));
    String path = exchange.getRequestURI().getPath();
    switch (exchange.getRequestMethod() + " " + path) {
      case "HEAD /", "GET /" -> {
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
      }
      case "POST " + MESSAGES, "POST " + COUNT_TOKENS -> post(exchange, path);
      default -> send(exchange, Reply.ApiError.of(404, "Not found"));
    }
  }

  private void post(HttpExchange exchange, String path) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(BODY_MAX + 1);
    if (bytes.length > BODY_MAX) {
      send(exchange, Reply.ApiError.of(413, "Request exceeds the maximum size"));
      return;
    }
    Json.Obj body;
    try {
      body = JsonReader.parse(bytes) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    } catch (JsonException notJson) {
      send(exchange, Reply.ApiError.invalid("The request body is not valid JSON: " + notJson.getMessage()));
      return;
    }
    Received request = new Received(
        numbers.incrementAndGet(), Instant.now(), path, headers(exchange), body, bytes.length);
    received.add(request);
    switch (reply(request)) {
      case Reply.Script _ when path.equals(COUNT_TOKENS) ->
          sendJson(exchange, 200, Json.object("input_tokens", Tokens.ofBytes(request.size())));
      case Reply.Script script when request.stream() -> stream(exchange, request, script);
      case Reply.Script script -> whole(exchange, request, script);
      case Reply.ApiError error -> {
        done(request, Outcome.ERROR, error.status(), "", Usage.NONE);
        send(exchange, error);
      }
      case Reply.Drop() -> drop(request, 0, Usage.NONE);
      case Reply.Hang() -> Player.pause(Step.Hang.HANG_MAX);
    }
  }

  private Reply reply(Received request) {
    try {
      Rules.check(request);
      return request.path().equals(COUNT_TOKENS) ? Reply.Script.of() : model.answer(request);
    } catch (RuleBroken broken) {
      return broken.error();
    } catch (RuntimeException | AssertionError failed) {
      LOG.log(System.Logger.Level.DEBUG, "the model of the stub failed", failed);
      return Reply.ApiError.of(500, "the model of the stub failed: " + failed);
    }
  }

  private void stream(HttpExchange exchange, Received request, Reply.Script script) throws IOException {
    Player.pause(script.firstByte());
    exchange.getResponseHeaders().set("content-type", "text/event-stream; charset=utf-8");
    exchange.getResponseHeaders().set("cache-control", "no-cache");
    Player player = new Player(request, script, EventSink.sse(exchange.getResponseBody()));
    Player.End end;
    try {
      exchange.sendResponseHeaders(200, 0);
      end = player.play();
    } catch (IOException gone) {
      done(request, Outcome.ABANDONED, 200, "", player.reported());
      throw gone;
    }
    switch (end) {
      case Player.End.Complete(String reason, String _) ->
          done(request, Outcome.COMPLETE, 200, reason, player.reported());
      case Player.End.Error _ -> done(request, Outcome.ERROR, 200, "", player.reported());
      case Player.End.Drop() -> drop(request, 200, player.reported());
    }
    player.close(end);
    exchange.close();
  }

  private void whole(HttpExchange exchange, Received request, Reply.Script script) throws IOException {
    Player.pause(script.firstByte());
    WholeAnswer answer = new WholeAnswer();
    Player player = new Player(request, script, answer);
    Player.End end = player.play();
    player.close(end);
    switch (end) {
      case Player.End.Complete(String reason, String _) -> {
        done(request, Outcome.COMPLETE, 200, reason, player.reported());
        sendJson(exchange, 200, answer.message());
      }
      case Player.End.Error(Step.ErrorEvent event) -> {
        int status = event.type().equals("overloaded_error") ? 529 : 500;
        done(request, Outcome.ERROR, status, "", player.reported());
        send(exchange, new Reply.ApiError(status, event.type(), event.message(), Map.of()));
      }
      case Player.End.Drop() -> drop(request, 0, player.reported());
    }
  }

  /** The JDK's server closes the connection of a handler that throws, without ending the response body. */
  private void drop(Received request, int status, Usage usage) throws Broken {
    done(request, Outcome.DROPPED, status, "", usage);
    throw new Broken();
  }

  private void done(Received request, Outcome outcome, int status, String reason, Usage usage) {
    answered.add(new Answered(request.number(), outcome, status, reason, usage));
  }

  private static void send(HttpExchange exchange, Reply.ApiError error) throws IOException {
    error.headers().forEach(exchange.getResponseHeaders()::set);
    sendJson(exchange, error.status(), Errors.body(error.type(), error.message()));
  }

  private static void sendJson(HttpExchange exchange, int status, Json.Obj body) throws IOException {
    byte[] bytes = body.toBytes();
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static Map<String, String> headers(HttpExchange exchange) {
    Map<String, String> headers = new HashMap<>();
    exchange.getRequestHeaders().forEach((name, values) ->
        headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return headers;
  }

  /** The script wants the connection broken. */
  private static final class Broken extends IOException {
    private static final long serialVersionUID = 1;

    Broken() {
      super("broken by the script");
    }
  }
}

package claudegateway.clients;

import claudegateway.Config;
import claudegateway.Gateway;
import claudegateway.HermeticHome;
import claudegateway.RealCli;
import claudegateway.demo.MessagesStub;
import claudegateway.demo.Received;
import claudegateway.demo.ScriptedModel;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The whole program on a real CLI and the scripted model, over real sockets. It can be started again. */
final class Program implements AutoCloseable {
  /** For what must not take longer; nothing waits for it when all is well. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final HermeticHome home = HermeticHome.create();
  final MessagesStub stub = MessagesStub.start(new ScriptedModel());
  private final String version;
  private final List<String> flags;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Gateway gateway;

  /** @param flags of the command line, beside those for the throwaway folders */
  Program(String version, String... flags) {
    this.version = version;
    this.flags = List.of(flags);
    start();
  }

  private void start() {
    List<String> arguments = new ArrayList<>(List.of("--port", "0", "--host", "127.0.0.1",
        "--data-dir", home.root().resolve("data").toString(), "--claude", RealCli.binary(version).toString(),
        "--rate-limit-requests-per-minute", "0", "--max-retries", "0"));
    arguments.addAll(flags);
    if (!flags.contains("--spares")) {
      arguments.addAll(List.of("--spares", "0"));
    }
    try {
      gateway = Gateway.start(Config.load(arguments, home.environment(stub.baseUrl())), line -> {});
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  /** Ends the gateway and its children, and starts another on the same data. */
  void restart() {
    stop();
    start();
  }

  private void stop() {
    try {
      gateway.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.port() + path);
  }

  /** The processes of the CLI that live now. */
  Set<Long> processes() {
    return ProcessHandle.current().children().filter(child -> child.info().command()
        .filter(RealCli.binary(version).toString()::equals).isPresent()).map(ProcessHandle::pid)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A chat completion, whole. */
  Answer ask(Json.Obj request) {
    HttpResponse<String> response = send(HttpRequest.BodyPublishers.ofByteArray(request.toBytes()));
    return Answer.whole(response.statusCode(), response.headers(), response.body());
  }

  /** The same as a stream, read to its end. */
  Answer stream(Json.Obj request) {
    return stream(request, _ -> {});
  }

  /** @param each is told each chunk when it comes */
  Answer stream(Json.Obj request, Consumer<Json.Obj> each) {
    Json.Obj streamed = request.with("stream", Json.of(true));
    return read(post(HttpRequest.BodyPublishers.ofByteArray(streamed.toBytes())), each);
  }

  /** A completion's stream, taken up from its beginning. */
  Answer resumed(Answer first) {
    String id = first.body().string("id").orElseThrow();
    URI events = uri("/v1/chat/completions/" + id + "/events");
    return read(HttpRequest.newBuilder(events).timeout(PATIENCE).build(), _ -> {});
  }

  private Answer read(HttpRequest request, Consumer<Json.Obj> each) {
    try {
      HttpResponse<Stream<String>> response = client.send(request, HttpResponse.BodyHandlers.ofLines());
      if (response.statusCode() != 200) {
        return Answer.whole(response.statusCode(), response.headers(),
            response.body().collect(Collectors.joining("\n")));
      }
      List<Json.Obj> chunks = new ArrayList<>();
      try (Stream<String> lines = response.body()) {
        lines.filter(line -> line.startsWith("data:")).map(line -> line.substring(5).strip())
            .filter(data -> !data.equals("[DONE]")).forEach(data -> {
              chunks.add((Json.Obj) JsonReader.parse(data));
              each.accept(chunks.getLast());
            });
      }
      return Answer.streamed(response.headers(), chunks);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  Json.Obj get(String path) {
    try {
      HttpResponse<String> response = client.send(
          HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
      }
      return (Json.Obj) JsonReader.parse(response.body());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  private HttpResponse<String> send(HttpRequest.BodyPublisher body) {
    return send(post(body));
  }

  /** Posts to anywhere else. */
  Json.Obj post(String path, Json.Obj body) {
    HttpResponse<String> response = send(HttpRequest.newBuilder(uri(path)).timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toBytes())).build());
    if (response.statusCode() / 100 != 2) {
      throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
    }
    return (Json.Obj) JsonReader.parse(response.body());
  }

  void deleteSession(String id) {
    HttpResponse<String> answer = send(HttpRequest.newBuilder(uri("/v1/sessions/" + id)).DELETE().build());
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
  }

  /** Stops what a session or a completion says now. */
  void stop(String id) {
    send(HttpRequest.newBuilder(uri("/v1/chat/completions/" + id)).timeout(PATIENCE).DELETE().build());
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  private HttpRequest post(HttpRequest.BodyPublisher body) {
    return HttpRequest.newBuilder(uri("/v1/chat/completions")).timeout(PATIENCE)
        .header("Content-Type", "application/json").POST(body).build();
  }

  /** The last request that reached the model. */
  Received lastReceived() {
    return stub.received().getLast();
  }

  /** What the model was told last, a line for each block. */
  List<String> told() {
    return lastReceived().conversation().lines();
  }

  static Json.Obj request(List<Json.Obj> messages, Object... more) {
    Json.Obj request = Json.object("model", "claude-opus-4-8", "messages", messages);
    for (int i = 0; i < more.length; i += 2) {
      request = request.with((String) more[i], Json.object("x", more[i + 1]).get("x").orElseThrow());
    }
    return request;
  }

  static Json.Obj user(String text) {
    return Json.object("role", "user", "content", text);
  }

  static Json.Obj result(String id, String text) {
    return Json.object("role", "tool", "tool_call_id", id, "content", text);
  }

  /** Functions that take any object. */
  static List<Json.Obj> tools(String... names) {
    return Arrays.stream(names).map(name -> tool(name, Json.object("type", "object", "properties", Json.Obj.EMPTY)))
        .toList();
  }

  static Json.Obj tool(String name, Json.Obj parameters) {
    return Json.object("type", "function", "function",
        Json.object("name", name, "description", "Does " + name, "parameters", parameters));
  }

  @Override
  public void close() {
    client.shutdownNow();
    stop();
    stub.close();
    home.close();
  }
}

package claudegateway.faults;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** An ordinary client of the API. */
final class Talk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(10)).build();
  private final int port;

  Talk(int port) {
    this.port = port;
  }

  /** An answer to one request. */
  record Answer(int status, Json.Obj body) {
    String content() {
      return body.array("choices").stream().findFirst().map(Json.Obj.class::cast)
          .flatMap(choice -> choice.object("message")).flatMap(message -> message.string("content")).orElse("");
    }

    String code() {
      return Talk.code(body);
    }
  }

  /**
   * What a stream said.
   *
   * @param begun the head of a 200 was read
   * @param whole it ended with a finish reason and {@code [DONE]}, without an error
   * @param broken the connection ended before the stream did
   * @param error its error's code, empty for none
   */
  record Said(int status, String text, boolean begun, boolean whole, boolean broken, String error) {}

  static Json.Obj ask(String session, String text) {
    Json.Obj body = Json.object("messages", List.of(Json.object("role", "user", "content", text)));
    return session.isEmpty() ? body : body.with("session_id", Json.of(session));
  }

  String newSession(String title) throws IOException, InterruptedException {
    Answer made = post("/v1/sessions", Json.object("title", title));
    return made.body.string("id").orElseThrow(() -> new IOException("no session: " + made));
  }

  Answer say(String session, String text) throws IOException, InterruptedException {
    return post("/v1/chat/completions", ask(session, text));
  }

  /** The same, again for a while as long as the session is said to be busy. */
  Answer sayWhenFree(String session, String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Answer answer = say(session, text);
    while (answer.status == 409 && System.nanoTime() < deadline) {
      Thread.sleep(100);
      answer = say(session, text);
    }
    return answer;
  }

  Answer post(String path, Json.Obj body) throws IOException, InterruptedException {
    return answer(request(path).POST(BodyPublishers.ofByteArray(body.toBytes())).build());
  }

  Answer get(String path) throws IOException, InterruptedException {
    return answer(request(path).GET().build());
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return answer(request(path).DELETE().build());
  }

  private Answer answer(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), (Json.Obj) JsonReader.parse(response.body()));
  }

  /** @param each gets the pieces of text as they come, on the calling thread */
  Said stream(String session, String text, Consumer<String> each) throws InterruptedException {
    StringBuilder said = new StringBuilder();
    int status = 0;
    boolean finished = false;
    boolean done = false;
    String error = "";
    try {
      HttpResponse<Stream<String>> response = client.send(request("/v1/chat/completions")
          .POST(BodyPublishers.ofByteArray(ask(session, text).with("stream", Json.of(true)).toBytes())).build(),
          BodyHandlers.ofLines());
      status = response.statusCode();
      if (status != 200) {
        Json.Obj body = parse(String.join("\n", response.body().toList()));
        return new Said(status, "", false, false, false, code(body));
      }
      for (String line : (Iterable<String>) response.body()::iterator) {
        if (line.equals("data: [DONE]")) {
          done = true;
        } else if (line.startsWith("data: {")) {
          Json.Obj chunk = parse(line.substring("data: ".length()));
          error = chunk.object("error").isPresent() ? code(chunk) : error;
          Optional<Json.Obj> choice = chunk.array("choices").stream().findFirst().map(Json.Obj.class::cast);
          finished |= choice.flatMap(one -> one.string("finish_reason")).isPresent();
          choice.flatMap(one -> one.object("delta")).flatMap(delta -> delta.string("content")).ifPresent(piece -> {
            said.append(piece);
            each.accept(piece);
          });
        }
      }
      return new Said(status, said.toString(), true, finished && done && error.isEmpty(), false, error);
    } catch (IOException | java.io.UncheckedIOException broken) {
      return new Said(status, said.toString(), status == 200, false, true, error);
    }
  }

  Said stream(String session, String text) throws InterruptedException {
    return stream(session, text, _ -> { });
  }

  /** All that a session holds, {@code role: text} each. */
  List<String> messages(String session) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    while (true) {
      Answer page = get("/v1/sessions/" + session + "/messages?limit=100&offset=" + all.size());
      if (page.status != 200) {
        throw new IOException("the messages of " + session + ": " + page);
      }
      List<Json> data = page.body.array("data");
      data.forEach(each -> all.add(((Json.Obj) each).string("role").orElse("") + ": "
          + ((Json.Obj) each).string("content").orElse("")));
      if (data.size() < 100) {
        return all;
      }
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE)
        .header("Content-Type", "application/json");
  }

  private static String code(Json.Obj body) {
    return body.object("error").flatMap(error -> error.string("code")).orElse("");
  }

  private static Json.Obj parse(String text) {
    return (Json.Obj) JsonReader.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}

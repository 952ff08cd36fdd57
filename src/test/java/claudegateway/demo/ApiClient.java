package claudegateway.demo;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A plain HTTP client of the stub, which trusts nothing about it. */
final class ApiClient implements AutoCloseable {
  /** @param nanos when it was read */
  record Event(String name, Json.Obj data, long nanos) {}

  /** @param broken the connection ended before the body did */
  record Stream(HttpResponse<InputStream> response, List<Event> events, boolean broken) {
    List<String> names() {
      return events.stream().map(Event::name).filter(name -> !name.equals("ping")).toList();
    }

    Json.Obj last(String name) {
      return events.stream().filter(event -> event.name().equals(name)).toList().getLast().data();
    }

    List<Event> deltas() {
      return events.stream().filter(event -> event.name().equals("content_block_delta")).toList();
    }

    /** What the deltas of a field (text, thinking, partial_json) join to. */
    String joined(String field) {
      return deltas().stream().map(event -> event.data().object("delta").orElseThrow())
          .map(delta -> delta.string(field).orElse("")).collect(Collectors.joining());
    }

    String stopReason() {
      return last("message_delta").object("delta").orElseThrow().string("stop_reason").orElse("none");
    }

    Json.Obj usage() {
      return last("message_delta").object("usage").orElseThrow();
    }
  }

  private final URI base;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  ApiClient(URI base) {
    this.base = base;
  }

  /** A request that breaks no rule. */
  static Json.Obj ask(String text) {
    return Json.object(
        "model", "claude-sonnet-4-5",
        "max_tokens", 1_000_000 / 16,
        "messages", List.of(Json.object("role", "user", "content", text)));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).header("x-api-key", "fake")
        .header("anthropic-version", "2023-06-01").header("content-type", "application/json");
  }

  HttpResponse<String> send(HttpRequest request) throws Exception {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, Json body) throws Exception {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body.toBytes())).build());
  }

  /** The answer without streaming; it must be a 200. */
  Json.Obj whole(Json.Obj body) throws Exception {
    HttpResponse<String> response = post("/v1/messages", body);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return (Json.Obj) JsonReader.parse(response.body());
  }

  HttpResponse<InputStream> open(Json.Obj body) throws Exception {
    byte[] bytes = body.with("stream", Json.Bool.TRUE).toBytes();
    return http.send(request("/v1/messages").POST(HttpRequest.BodyPublishers.ofByteArray(bytes)).build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  Stream stream(Json.Obj body) throws Exception {
    HttpResponse<InputStream> response = open(body);
    List<Event> events = new ArrayList<>();
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String data = lines.readLine();
        String end = lines.readLine();
        if (!line.startsWith("event: ") || !data.startsWith("data: ") || !end.isEmpty()) {
          throw new AssertionError("no event: " + line + " / " + data + " / " + end);
        }
        Json.Obj json = (Json.Obj) JsonReader.parse(data.substring(6));
        events.add(new Event(line.substring(7), json, System.nanoTime()));
      }
      return new Stream(response, events, false);
    } catch (IOException broken) {
      return new Stream(response, events, true);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}

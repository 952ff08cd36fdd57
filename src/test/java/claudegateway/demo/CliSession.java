package claudegateway.demo;

import claudegateway.HermeticHome;
import claudegateway.RealCli;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A real CLI against a stub, spoken to in its own lines. Used by one thread. */
final class CliSession implements AutoCloseable {
  private static final long LINE_SECONDS_MAX = 60;
  private static final long EXIT_SECONDS_MAX = 10;

  /** What the CLI printed for one user line, its {@code result} last. */
  record Turn(List<Json.Obj> lines) {
    Json.Obj result() {
      return lines.getLast();
    }

    String text() {
      return result().string("result").orElse("");
    }

    List<Json.Obj> ofType(String type) {
      return lines.stream().filter(line -> line.string("type").orElse("").equals(type)).toList();
    }

    /** The events that were streamed, of the main conversation. */
    List<Json.Obj> events() {
      return ofType("stream_event").stream().map(line -> line.object("event").orElseThrow()).toList();
    }

    /** A field of all deltas, joined. */
    String deltas(String field) {
      return events().stream().flatMap(event -> event.object("delta").stream())
          .flatMap(delta -> delta.string(field).stream()).collect(Collectors.joining());
    }

    List<String> retries() {
      return ofType("system").stream().filter(line -> line.string("subtype").orElse("").equals("api_retry"))
          .map(line -> line.get("error_status").orElse(Json.Null.NULL).toText()).toList();
    }
  }

  private final HermeticHome home = HermeticHome.create();
  private final Process process;
  private final OutputStream stdin;
  private final BlockingQueue<Json.Obj> lines = new LinkedBlockingQueue<>();
  private Function<Json.Obj, Json.Obj> control = request -> {
    throw new AssertionError("the CLI asked " + request.toText());
  };

  /** @param extra environment variables beside the hermetic ones */
  CliSession(String version, URI api, Map<String, String> extra, String... flags) throws IOException {
    List<String> command = new ArrayList<>(List.of(RealCli.binary(version).toString(), "-p",
        "--input-format", "stream-json", "--output-format", "stream-json", "--verbose",
        "--include-partial-messages"));
    command.addAll(List.of(flags));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.work().toFile())
        .redirectError(home.root().resolve("stderr").toFile());
    builder.environment().clear();
    builder.environment().putAll(home.environment(api));
    builder.environment().put("CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK", "1");
    builder.environment().put("CLAUDE_CODE_MAX_RETRIES", "0");
    builder.environment().putAll(extra);
    process = builder.start();
    stdin = process.getOutputStream();
    Thread.ofPlatform().daemon().name("cli-stdout").start(this::read);
  }

  Path work() {
    return home.work();
  }

  /** How the CLI's own control requests are answered: the request in, the response's body out. */
  void onControl(Function<Json.Obj, Json.Obj> answer) {
    control = answer;
  }

  Turn ask(String text) throws Exception {
    return ask(new Json.Str(text));
  }

  /** Sends a user line and does not wait. */
  void start(Json content) throws IOException {
    send(Json.object("type", "user", "message", Json.object("role", "user", "content", content)));
  }

  Turn ask(Json content) throws Exception {
    start(content);
    List<Json.Obj> printed = new ArrayList<>();
    while (true) {
      Json.Obj line = next();
      printed.add(line);
      if (line.string("type").orElse("").equals("result")) {
        return new Turn(List.copyOf(printed));
      }
    }
  }

  /** Sends a control request and waits for its answer; what else is printed meanwhile is dropped. */
  Json.Obj request(Json.Obj request) throws Exception {
    send(Json.object("type", "control_request", "request_id", "r1", "request", request));
    while (true) {
      Json.Obj line = next();
      if (line.string("type").orElse("").equals("control_response")) {
        return line.object("response").orElseThrow();
      }
    }
  }

  /** The next line that is no control request; those are answered. */
  private Json.Obj next() throws Exception {
    while (true) {
      Json.Obj line = lines.poll(LINE_SECONDS_MAX, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError(
            "the CLI was silent for " + LINE_SECONDS_MAX + " s; alive: " + process.isAlive());
      }
      if (!line.string("type").orElse("").equals("control_request")) {
        return line;
      }
      Json.Obj answer = control.apply(line.object("request").orElseThrow());
      send(Json.object("type", "control_response", "response", Json.object("subtype", "success",
          "request_id", line.string("request_id").orElseThrow(), "response", answer)));
    }
  }

  private void send(Json.Obj line) throws IOException {
    stdin.write(line.toBytes());
    stdin.write('\n');
    stdin.flush();
  }

  private void read() {
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add((Json.Obj) JsonReader.parse(line));
      }
    } catch (IOException closed) {
      lines.add(Json.object("type", "result", "result", "stdout broke: " + closed));
    }
  }

  @Override
  public void close() throws Exception {
    stdin.close();
    if (!process.waitFor(EXIT_SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    home.close();
  }
}

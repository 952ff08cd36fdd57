package claudegateway;

import claudegateway.demo.MessagesStub;
import claudegateway.demo.ScriptedModel;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The whole program in a process of its own, on the real CLI and the scripted model; it can be killed. */
final class ProgramProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern READY = Pattern.compile("is ready: http://localhost:(\\d+)");

  final HermeticHome home = HermeticHome.create();
  final MessagesStub stub = MessagesStub.start(new ScriptedModel());
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> arguments;
  private ChildJvm jvm;
  private int port;

  private final Map<String, String> environment;

  ProgramProcess(String version, String... more) throws Exception {
    this(version, Map.of(), more);
  }

  /** @param moreEnvironment settings that have no flag */
  ProgramProcess(String version, Map<String, String> moreEnvironment, String... more) throws Exception {
    environment = new HashMap<>(home.environment(stub.baseUrl()));
    environment.putAll(moreEnvironment);
    arguments = new ArrayList<>(List.of("--port", "0", "--spares", "0", "--rate-limit-requests-per-minute", "0",
        "--data-dir", home.root().resolve("data").toString(), "--claude", RealCli.binary(version).toString()));
    arguments.addAll(List.of(more));
    start();
  }

  void start() throws Exception {
    jvm = ChildJvm.start(Main.class, home.root(), environment, arguments.toArray(String[]::new));
    String output = jvm.await(text -> READY.matcher(text).find());
    Matcher ready = READY.matcher(output);
    if (!ready.find()) {
      throw new AssertionError("not ready: " + output);
    }
    port = Integer.parseInt(ready.group(1));
  }

  /** SIGKILL: nothing of it gets a chance to tidy up. */
  void kill() throws Exception {
    jvm.process().destroyForcibly().waitFor();
  }

  int port() {
    return port;
  }

  ChildJvm jvm() {
    return jvm;
  }

  Json.Obj post(String path, Json.Obj body) throws Exception {
    return json(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body.toBytes())).build());
  }

  Json.Obj get(String path) throws Exception {
    return json(request(path).GET().build());
  }

  private Json.Obj json(HttpRequest request) throws Exception {
    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
    Json.Obj answer = (Json.Obj) JsonReader.parse(response.body());
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + answer.toText());
    }
    return answer;
  }

  /** The lines of a stream as they come. */
  Stream<String> stream(Json.Obj body) throws IOException, InterruptedException {
    return client.send(request("/v1/chat/completions")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body.with("stream", Json.of(true)).toBytes())).build(),
        BodyHandlers.ofLines()).body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE)
        .header("Content-Type", "application/json");
  }

  static Json.Obj ask(String session, String text) {
    Json.Obj body = Json.object("messages", List.of(Json.object("role", "user", "content", text)));
    return session.isEmpty() ? body : body.with("session_id", Json.of(session));
  }

  static String content(Json.Obj completion) {
    return ((Json.Obj) completion.array("choices").getFirst()).object("message").orElseThrow()
        .string("content").orElse("");
  }

  /** What a stream's data lines say, put together. */
  static String said(Stream<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.filter(line -> line.startsWith("data: {")).forEach(line -> delta(line).ifPresent(text::append));
    return text.toString();
  }

  static java.util.Optional<String> delta(String line) {
    Json.Obj chunk = (Json.Obj) JsonReader.parse(line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8));
    return chunk.array("choices").stream().findFirst().map(Json.Obj.class::cast)
        .flatMap(choice -> choice.object("delta")).flatMap(delta -> delta.string("content"));
  }

  /** Processes that have this program's home in their arguments or environment, the gateway's own left out. */
  List<ProcessHandle> left() {
    Path mine = home.root();
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != jvm.process().pid())
        .filter(process -> mentions(process, mine)).toList();
  }

  private static boolean mentions(ProcessHandle process, Path folder) {
    try {
      Path proc = Path.of("/proc", Long.toString(process.pid()));
      return new String(java.nio.file.Files.readAllBytes(proc.resolve("environ")), StandardCharsets.ISO_8859_1)
          .contains("HOME=" + folder);
    } catch (IOException goneOrNotLinux) {
      return process.info().commandLine().filter(line -> line.contains(folder.toString())).isPresent();
    }
  }

  @Override
  public void close() throws Exception {
    jvm.process().destroy();
    if (!jvm.process().waitFor(20, java.util.concurrent.TimeUnit.SECONDS)) {
      kill();
    }
    stub.close();
    home.close();
  }
}

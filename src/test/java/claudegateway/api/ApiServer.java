package claudegateway.api;

import claudegateway.FakeCli;
import claudegateway.HermeticHome;
import claudegateway.RealCli;
import claudegateway.chat.Chat;
import claudegateway.chat.ChatSettings;
import claudegateway.claude.ClaudeEnvironment;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.ModelCatalogue;
import claudegateway.demo.MessagesStub;
import claudegateway.demo.ScriptedModel;
import claudegateway.http.AccessPolicy;
import claudegateway.http.ApiKey;
import claudegateway.http.HttpSettings;
import claudegateway.http.Pipeline;
import claudegateway.http.Router;
import claudegateway.http.Server;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import claudegateway.pool.PoolSettings;
import claudegateway.project.Projects;
import claudegateway.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The whole API over real sockets, with the real CLI on the scripted model, or with a CLI that only sits
 * there.
 */
final class ApiServer implements AutoCloseable {
  static final String VERSION = RealCli.newest();

  /** For what must not happen to take longer; nothing waits for it when all is well. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  final HermeticHome home = HermeticHome.create();
  final MessagesStub stub = MessagesStub.start(new ScriptedModel());
  final Path allowed;
  final AtomicReference<ModelCatalogue> models;
  final Database database;
  final Chat chat;
  final Projects projects;
  final Router router;
  final Services services;
  final Server server;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What of the whole a test wants otherwise. */
  record Wishes(Optional<Path> binary, String version, List<ApiKey> keys, boolean unknownModelIsDefault,
      boolean watchesClients, AgentFacts facts) {
    static final Wishes REAL =
        new Wishes(Optional.empty(), VERSION, List.of(), false, true, new Reported());

    Wishes keys(ApiKey... known) {
      return new Wishes(binary, version, List.of(known), unknownModelIsDefault, watchesClients, facts);
    }

    Wishes unknownModels() {
      return new Wishes(binary, version, keys, true, watchesClients, facts);
    }

    Wishes blind() {
      return new Wishes(binary, version, keys, unknownModelIsDefault, false, facts);
    }

    Wishes facts(AgentFacts others) {
      return new Wishes(binary, version, keys, unknownModelIsDefault, watchesClients, others);
    }
  }

  record Reported() implements AgentFacts {
    @Override
    public Optional<String> cliVersion() {
      return Optional.of(VERSION);
    }

    @Override
    public List<String> tools() {
      return List.of("Bash", "Read", "mcp__fs__list");
    }

    @Override
    public List<McpServer> mcpServers() {
      return List.of(new McpServer("fs", "connected", Optional.empty(), Optional.of("user"),
          List.of("mcp__fs__list")));
    }
  }

  ApiServer(Wishes wishes) {
    try {
      allowed = Files.createDirectories(home.root().resolve("code"));
      database = Database.open(home.root().resolve("gateway.db"));
      projects = new Projects(database, home.root().resolve("projects"), List.of(allowed),
          InstantSource.system());
      Map<String, String> environment = home.environment(stub.baseUrl());
      environment.put("CLAUDE_CODE_FAKE_VERSION", wishes.version);
      ClaudeLauncher launcher = new ClaudeLauncher(new ClaudeLauncher.Settings(
          wishes.binary.orElseGet(() -> RealCli.binary(wishes.version)), wishes.version,
          ClaudeEnvironment.of(environment, Set.of(), 0), "acceptEdits", List.of(), false,
          home.root().resolve("stderr")));
      PoolSettings pool = new PoolSettings(12, 8L << 30, 0, 0, Duration.ofSeconds(20), 100);
      ChatSettings settings = new ChatSettings(pool, Duration.ofMinutes(10), Duration.ZERO, Duration.ofSeconds(60),
          Duration.ofMillis(300), false, Duration.ofDays(1), Duration.ofHours(1), home.work());
      models = new AtomicReference<>(ModelCatalogue.builtIn(wishes.version, LocalDate.of(2026, 11, 1)));
      chat = new Chat(settings, database, launcher, projects::folder, models);
      services = new Services(chat.conversations(), chat.sessions(), projects, models::get, wishes.facts,
          database,
          new Settings("1.0.0", wishes.unknownModelIsDefault, false, () -> wishes.watchesClients),
          InstantSource.system());
      router = ApiRoutes.router(services);
      AccessPolicy policy = new AccessPolicy(Set.of(), Set.of(), wishes.keys, false, false, 0, 1);
      server = Server.start(HttpSettings.loopback(0),
          Pipeline.of(policy, router, new DomainErrors(), List.of()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The scripted CLI, which starts in milliseconds. */
  static Wishes scripted() {
    return new Wishes(Optional.of(FakeCli.binary()), VERSION, List.of(), false, true, new Reported());
  }

  static ApiServer withScriptedCli() {
    return new ApiServer(scripted());
  }

  static ApiServer withRealCli() {
    return new ApiServer(Wishes.REAL);
  }

  /** For what needs no answer of the model: starting it is cheap, and it never says anything. */
  static ApiServer withIdleCli() {
    return new ApiServer(idle());
  }

  static Wishes idle() {
    try {
      Path script = Files.createTempFile("idle-claude", ".sh",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      script.toFile().deleteOnExit();
      Files.writeString(script, "#!/bin/sh\nexec cat > /dev/null\n");
      Wishes real = Wishes.REAL;
      return new Wishes(Optional.of(script), real.version, real.keys, real.unknownModelIsDefault, true,
          real.facts);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  HttpClient client() {
    return client;
  }

  /** @param headers names and values, alternating */
  HttpRequest request(String method, String path, String body, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).method(method,
        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  Answer call(String method, String path, String body, String... headers) {
    try {
      return new Answer(client.send(request(method, path, body, headers), BodyHandlers.ofString()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  Answer get(String path, String... headers) {
    return call("GET", path, null, headers);
  }

  Answer post(String path, String body, String... headers) {
    return call("POST", path, body, headers);
  }

  /** A chat request with one user message. @param more further fields, each beginning with a comma */
  static String ask(String text, String... more) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":" + Json.of(text).toText() + "}]"
        + String.join("", more)
        + "}";
  }

  /** Opens a stream: lines as they come. */
  HttpResponse<Stream<String>> open(String method, String path, String body, String... headers) {
    try {
      return client.send(request(method, path, body, headers), BodyHandlers.ofLines());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  /** Waits until it is so; AssertionError when that takes longer than {@link #PATIENCE}. */
  static void await(String what, BooleanSupplier so) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it did not come to this: " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String text() {
      return response.body();
    }

    Json.Obj json() {
      return (Json.Obj) JsonReader.parse(response.body());
    }

    Json.Obj error() {
      return json().object("error").orElseThrow();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** The data of a stream's events, in order. */
    List<String> data() {
      return text().lines().filter(line -> line.startsWith("data:")).map(line -> line.substring(5).strip())
          .toList();
    }

    List<Json.Obj> chunks() {
      return data().stream().filter(data -> !data.equals("[DONE]")).map(JsonReader::parse)
          .map(Json.Obj.class::cast).toList();
    }

    /** The text of a stream's deltas. */
    String said() {
      return textOf(chunks());
    }
  }

  static String textOf(List<Json.Obj> chunks) {
    StringBuilder text = new StringBuilder();
    for (Json.Obj chunk : chunks) {
      for (Json choice : chunk.array("choices")) {
        ((Json.Obj) choice).object("delta").flatMap(delta -> delta.string("content")).ifPresent(text::append);
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    // A failed test may have left a stream that nobody reads: waiting for it would hang the whole suite.
    client.shutdownNow();
    server.close();
    chat.close();
    database.close();
    stub.close();
    home.close();
  }
}

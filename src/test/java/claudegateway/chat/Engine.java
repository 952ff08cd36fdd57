package claudegateway.chat;

import claudegateway.HermeticHome;
import claudegateway.RealCli;
import claudegateway.claude.ClaudeEnvironment;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.ModelCatalogue;
import claudegateway.demo.MessagesStub;
import claudegateway.demo.ScriptedModel;
import claudegateway.store.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** The engine on a real CLI and the scripted model, without HTTP; it can be stopped and started again. */
final class Engine implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  final HermeticHome home = HermeticHome.create();
  final MessagesStub stub = MessagesStub.start(new ScriptedModel());
  private final Path binary;
  private final String version;
  private final int spares;
  private Database database;
  private ClaudeLauncher launcher;
  private Chat chat;

  Engine(String version, int spares) {
    this(RealCli.binary(version), version, spares);
  }

  Engine(Path binary, String version, int spares) {
    this.binary = binary;
    this.version = version;
    this.spares = spares;
    start();
  }

  void start() {
    database = Database.open(home.root().resolve("gateway.db"));
    launcher = new ClaudeLauncher(new ClaudeLauncher.Settings(binary, version,
        ClaudeEnvironment.of(home.environment(stub.baseUrl()), Set.of(), 0), "acceptEdits", List.of(),
        home.root().resolve("stderr")));
    ChatSettings settings = new ChatSettings(12, spares, Duration.ofMinutes(10), Duration.ZERO,
        Duration.ofSeconds(20), 100, Duration.ofSeconds(60), Duration.ofMillis(300), true, Duration.ofDays(1),
        home.work());
    chat = new Chat(settings, database, launcher, (_, _) -> home.work(),
        new AtomicReference<>(ModelCatalogue.builtIn(version, LocalDate.of(2026, 1, 1))));
  }

  void stop() {
    chat.close();
    database.close();
  }

  Chat chat() {
    return chat;
  }

  Database database() {
    return database;
  }

  Turn start(ChatRequest request) {
    return chat.conversations().start(request, Caller.ANYONE);
  }

  /** One answer, whole. */
  Said say(Optional<String> session, List<Message> messages) {
    return read(start(request(session, messages)));
  }

  Said say(String text) {
    return say(Optional.empty(), List.of(Message.user(text)));
  }

  static ChatRequest request(Optional<String> session, List<Message> messages) {
    return new ChatRequest(session, Optional.empty(), Optional.empty(), Optional.of("Be brief."), messages,
        ChatRequest.Options.DEFAULT, ChatRequest.Tools.NONE, new ChatRequest.OutputFormat.Text(),
        ChatRequest.OnBusy.WAIT, ChatRequest.OnDisconnect.DEFAULT);
  }

  /** What a user does at the keyboard: the same CLI, the same home, a prompt as argument. */
  void inTerminal(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(binary.toString(), "-p"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.work().toFile())
        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(home.environment(stub.baseUrl()));
    Process process = builder.start();
    if (!process.waitFor(30, java.util.concurrent.TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new AssertionError("the terminal's claude failed");
    }
  }

  record Said(String session, String text, TurnEvent last, List<TurnEvent> events, List<Long> nanos) {}

  static Said read(Turn turn) {
    StringBuilder text = new StringBuilder();
    List<TurnEvent> events = new ArrayList<>();
    List<Long> nanos = new ArrayList<>();
    try (Cursor cursor = turn.cursor(0)) {
      long deadline = System.nanoTime() + ANSWER_MAX.toNanos();
      while (System.nanoTime() < deadline) {
        Optional<Turn.Entry> next = cursor.next(ANSWER_MAX);
        if (next.isEmpty()) {
          break;
        }
        TurnEvent event = next.get().event();
        events.add(event);
        nanos.add(System.nanoTime());
        if (event instanceof TurnEvent.Text(var json)) {
          text.append(json.decode());
        }
        if (event.isLast()) {
          return new Said(turn.sessionId(), text.toString(), event, events, nanos);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError("no end after " + events);
  }

  @Override
  public void close() {
    stop();
    stub.close();
    home.close();
  }
}

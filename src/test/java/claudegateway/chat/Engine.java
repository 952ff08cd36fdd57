package claudegateway.chat;

import claudegateway.HermeticHome;
import claudegateway.claude.ClaudeEnvironment;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.ModelCatalogue;
import claudegateway.demo.MessagesStub;
import claudegateway.demo.ScriptedModel;
import claudegateway.store.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** The engine on a CLI and the scripted model, without HTTP; it can be stopped, or crash, and start again. */
final class Engine implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(40);

  final HermeticHome home = HermeticHome.create();
  final MessagesStub stub = MessagesStub.start(new ScriptedModel());
  private final EngineSetup setup;
  private final List<Chat> crashed = new ArrayList<>();
  private Database database;
  private ClaudeLauncher launcher;
  private Chat chat;

  Engine(String version, int spares) {
    this(EngineSetup.real(version).spares(spares));
  }

  Engine(EngineSetup setup) {
    this.setup = setup;
    start();
  }

  void start() {
    database = Database.open(home.root().resolve("gateway.db"));
    Map<String, String> environment = home.environment(stub.baseUrl());
    environment.putAll(setup.environment);
    launcher = new ClaudeLauncher(new ClaudeLauncher.Settings(setup.binary, setup.version,
        ClaudeEnvironment.of(environment, Set.of(), setup.retries), "acceptEdits", List.of(), false, stderrFolder()));
    chat = new Chat(setup.settings(home.work()), database, launcher, (_, _) -> home.work(),
        new AtomicReference<>(ModelCatalogue.builtIn(setup.version, LocalDate.of(2026, 1, 1))), setup.time);
  }

  void stop() {
    chat.close();
    database.close();
  }

  /**
   * Starts a second engine on the same files as if the first had been killed: that one can write nothing any more,
   * and its children are still there.
   */
  void crash() {
    database.close();
    crashed.add(chat);
    start();
  }

  Path binary() {
    return setup.binary;
  }

  Path stderrFolder() {
    return home.root().resolve("stderr");
  }

  /** The CLI's own record of a session. */
  Path transcript(String session) {
    return launcher.transcripts().file(home.work(), session);
  }

  Chat chat() {
    return chat;
  }

  Database database() {
    return database;
  }

  List<ClaudeProcess> living() {
    return launcher.living();
  }

  /** The processes that no session has. */
  List<ClaudeProcess> spares() {
    return living().stream()
        .filter(one -> one.isAlive() && !chat.sessions().live().contains(one.sessionId())).toList();
  }

  /** The process that a session has now. */
  boolean hasProcess(String session) {
    return living(session).isPresent();
  }

  private Optional<ClaudeProcess> living(String session) {
    return launcher.living().stream().filter(process -> process.sessionId().equals(session) && process.isAlive())
        .findFirst();
  }

  ProcessHandle process(String session) {
    return living(session).flatMap(process -> ProcessHandle.of(process.pid()))
        .orElseThrow(() -> new AssertionError("no process of " + session));
  }

  Turn start(ChatRequest request) {
    return chat.conversations().start(request, Caller.ANYONE);
  }

  /** One answer, whole. */
  Said say(Optional<String> session, List<Message> messages) {
    return read(start(request(session, messages)));
  }

  /** One more message in a session. */
  Said say(String session, String text) {
    return say(Optional.of(session), List.of(Message.user(text)));
  }

  /** A new conversation. */
  Said say(String text) {
    return say(Optional.empty(), List.of(Message.user(text)));
  }

  static ChatRequest request(String session, String text) {
    return request(Optional.of(session), List.of(Message.user(text)));
  }

  static ChatRequest request(Optional<String> session, List<Message> messages) {
    return request(session, messages, "Be brief.");
  }

  static ChatRequest request(Optional<String> session, List<Message> messages, String system) {
    return request(session, messages, Optional.of(system), ChatRequest.Tools.NONE);
  }

  static ChatRequest request(Optional<String> session, List<Message> messages, Optional<String> system,
      ChatRequest.Tools tools) {
    return new ChatRequest(session, Optional.empty(), Optional.empty(), system, messages,
        ChatRequest.Options.DEFAULT, tools, new ChatRequest.OutputFormat.Text(),
        ChatRequest.OnBusy.WAIT, ChatRequest.OnDisconnect.DEFAULT, ChatRequest.OnOtherWriter.FOLLOW);
  }

  static ChatRequest interrupting(ChatRequest plain) {
    return new ChatRequest(plain.sessionId(), plain.projectId(), plain.model(), plain.system(), plain.messages(),
        plain.options(), plain.tools(), plain.format(), ChatRequest.OnBusy.INTERRUPT, plain.onDisconnect(),
        plain.onOtherWriter());
  }

  static ChatRequest forking(ChatRequest plain) {
    return new ChatRequest(plain.sessionId(), plain.projectId(), plain.model(), plain.system(), plain.messages(),
        plain.options(), plain.tools(), plain.format(), plain.onBusy(), plain.onDisconnect(),
        ChatRequest.OnOtherWriter.FORK);
  }

  /** What a user does at the keyboard: the same CLI, the same home, a prompt as argument. */
  void inTerminal(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(setup.binary.toString(), "-p"));
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

  record Said(String session, String text, TurnEvent last, List<TurnEvent> events, List<Long> nanos) {
    /** The failure's kind; empty when the answer ended well. */
    Optional<Failure.Kind> failure() {
      return last instanceof TurnEvent.Failed(Failure failure) ? Optional.of(failure.kind()) : Optional.empty();
    }

    @Override
    public String toString() {
      String shown = text.length() > 300 ? text.substring(0, 300) + "…" : text;
      return "\"" + shown + "\" then " + last + ", session " + session;
    }
  }

  static Said read(Turn turn) {
    return read(turn, turn.cursor(0));
  }

  /** Reads to the end and closes the cursor. */
  static Said read(Turn turn, Cursor from) {
    StringBuilder text = new StringBuilder();
    List<TurnEvent> events = new ArrayList<>();
    List<Long> nanos = new ArrayList<>();
    try (Cursor cursor = from) {
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
    throw new AssertionError("no end after " + events.size() + " events, \"" + text + "\"");
  }

  /** A cursor that has seen the first piece of the answer. */
  static Cursor begun(Turn turn) throws InterruptedException {
    Cursor cursor = turn.cursor(0);
    while (!(cursor.next(Duration.ofSeconds(20)).orElseThrow().event() instanceof TurnEvent.Text)) { }
    return cursor;
  }

  @Override
  public void close() {
    stop();
    crashed.forEach(Chat::close);
    stub.close();
    home.close();
  }
}

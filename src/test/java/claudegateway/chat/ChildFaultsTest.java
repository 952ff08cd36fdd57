package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.chat.Failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A CLI that misbehaves: its client gets the right error within a deadline, its session goes on, nothing of it is
 * left, and a session beside it streams on.
 */
final class ChildFaultsTest {
  /** Generous: some twenty of them begin at the same time. */
  private static final Duration AT_ONCE = Duration.ofSeconds(4);

  private static final Duration SILENCE_MAX = Duration.ofSeconds(2);
  private static final Duration GONE_MAX = Duration.ofSeconds(6);

  private static final Duration SLOW = ChatSettings.FIRST_SIGN_MAX.plusSeconds(5);
  private static final Map<Fault, CompletableFuture<Engine.Said>> RUNNING = new HashMap<>();
  private static final Map<Integer, CompletableFuture<Void>> DEAF = new HashMap<>();
  private static Engine engine;
  private static Bystander bystander;

  @BeforeAll
  static void start() {
    engine = new Engine(EngineSetup.fake().live(60).silenceMax(SILENCE_MAX));
    bystander = new Bystander(engine);
    // Most of them wait for a deadline: all at once, in sessions of their own.
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    faults().forEach(fault -> RUNNING.put(fault, CompletableFuture.supplyAsync(() -> aFault(fault), threads)));
    List.of(10, 1 << 20).forEach(length ->
        DEAF.put(length, CompletableFuture.runAsync(() -> aDeafChild(length), threads)));
  }

  @AfterAll
  static void stop() {
    try {
      bystander.close();
      System.getLogger("test").log(System.Logger.Level.INFO,
          "bystander: {0} deltas, p50 {1} ms, p99 {2} ms, worst {3} ms", bystander.deltas(),
          bystander.percentileMillis(50), bystander.percentileMillis(99), bystander.percentileMillis(100));
      assertTrue(bystander.percentileMillis(99) < 250, "p99 of a bystander: " + bystander.percentileMillis(99));
    } finally {
      engine.close();
    }
  }

  /** @param expected empty when it is none for the client; @param text then the answer, else its beginning */
  record Fault(String prompt, Optional<Kind> expected, String text, Duration limit) {
    static Fault of(String prompt, Kind kind, String text, Duration limit) {
      return new Fault(prompt, Optional.of(kind), text, limit);
    }

    static Fault none(String prompt, String text) {
      return new Fault(prompt, Optional.empty(), text, AT_ONCE);
    }
  }

  static List<Fault> faults() {
    return List.of(
        Fault.of("#exit-now 0", Kind.AGENT_FAILED, "", AT_ONCE),
        Fault.of("#exit-now 1", Kind.AGENT_FAILED, "", AT_ONCE),
        Fault.of("#say some words\n#die", Kind.AGENT_FAILED, "some words", AT_ONCE),
        Fault.of("#exit-midline", Kind.AGENT_FAILED, "half ", AT_ONCE),
        Fault.of("#say begin\n#torn\n#say end", Kind.AGENT_FAILED, "begin", AT_ONCE),
        Fault.of("#stderr-flood 3000000\n#die 7", Kind.AGENT_FAILED, "", AT_ONCE),
        Fault.of("#say begin\n#longline 70000000\n#say end", Kind.LIMIT_EXCEEDED, "begin", AT_ONCE.multipliedBy(2)),
        Fault.of("#grandchild\n#die", Kind.AGENT_FAILED, "grandchild", AT_ONCE.multipliedBy(2)),
        Fault.of("#tokens 3\n#hang", Kind.AGENT_TIMEOUT, "w0 w1 w2 ", SILENCE_MAX.plus(AT_ONCE)),
        Fault.of("#tokens 3\n#no-result", Kind.AGENT_TIMEOUT, "w0 w1 w2 ", SILENCE_MAX.plus(AT_ONCE)),
        Fault.of("#tokens 3\n#ignore-interrupt\n#hang", Kind.AGENT_TIMEOUT, "w0 w1 w2 ", Duration.ofSeconds(10)),
        Fault.of("#silent", Kind.AGENT_TIMEOUT, "", SLOW),
        Fault.none("#say fine\n#exit-after-result", "fine"),
        Fault.none("#say fine\n#exit-after-result 3", "fine"),
        Fault.none("#grandchild\n#exit-after-result", "grandchild"),
        Fault.none("#say before\n#garbage\n#say -after", "before-after"),
        Fault.none("#say before\n#binary\n#say -after", "before-after"),
        Fault.none("#say before\n#unknown\n#say -after", "before-after"),
        Fault.none("#say before\n#stderr-flood 5000000\n#say -after", "before-after"),
        Fault.none("#halfsurrogate", "a\uD83D\uDE00bc\uFFFDd"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsToldAndAPeculiarityIsNone(Fault fault) {
    Engine.Said said = RUNNING.get(fault).join();
    if (fault.expected.isPresent() || fault.text.equals("grandchild")) {
      assertTrue(said.text().startsWith(fault.text), said.toString());
    } else {
      assertEquals(fault.text, said.text());
    }
  }

  /** Does it in a session that has said something before, and looks at what becomes of session and processes. */
  private static Engine.Said aFault(Fault fault) {
    String session = engine.say("#say hello").session();
    ProcessHandle child = engine.process(session);
    long begun = System.nanoTime();
    Engine.Said said = engine.say(session, fault.prompt);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertEquals(fault.expected, said.failure(), said.toString());
    assertTrue(took.compareTo(fault.limit) < 0, "told after " + took);
    // Also when the news of its process's end is still under way.
    Engine.Said next = engine.say(session, "#echo");
    assertInstanceOf(TurnEvent.Finished.class, next.last(), next.toString());
    List<String> users = Echo.lines(next.text()).stream().filter(line -> line.startsWith("user: "))
        .filter(line -> !line.contains("[Request interrupted")).toList();
    assertEquals(List.of("user: #say hello", "user: " + fault.prompt, "user: #echo"), users);
    if (said.text().contains("grandchild ")) {
      Await.gone(Long.parseLong(said.text().replaceAll("(?s).*grandchild (\\d+).*", "$1")), GONE_MAX);
    }
    if (!engine.process(session).equals(child)) {
      Await.gone(child.pid(), GONE_MAX);
    }
    ProcessHandle last = engine.process(session);
    engine.chat().sessions().delete(session, Caller.ANYONE);
    Await.gone(last.pid(), GONE_MAX);
    return said;
  }

  @Test
  void aChildIsKilledInTheMiddleOfAnAnswer() throws Exception {
    String session = engine.say("#say hello").session();
    Turn turn = engine.start(Engine.request(session, "#tokens 10000 5"));
    Cursor cursor = Engine.begun(turn);
    assertTrue(engine.process(session).destroyForcibly());
    Engine.Said said = Engine.read(turn, cursor);
    assertEquals(Optional.of(Kind.AGENT_FAILED), said.failure());
    Engine.Said next = engine.say(session, "#say again");
    assertEquals("again", next.text(), next.toString());
  }

  @Test
  void aMillionLinesInABurst() {
    Engine.Said said = aFault(new Fault("#burst 1000000", Optional.empty(), "", Duration.ofSeconds(30)));
    assertEquals(1_000_000, said.text().length());
  }

  @Test
  void aLineOf40MegabytesIsAnAnswer() {
    Engine.Said said = aFault(new Fault("#longline 40000000", Optional.empty(), "", Duration.ofSeconds(15)));
    assertEquals(40_000_000, said.text().length());
  }

  @Test
  void stderrIsBoundedWhileTheChildLives() throws IOException {
    String session = engine.say("#say hello").session();
    engine.say(session, "#stderr-flood 20000000");
    Await.that("the stderr file is cut", Duration.ofSeconds(3), () -> stderrBytes() < 2 << 20);
    engine.chat().sessions().delete(session, Caller.ANYONE);
  }

  private static long stderrBytes() {
    try (Stream<Path> files = Files.list(engine.stderrFolder())) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void whatDoesNotStopIsKilled() throws Exception {
    for (String deafness : List.of("#ignore-interrupt", "#ignore-sigint\n#ignore-interrupt")) {
      String session = engine.say("#say hello").session();
      Turn turn = engine.start(Engine.request(session, deafness + "\n#tokens 100000 5"));
      try (Cursor cursor = Engine.begun(turn)) {
        ProcessHandle child = engine.process(session);
        assertTrue(engine.chat().conversations().stop(session, Caller.ANYONE));
        assertEquals(Optional.of(Kind.TURN_INTERRUPTED), Engine.read(turn, cursor).failure());
        Await.gone(child.pid(), GONE_MAX);
      }
      assertEquals("again", engine.say(session, "#say again").text());
    }
  }

  @Test
  void aChildThatDiesBeforeItIsReady() {
    long begun = System.nanoTime();
    ChatException failed = org.junit.jupiter.api.Assertions.assertThrows(ChatException.class, () -> engine.start(
        Engine.request(Optional.empty(), List.of(Message.user("#say hello")), "#start-exit")));
    assertEquals(Kind.CLAUDE_UNAVAILABLE, failed.failure().kind());
    assertTrue(System.nanoTime() - begun < 2_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1 << 20})
  void aChildThatStopsReading(int length) {
    DEAF.get(length).join();
  }

  /** A line may be more than the pipe holds: then the thread that writes it blocks, and has to be got free. */
  private static void aDeafChild(int length) {
    String session = engine.say("#say hello\n#stop-reading-stdin").session();
    Engine.Said said = engine.say(session, "x".repeat(length));
    assertEquals(Optional.of(Kind.AGENT_TIMEOUT), said.failure(), said.toString());
    assertEquals("again", engine.say(session, "#say again").text());
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.chat.Failure.Kind;
import claudegateway.claude.ClaudeProcess;
import claudegateway.pool.Footprint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who gets a process, and who gets a session, when there are not enough of them. */
final class AdmissionTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void theSessionThatWasIdleLongestMakesRoom() {
    try (Engine engine = new Engine(EngineSetup.fake().live(3))) {
      List<String> sessions = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        sessions.add(engine.say("#say hello " + i).session());
        assertTrue(engine.chat().liveProcesses() <= 3);
      }
      assertEquals(List.copyOf(sessions.subList(2, 5)),
          sessions.stream().filter(engine.chat().sessions().live()::contains).toList());
      assertEquals(List.of("user: #say hello 0", "assistant: hello 0", "user: #echo"),
          Echo.lines(engine.say(sessions.getFirst(), "#echo").text()));
      assertEquals(false, engine.chat().sessions().live().contains(sessions.get(2)));
    }
  }

  @Test
  void aStartLastsUntilTheModelIsAskedButNotForEver() {
    int cores = Runtime.getRuntime().availableProcessors();
    try (Engine engine = new Engine(EngineSetup.fake().live(cores + 1));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ChatRequest neverAsked = Engine.request(Optional.empty(), List.of(Message.user("x")), "#start-silent");
      for (int i = 0; i < cores; i++) {
        threads.submit(() -> engine.start(neverAsked));
      }
      Await.that("all cores start a process", SOON, () -> engine.living().size() == cores
          && engine.living().stream().allMatch(ClaudeProcess::isInitialized));
      List<ClaudeProcess> starting = engine.living();
      Engine.Said said = engine.say("#say at last");
      assertEquals("at last", said.text());
      Instant next = engine.living().stream().filter(process -> process.sessionId().equals(said.session()))
          .findFirst().orElseThrow().startedAt();
      starting.forEach(process -> {
        assertTrue(next.isAfter(process.startedAt().plusMillis(700)), process.startedAt() + " and then " + next);
        process.kill();
      });
    }
  }

  @Test
  void sessionsThatDriveEachOtherOutLoseNothing() {
    try (Engine engine = new Engine(EngineSetup.fake().live(1))) {
      List<String> sessions = List.of(engine.say("#say 0").session(), engine.say("#say 0").session());
      for (int turn = 1; turn < 12; turn++) {
        for (String session : sessions) {
          assertEquals("" + turn, engine.say(session, "#say " + turn).text());
        }
      }
      for (String session : sessions) {
        List<String> expected = new ArrayList<>();
        IntStream.range(0, 12).forEach(turn -> expected.addAll(List.of("user: #say " + turn, "assistant: " + turn)));
        expected.add("user: #echo");
        assertEquals(expected, Echo.lines(engine.say(session, "#echo").text()));
      }
    }
  }

  @Test
  void memoryMakesRoomLikeProcessesDo() throws Exception {
    // Two that live and one that starts; not three that live and one that starts.
    long room = 2 * Footprint.LIVE + Footprint.STARTING;
    try (Engine engine = new Engine(EngineSetup.fake().memory(room).slotWait(Duration.ofSeconds(2)))) {
      List<String> sessions = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        sessions.add(engine.say("#say hello " + i).session());
        assertTrue(engine.chat().figures().chargedBytes() <= room);
      }
      assertEquals(List.copyOf(sessions.subList(2, 5)),
          sessions.stream().filter(engine.chat().sessions().live()::contains).toList());
    }
    try (Engine engine = new Engine(EngineSetup.fake().memory(room).slotWait(Duration.ofSeconds(2)))) {
      List<Turn> running = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        running.add(engine.start(stateless("#tokens 100000 5")));
        Engine.begun(running.getLast());
      }
      ChatException full = assertThrows(ChatException.class, () -> engine.start(stateless("#say no")));
      assertEquals(Kind.OVERLOADED, full.failure().kind());
      assertTrue(full.failure().retryAfter().isPresent() && full.failure().message().contains("process-memory-mib"),
          full.failure().message());
      engine.chat().conversations().stop(running.getFirst().sessionId(), Caller.ANYONE);
      assertEquals("now", engine.say("#say now").text());
    }
  }

  @Test
  void aLongTranscriptCountsWhenItIsResumed() throws Exception {
    long room = 3 * Footprint.LIVE + Footprint.STARTING + (100L << 20);
    try (Engine engine = new Engine(EngineSetup.fake().memory(room))) {
      String wordy = engine.say("#say hello\n" + "x".repeat(20 << 20)).session();
      engine.stop();
      engine.start();
      List<String> others = List.of(engine.say("#say 1").session(), engine.say("#say 2").session(),
          engine.say("#say 3").session());
      // Three that live leave room for a start, but not for twelve times 20 MiB besides.
      assertEquals("on", engine.say(wordy, "#say on").text());
      assertEquals(others.subList(1, 3), others.stream().filter(engine.chat().sessions().live()::contains).toList());
    }
  }

  @Test
  void whatAProcessReallyHoldsCounts() throws Exception {
    long room = 2 * Footprint.STARTING + Footprint.LIVE;
    try (Engine engine = new Engine(EngineSetup.fake().memory(room))) {
      String idle = engine.say("#say hello").session();
      String large = engine.say("#say hello\n#hold " + (2 * Footprint.STARTING + (50L << 20))).session();
      assertTrue(engine.chat().sessions().live().contains(idle));
      Await.that("the idle one is ended", Duration.ofSeconds(30),
          () -> engine.chat().sessions().live().equals(List.of(large)));
      assertTrue(engine.chat().figures().chargedBytes() > 2 * Footprint.STARTING);
      assertEquals("hello again", engine.say(idle, "#say hello again").text());
    }
  }

  @Test
  void whoFindsNoProcessIsToldToComeBack() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake().live(1).queue(1).slotWait(Duration.ofMillis(500)))) {
      Turn running = engine.start(stateless("#tokens 100000 5"));
      try (Cursor cursor = Engine.begun(running); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        long begun = System.nanoTime();
        CompletableFuture<ChatException> waits = CompletableFuture.supplyAsync(
            () -> assertThrows(ChatException.class, () -> engine.start(stateless("#say no"))), threads);
        Await.that("one is in the queue", SOON, () -> engine.chat().queued() == 1);
        ChatException full = assertThrows(ChatException.class, () -> engine.start(stateless("#say no")));
        assertTrue(System.nanoTime() - begun < Duration.ofMillis(450).toNanos(), "a full queue is told at once");
        assertEquals(Kind.OVERLOADED, full.failure().kind());
        assertTrue(full.failure().retryAfter().isPresent());
        assertEquals(Kind.OVERLOADED, waits.join().failure().kind());
        assertTrue(engine.chat().conversations().stop(running.sessionId(), Caller.ANYONE));
        Engine.read(running, cursor);
      }
      assertEquals("now", engine.say("#say now").text());
    }
  }

  @Test
  void whoWaitsGetsTheProcessOfATurnThatEnds() {
    try (Engine engine = new Engine(EngineSetup.fake().live(1)); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Turn first = engine.start(stateless("#tokens 100 5"));
      List<CompletableFuture<Engine.Said>> waiting = IntStream.range(0, 5)
          .mapToObj(i -> CompletableFuture.supplyAsync(() -> engine.say("#say " + i), threads)).toList();
      assertInstanceOf(TurnEvent.Finished.class, Engine.read(first).last());
      for (int i = 0; i < 5; i++) {
        assertEquals("" + i, waiting.get(i).join().text());
      }
    }
  }

  @Test
  void aBusySessionIsSaidToBeBusyOrWaitedFor() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say hello").session();
      Turn running = engine.start(Engine.request(session, "#tokens 100000 5"));
      try (Cursor cursor = Engine.begun(running)) {
        ChatException busy = assertThrows(ChatException.class, () -> engine.say(session, "#say no"));
        assertEquals(Kind.SESSION_BUSY, busy.failure().kind());
        assertTrue(busy.failure().retryAfter().isPresent());
        assertTrue(engine.chat().conversations().stop(session, Caller.ANYONE));
        Engine.read(running, cursor);
      }
    }
    try (Engine engine = new Engine(EngineSetup.fake().busyWait(SOON));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String session = engine.say("#say hello").session();
      Turn running = engine.start(Engine.request(session, "#tokens 50 5"));
      List<CompletableFuture<Engine.Said>> waiting = IntStream.range(0, 3)
          .mapToObj(i -> CompletableFuture.supplyAsync(() -> engine.say(session, "#say " + i), threads)).toList();
      assertInstanceOf(TurnEvent.Finished.class, Engine.read(running).last());
      for (int i = 0; i < 3; i++) {
        assertEquals("" + i, waiting.get(i).join().text());
      }
    }
  }

  @Test
  void aNewSessionTakesAMessageAtOnce() {
    try (Engine engine = new Engine(EngineSetup.fake().live(40))) {
      for (int i = 0; i < 30; i++) {
        String session = engine.chat().sessions().create(new SessionView.Draft(Optional.empty(), Optional.empty(),
            Optional.empty(), Optional.empty(), Optional.empty()), Caller.ANYONE).id();
        assertEquals("hello", engine.say(session, "#say hello").text());
      }
    }
  }

  @Test
  void messagesReplaceOneAnotherAtAnyMoment() throws Exception {
    Random random = new Random(7);
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String session = engine.say("#say hello").session();
      List<String> sent = new ArrayList<>(List.of("user: #say hello"));
      for (int i = 0; i < 40; i++) {
        String text = "#tokens 20 1\n" + i;
        Turn running = engine.start(Engine.interrupting(Engine.request(session, text)));
        sent.add("user: " + text);
        if (random.nextBoolean()) {
          Engine.begun(running).close();
        }
        Thread.sleep(random.nextInt(30));
      }
      Engine.Said last = Engine.read(engine.start(Engine.interrupting(Engine.request(session, "#echo"))));
      sent.add("user: #echo");
      assertInstanceOf(TurnEvent.Finished.class, last.last(), last.toString());
      assertEquals(sent, Echo.lines(last.text()).stream()
          .filter(line -> line.startsWith("user: ") && !line.contains("[Request interrupted")).toList());
      assertEquals("free", engine.say(session, "#say free").text());
    }
  }

  private static ChatRequest stateless(String text) {
    return Engine.request(Optional.empty(), List.of(Message.user(text)));
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.claude.ClaudeProcess;
import claudegateway.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are started before anybody needs them, and how many start at once. */
final class SparesTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final EngineClock clock = new EngineClock();

  @Test
  void aSpareThatGrewOldIsReplaced() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(1).time(clock))) {
      ClaudeProcess young = spare(engine);
      clock.plus(Duration.ofMinutes(29));
      assertEquals(young.sessionId(), engine.say("#say hello").session(), "it is good for half an hour");
      ClaudeProcess next = spare(engine);
      clock.plus(Duration.ofMinutes(31));
      Await.gone(next.pid(), SOON);
      ClaudeProcess last = spare(engine);
      assertNotEquals(next.pid(), last.pid());
      clock.plus(Duration.ofDays(-1));
      Await.gone(last.pid(), SOON);
    }
  }

  @Test
  void aSpareThatDiedIsReplaced() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(1))) {
      ClaudeProcess first = spare(engine);
      assertTrue(ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly());
      Await.gone(first.pid(), SOON);
      Await.that("another one is there", SOON,
          () -> engine.living().stream().anyMatch(one -> one.isAlive() && one.pid() != first.pid()));
      assertEquals("hello", engine.say("#say hello").text());
    }
  }

  /** Its start would take the processor from the first token that somebody waits for. */
  @Test
  void noSpareStartsWhileAProcessIsToldWhatItsConversationNeeds() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(1))) {
      ClaudeProcess taken = spare(engine);
      CompletableFuture<Turn> begun = CompletableFuture.supplyAsync(() -> engine.start(
          Engine.request(Optional.empty(), List.of(Message.user("#pause 300\n#say late")), "#start-slow 2500")));
      LongAccumulator most = new LongAccumulator(Long::max, 0);
      Await.that("the turn has begun", SOON, () -> {
        most.accumulate(engine.living().size());
        return begun.isDone();
      });
      assertEquals(1, most.get());
      assertEquals(taken.sessionId(), Engine.read(begun.join()).session());
      spare(engine);
    }
  }

  @Test
  void ofTwoSparesOneIsInitializedForWhatConversationsAreTold() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(2))) {
      engine.say("#say one");
      engine.say("#say two");
      ClaudeProcess told = toldSpare(engine);
      assertEquals(told.sessionId(), engine.say("#say three").session(), "the next one is told the same");
      ClaudeProcess next = toldSpare(engine);
      assertNotEquals(told.pid(), next.pid());
      Engine.Said other = begin(engine, "#say four", "Be long.");
      assertEquals("four", other.text());
      assertNotEquals(next.sessionId(), other.session(), "its system prompt would have been lost");
      assertEquals(next.sessionId(), engine.say("#say five").session(), "one exception changes nothing");
      engine.say("#say six");
      ClaudeProcess outdated = toldSpare(engine);
      for (String otherwise : List.of("Be long.", "Be loud.", "Be kind.", "Be plain.")) {
        begin(engine, "#say seven", otherwise);
      }
      Await.gone(outdated.pid(), SOON);
    }
  }

  /** Those that were there first give way; one that is in use keeps its spare while others are used more. */
  @Test
  void whatIsUsedBesideTheDefaultGetsASpareToo() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(2).live(30))) {
      engine.say("#say one");
      String usual = awaitSpares(engine, models -> models.size() == 2).getFirst();
      with("other", engine);
      awaitSpares(engine, models -> Set.copyOf(models).equals(Set.of(usual, "other")));
      ClaudeProcess ready =
          engine.spares().stream().filter(one -> model(one).equals("other")).findFirst().orElseThrow();
      assertEquals(ready.sessionId(), with("other", engine).session());
      awaitSpares(engine, models -> Set.copyOf(models).equals(Set.of(usual, "other")));
      with("third", engine);
      for (int i = 0; i < 7; i++) {
        assertEquals(1, engine.spares().stream().filter(one -> model(one).equals("other")).count(), "it is in use");
        engine.say("#say usual");
      }
      awaitSpares(engine, models -> models.contains("third"));
      engine.say("#say usual");
      awaitSpares(engine, models -> models.equals(List.of(usual, usual)));
    }
  }

  /** The next ones that begin together find as many ready; long after that there are as few as before. */
  @Test
  void afterConversationsThatBeganTogetherThereAreMore() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(2).sparesAfterBurst(5).live(40).time(clock))) {
      together(engine, 3);
      awaitSpares(engine, models -> models.size() == 3);
      together(engine, 4);
      awaitSpares(engine, models -> models.size() == 5);
      List<String> ready = engine.spares().stream().map(ClaudeProcess::sessionId).toList();
      clock.plus(Duration.ofMinutes(9));
      assertEquals(Set.copyOf(ready), Set.copyOf(together(engine, 5)), "none needed a start");
      awaitSpares(engine, models -> models.size() == 5);
      clock.plus(Duration.ofMinutes(21));
      awaitSpares(engine, models -> models.size() == 2);
    }
  }

  /** Unless it is the last one that was taken, or the turns go on for long. */
  @Test
  void aSpareThatHasTimeDoesNotStartBesideARunningTurn() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(2).time(clock))) {
      awaitSpares(engine, models -> models.size() == 2);
      List<Turn> running = new ArrayList<>();
      for (int turn = 0; turn < 2; turn++) {
        running.add(engine.start(Engine.request(Optional.empty(), List.of(Message.user("#tokens 100000 5")))));
        awaitSpares(engine, models -> models.size() == 1);
        clock.awaitLooks(20);
        assertEquals(1, engine.chat().spares(), "one is left, or has taken the last one's place");
      }
      clock.plus(Duration.ofSeconds(6));
      awaitSpares(engine, models -> models.size() == 2);
      assertEquals(2, engine.chat().runningTurns());
      running.forEach(turn -> engine.chat().conversations().stop(turn.id(), Caller.ANYONE));
    }
  }

  /** Each start takes a core, which whoever asks meanwhile can use better. */
  @Test
  void beyondTwoTheyStartOneAfterTheOther(@TempDir Path folder) throws Exception {
    Path open = Files.createFile(folder.resolve("open"));
    try (Engine engine = new Engine(EngineSetup.gated(folder).spares(4).time(clock))) {
      awaitSpares(engine, models -> models.size() == 4);
      engine.spares().forEach(one -> one.ask(Json.object("subtype", "get_binary_version"), SOON).join());
      Files.delete(open);
      together(engine, 2);
      Await.that("the next one starts", SOON, () -> begun(folder) == 5);
      clock.awaitLooks(20);
      assertEquals(5, begun(folder));
      Files.createFile(open);
      awaitSpares(engine, models -> models.size() == 4);
      assertEquals(6, begun(folder));
    }
  }

  /** Nothing has been said to it yet. */
  @Test
  void aSpareThatDiesAsItIsTakenCostsNobodyTheConversation() {
    try (Engine engine = new Engine(EngineSetup.fake().spares(2).time(clock))) {
      for (int i = 0; i < 5; i++) {
        awaitSpares(engine, models -> models.size() == 2);
        engine.spares().forEach(spare -> ProcessHandle.of(spare.pid()).ifPresent(ProcessHandle::destroyForcibly));
        assertEquals("hello", engine.say("#say hello").text());
      }
    }
  }

  /** A CLI that does not run is not tried all the time. */
  @Test
  void sparesThatDieAtOnceAreStartedMoreAndMoreSeldom(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("open"), "");
    try (Engine engine = new Engine(EngineSetup.gated(folder).spares(1).time(clock))) {
      awaitSpares(engine, models -> models.size() == 1);
      Files.writeString(folder.resolve("claude"), "#!/bin/sh\necho $$ >> '" + folder + "/begun'\nexit 3\n");
      long before = begun(folder);
      ProcessHandle.of(engine.spares().getFirst().pid()).orElseThrow().destroyForcibly();
      long begin = System.nanoTime();
      Await.that("it is tried again", SOON, () -> begun(folder) >= before + 3);
      assertTrue(System.nanoTime() - begin > Duration.ofMillis(2_900).toNanos(), "1 s, then 2 s later, at least");
    }
  }

  /** Sessions of conversations that begin at the same time by the engine's clock. */
  private static List<String> together(Engine engine, int conversations) {
    return IntStream.range(0, conversations).mapToObj(i -> engine.say("#say " + i).session()).toList();
  }

  private static Engine.Said with(String model, Engine engine) {
    ChatRequest usual = Engine.request(Optional.empty(), List.of(Message.user("#say " + model)));
    return Engine.read(engine.start(usual.resending(usual.messages(), model, usual.system())));
  }

  private static List<String> awaitSpares(Engine engine, Predicate<List<String>> wanted) {
    AtomicReference<List<String>> models = new AtomicReference<>();
    Await.that("those spares", SOON, () -> {
      models.set(engine.spares().stream().map(SparesTest::model).toList());
      return engine.chat().spares() == models.get().size() && wanted.test(models.get());
    });
    return models.get();
  }

  private static String model(ClaudeProcess process) {
    return process.launch().profile().model();
  }

  private static Engine.Said begin(Engine engine, String text, String system) {
    return Engine.read(engine.start(Engine.request(Optional.empty(), List.of(Message.user(text)), system)));
  }

  /** The process that no session has and that was initialized. */
  private static ClaudeProcess toldSpare(Engine engine) {
    AtomicReference<ClaudeProcess> found = new AtomicReference<>();
    Await.that("a spare is initialized, another is not", SOON, () -> {
      List<ClaudeProcess> spares = engine.spares();
      spares.stream().filter(ClaudeProcess::isInitialized).findFirst().ifPresent(found::set);
      return spares.size() == 2 && spares.stream().filter(ClaudeProcess::isInitialized).count() == 1;
    });
    return found.get();
  }

  /** The only process that no session has. */
  private static ClaudeProcess spare(Engine engine) {
    AtomicReference<ClaudeProcess> found = new AtomicReference<>();
    Await.that("a spare is ready", SOON, () -> {
      engine.living().stream()
          .filter(one -> one.isAlive() && !one.isInitialized()).findFirst().ifPresent(found::set);
      return engine.chat().spares() == 1 && found.get() != null;
    });
    return found.get();
  }

  @Test
  void asManyStartAtOnceAsThereAreCoresAndNoneIsRefused(@TempDir Path folder) throws Exception {
    int clients = CORES + 8;
    try (Engine engine = new Engine(EngineSetup.gated(folder).live(clients))) {
      List<Thread> threads = new ArrayList<>();
      List<CompletableFuture<Engine.Said>> said = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        String words = "client" + client;
        said.add(CompletableFuture.supplyAsync(() -> engine.say("#say " + words),
            ask -> threads.add(Thread.ofPlatform().start(ask))));
      }
      Await.that("the others wait for their turn", SOON, () -> begun(folder) == CORES
          && threads.stream().filter(SparesTest::waitsForAStart).count() == clients - CORES);
      Files.createFile(folder.resolve("open"));
      for (int client = 0; client < clients; client++) {
        assertEquals("client" + client, said.get(client).get(60, TimeUnit.SECONDS).text());
      }
      assertEquals(clients, begun(folder));
    }
  }

  private static boolean waitsForAStart(Thread thread) {
    return Arrays.stream(thread.getStackTrace()).anyMatch(frame -> frame.getClassName().endsWith(".Semaphore"));
  }

  private static long begun(Path folder) {
    try {
      Path file = folder.resolve("begun");
      return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}

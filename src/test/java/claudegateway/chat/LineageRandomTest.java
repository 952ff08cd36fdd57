package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.FakeCli;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many clients that resend their histories, and some that name their sessions, interleaved, with few processes and a
 * gateway that restarts: the model is given what each client sent, never a message lost, doubled, or from another
 * conversation.
 */
final class LineageRandomTest {
  private static final long SEED = Long.getLong("lineage.seed", 20_260_101L);
  private static final int TURNS = 1_000;
  private static final int REAL_TURNS = 30;
  private static final int CLIENTS = 12;
  private static final int NAMING_CLIENTS = 4;
  private static final int THREADS = 4;
  private static final int RESTARTS = 6;

  @Test
  void theModelIsGivenWhatEachClientSent() throws Exception {
    Path file = Files.createTempFile("ccg", "record");
    try (Engine engine = new Engine(EngineSetup.fake().live(8).spares(2).slotWait(Duration.ofSeconds(30))
        .desertedGrace(Duration.ofMillis(30)).with(FakeCli.RECORD, file.toString()))) {
      FakeRecord record = new FakeRecord(file);
      List<StatelessClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        // Every third one is somebody else, with the same few words to say.
        clients.add(new StatelessClient(new Random(SEED + i), record, true, i % 3 == 0 ? "alice" : "bob"));
      }
      List<RandomClient> all = new ArrayList<>(clients);
      for (int i = 0; i < NAMING_CLIENTS; i++) {
        all.add(i * all.size() / NAMING_CLIENTS,
            new NamingClient(new Random(SEED - i), record, i % 3 == 0 ? "alice" : "bob"));
      }
      AtomicInteger turns = new AtomicInteger();
      AtomicInteger restarts = new AtomicInteger();
      ReentrantReadWriteLock up = new ReentrantReadWriteLock();
      try (var threads = Executors.newFixedThreadPool(THREADS)) {
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          List<RandomClient> mine = all.subList(t * all.size() / THREADS, (t + 1) * all.size() / THREADS);
          Random random = new Random(SEED - t);
          workers.add(CompletableFuture.runAsync(() -> {
            while (turns.get() < TURNS) {
              RandomClient client = mine.get(random.nextInt(mine.size()));
              act(client, engine, up, turns);
              restartNow(engine, up, turns, restarts);
            }
          }, threads));
        }
        CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new)).join();
      }
      int wentOn = clients.stream().mapToInt(StatelessClient::wentOn).sum();
      int continued = clients.stream().mapToInt(StatelessClient::continued).sum();
      System.getLogger("test").log(System.Logger.Level.INFO, "{0} turns, {1} of {2} continuations in their session",
          turns, continued, wentOn);
      assertTrue(continued > 0.6 * wentOn, continued + " of " + wentOn + " went on in their session");
      assertTrue(record.requests() >= TURNS / 2);
    } finally {
      Files.delete(file);
    }
  }

  /** The same on the real CLI, one after the other, because each new process takes its time. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void theRealOneIsGivenItToo(String version) throws Exception {
    try (Engine engine = new Engine(EngineSetup.real(version).live(5).spares(1)
        .desertedGrace(Duration.ofMillis(30)))) {
      StubRecord record = new StubRecord(engine.stub);
      Random random = new Random(SEED);
      List<StatelessClient> clients = List.of(new StatelessClient(new Random(SEED), record, false, "alice"),
          new StatelessClient(new Random(SEED + 1), record, false, "bob"),
          new StatelessClient(new Random(SEED + 2), record, false, "bob"));
      int turns = 0;
      while (turns < REAL_TURNS) {
        clients.get(random.nextInt(clients.size())).act(engine);
        int now = clients.stream().mapToInt(StatelessClient::turns).sum();
        if (turns < REAL_TURNS / 2 && now >= REAL_TURNS / 2) {
          engine.stop();
          engine.start();
        }
        turns = now;
      }
    }
  }

  private static void act(RandomClient client, Engine engine, ReentrantReadWriteLock up, AtomicInteger turns) {
    up.readLock().lock();
    try {
      int before = client.turns();
      client.act(engine);
      turns.addAndGet(client.turns() - before);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    } catch (RuntimeException | AssertionError failed) {
      turns.set(TURNS);
      throw failed;
    } finally {
      up.readLock().unlock();
    }
  }

  /** After each so many turns; every other time without a goodbye, answers that nobody waits for still running. */
  private static void restartNow(Engine engine, ReentrantReadWriteLock up, AtomicInteger turns,
      AtomicInteger restarts) {
    int due = turns.get() / (TURNS / (RESTARTS + 1));
    if (due > restarts.get() && turns.get() < TURNS) {
      up.writeLock().lock();
      try {
        if (due > restarts.get()) {
          restarts.incrementAndGet();
          if (due % 2 == 0) {
            engine.stop();
            engine.start();
          } else {
            engine.crash();
          }
        }
      } finally {
        up.writeLock().unlock();
      }
    }
  }
}

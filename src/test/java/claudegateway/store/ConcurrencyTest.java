package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many threads at once, virtual ones for the most part. */
@Timeout(60)
class ConcurrencyTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = Database.open(folder.resolve("gateway.db"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void readersSeeWholeCommitsOnlyWhileWritersWrite() throws Exception {
    int writers = 20;
    int rounds = 20;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        String name = "w" + writer;
        all.add(threads.submit(() -> {
          for (int i = 0; i < rounds; i++) {
            String id = name + "-" + i;
            database.write(sql -> {
              Projects.insert(sql, Rows.project(id + "-a", ""));
              Projects.insert(sql, Rows.project(id + "-b", ""));
              return true;
            }).join();
            assertTrue(database.read(sql -> Projects.find(sql, id + "-b")).isPresent(), "its own write");
          }
        }));
        all.add(threads.submit(() -> {
          for (int i = 0; i < rounds; i++) {
            assertEquals(0, database.read(sql -> Projects.count(sql, "")) % 2);
          }
        }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertEquals(2L * writers * rounds, database.read(sql -> Projects.count(sql, "")).longValue());
    assertTrue(database.stats().commits() < writers * rounds, "commits were shared");
  }

  /** Waiting virtual threads that pinned their carriers would leave none for the last one. */
  @Test
  void virtualThreadsThatWaitForTheDatabaseLeaveTheirCarriers() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(Database.READERS);
    int waiting = 300; // more than the scheduler's 256 carriers at most
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < waiting; i++) {
      threads.add(Thread.ofVirtual().start(() -> database.read(sql -> {
        held.countDown();
        Hold.await(gate);
        return true;
      })));
    }
    Hold.await(held);
    Await.that("all others wait", SOON, () -> database.stats().readQueue() == waiting - Database.READERS);
    CompletableFuture<Boolean> free = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> free.complete(true));
    assertTrue(free.get(10, TimeUnit.SECONDS));
    gate.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void anInterruptedReaderStopsWaitingAndItsWorkIsLeftOut() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    Hold.readers(database, gate);
    AtomicReference<Boolean> ran = new AtomicReference<>(false);
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread waiting = Thread.ofVirtual().start(() -> {
      assertThrows(StoreException.class, () -> database.read(sql -> {
        ran.set(true);
        return true;
      }));
      flag.complete(Thread.currentThread().isInterrupted());
    });
    Await.that("it waits", SOON, () -> database.stats().readQueue() == 1);
    waiting.interrupt();
    assertTrue(flag.get(10, TimeUnit.SECONDS), "the flag stays set");
    gate.countDown();
    Await.that("nobody waits", SOON, () -> database.stats().readQueue() == 0);
    assertEquals("x", database.read(sql -> "x"));
    assertFalse(ran.get());
  }

  /** The readers are held first: offered all together, the last ones find the queue full before a reader takes one. */
  @Test
  void aFullReadQueueRefusesAtOnce() {
    CountDownLatch gate = new CountDownLatch(1);
    List<Thread> threads = Hold.readers(database, gate);
    for (int i = 0; i < Database.READ_QUEUE_MAX; i++) {
      threads.add(Thread.ofVirtual().start(() -> database.read(sql -> true)));
    }
    Await.that("the queue is full", SOON, () -> database.stats().readQueue() == Database.READ_QUEUE_MAX);
    StoreException busy = assertThrows(StoreException.class, () -> database.read(sql -> true));
    assertEquals(StoreException.Kind.BUSY, busy.kind());
    gate.countDown();
    threads.forEach(thread -> assertTrue(Database.joined(thread, Database.READ_MAX)));
    assertEquals("x", database.read(sql -> "x"));
  }
}

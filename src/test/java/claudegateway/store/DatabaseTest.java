package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DatabaseTest {
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
  void aFailingWorkHarmsNoneOfItsGroup() {
    CountDownLatch gate = Hold.writer(database);
    List<CompletableFuture<Integer>> good = new ArrayList<>();
    List<CompletableFuture<Integer>> bad = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String name = "p" + i;
      good.add(database.write(sql -> {
        Projects.insert(sql, Rows.project(name, ""));
        return 1;
      }));
      bad.add(database.write(sql -> {
        Projects.insert(sql, Rows.project(name + "-undone", ""));
        Projects.insert(sql, Rows.project(name, "")); // the id is taken
        return 1;
      }));
      bad.add(database.write(sql -> {
        Projects.insert(sql, Rows.project(name + "-undone", ""));
        throw new IllegalStateException("own failure");
      }));
    }
    long commits = database.stats().commits();
    gate.countDown();
    good.forEach(CompletableFuture::join);
    for (int i = 0; i < bad.size(); i++) {
      Class<?> expected = i % 2 == 0 ? StoreException.class : IllegalStateException.class;
      assertInstanceOf(expected, assertThrows(CompletionException.class, bad.get(i)::join).getCause());
    }
    assertEquals(50, projects());
    assertEquals(2, database.stats().commits() - commits, "the gate's and that of all the others");
  }

  @Test
  void worksRunInTheOrderTheyCame() {
    List<Integer> order = new ArrayList<>(); // the writer thread's
    CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      last = database.write(sql -> order.add(number));
    }
    last.join();
    for (int i = 0; i < 1_000; i++) {
      assertEquals(i, order.get(i));
    }
  }

  @Test
  void promptWorksOvertakeBulkOnesThatStillGoOn() {
    CountDownLatch gate = Hold.writer(database);
    List<String> order = new ArrayList<>(); // the writer thread's
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String name = "bulk " + i;
      all.add(database.writeBulk(Writer.GROUP_BULK_MAX, sql -> order.add(name)));
    }
    int prompt = 2 * Writer.GROUP_MAX;
    for (int i = 0; i < prompt; i++) {
      all.add(database.write(sql -> order.add("prompt")));
    }
    long commits = database.stats().commits();
    gate.countDown();
    all.forEach(CompletableFuture::join);
    assertEquals(List.of(Writer.GROUP_MAX, prompt + 1, prompt + 2),
        List.of(order.indexOf("bulk 0"), order.indexOf("bulk 1"), order.indexOf("bulk 2")));
    assertEquals(4, database.stats().commits() - commits, "the gate's, and each large one in another");
  }

  @Test
  void smallBulkWorksShareACommit() {
    CountDownLatch gate = Hold.writer(database);
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(database.writeBulk(Writer.GROUP_BULK_MAX / 10, sql -> 1));
    }
    long commits = database.stats().commits();
    gate.countDown();
    all.forEach(CompletableFuture::join);
    assertEquals(3, database.stats().commits() - commits, "the gate's, and ten in each");
  }

  @Test
  void aFullQueueRefusesAtOnceAndRecovers() {
    CountDownLatch gate = Hold.writer(database);
    List<CompletableFuture<Integer>> queued = new ArrayList<>();
    for (int i = 0; i < Database.WRITE_QUEUE_MAX; i++) {
      queued.add(database.write(sql -> 1));
    }
    CompletableFuture<Integer> tooMuch = database.write(sql -> 1);
    assertEquals(StoreException.Kind.BUSY, kindOf(tooMuch));
    assertEquals(Database.WRITE_QUEUE_MAX, database.stats().writeQueue());
    gate.countDown();
    queued.forEach(CompletableFuture::join);
    assertEquals(1, database.write(sql -> 1).join());
  }

  @Test
  void closingFinishesWhatIsQueuedAndRefusesMore() {
    CountDownLatch gate = Hold.writer(database);
    List<CompletableFuture<Boolean>> queued = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      String name = "p" + i;
      queued.add(database.write(sql -> {
        Projects.insert(sql, Rows.project(name, ""));
        return true;
      }));
    }
    gate.countDown();
    database.close();
    assertTrue(queued.stream().allMatch(future -> future.isDone() && future.join()));
    assertEquals(StoreException.Kind.CLOSED, kindOf(database.write(sql -> 1)));
    assertEquals(StoreException.Kind.CLOSED,
        assertThrows(StoreException.class, () -> database.read(sql -> 1)).kind());
    assertFalse(folder.resolve("gateway.db-wal").toFile().exists(), "the last connection has checkpointed");
  }

  @Test
  void aReadSeesOneSnapshotAndWhatWasCommittedBefore() {
    database.write(sql -> {
      Projects.insert(sql, Rows.project("one", ""));
      return null;
    }).join();
    long[] counts = database.read(sql -> {
      long before = Projects.count(sql, "");
      database.write(other -> {
        Projects.insert(other, Rows.project("two", ""));
        return null;
      }).join();
      return new long[] {before, Projects.count(sql, "")};
    });
    assertEquals(1, counts[0]);
    assertEquals(1, counts[1]);
    assertEquals(2, projects());
  }

  @Test
  void aReaderCantWrite() {
    StoreException refused = assertThrows(StoreException.class, () -> database.read(sql -> {
      Projects.insert(sql, Rows.project("x", ""));
      return null;
    }));
    assertEquals(StoreException.Kind.UNWRITABLE, refused.kind());
    assertEquals(0, projects());
  }

  @Test
  void whatAReadThrowsReachesItsCaller() {
    assertThrows(IllegalStateException.class, () -> database.read(sql -> {
      throw new IllegalStateException("own failure");
    }));
    StoreException wrong = assertThrows(StoreException.class,
        () -> database.read(sql -> sql.query("SELECT * FROM nowhere", row -> row)));
    assertEquals(StoreException.Kind.FAILED, wrong.kind());
    assertEquals(0, projects(), "and the reader goes on");
  }

  private long projects() {
    return database.read(sql -> Projects.count(sql, ""));
  }

  static StoreException.Kind kindOf(CompletableFuture<?> future) {
    return assertInstanceOf(StoreException.class,
        assertThrows(CompletionException.class, future::join).getCause()).kind();
  }
}

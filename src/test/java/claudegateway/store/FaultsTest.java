package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.store.StoreException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk is full, the driver fails, the machine is slow. */
@Timeout(60)
class FaultsTest {
  @TempDir Path folder;

  /** SQLite's max_page_count stands for the disk: beyond it, SQLITE_FULL, as when a write gets ENOSPC. */
  @Test
  void aFullDiskFailsWhatDoesNotFitAndTheWriterGoesOn() {
    Path file = folder.resolve("gateway.db");
    try (Database database = Database.open(file)) {
      database.write(sql -> sql.one("PRAGMA max_page_count = 60", row -> 1)).join();
      List<CompletableFuture<String>> writes = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        writes.add(insert(database, "p" + i, 10_000));
      }
      List<String> acknowledged = new ArrayList<>();
      int full = 0;
      for (CompletableFuture<String> write : writes) {
        if (write.handle((id, failure) -> failure == null).join()) {
          acknowledged.add(write.join());
        } else {
          assertEquals(Kind.FULL, DatabaseTest.kindOf(write));
          full++;
        }
      }
      assertTrue(full > 0, "100 rows of 10 kB do not fit in 60 pages of 4 KiB");
      assertEquals(acknowledged, database.read(FaultsTest::ids),
          "what was acknowledged is there, and only that");
      database.write(sql -> sql.one("PRAGMA max_page_count = 100000", row -> 1)).join(); // space was freed
      assertEquals("later", insert(database, "later", 10_000).join());
      assertTrue(database.healthy());
    }
    assertEquals(List.of(), Backup.problems(file));
  }

  @Test
  void aLostTransactionFailsItsWholeGroupAndOnlyThat() {
    try (Database database = Database.open(folder.resolve("gateway.db"))) {
      insert(database, "before", 1).join();
      CountDownLatch gate = Hold.writer(database);
      CompletableFuture<String> first = insert(database, "first", 1);
      CompletableFuture<Boolean> breaker = database.write(sql -> {
        sql.set("ROLLBACK"); // as SQLite does by itself on some I/O errors
        return true;
      });
      CompletableFuture<String> second = insert(database, "second", 1);
      gate.countDown();
      assertEquals(Kind.FAILED, DatabaseTest.kindOf(first));
      assertEquals(Kind.FAILED, DatabaseTest.kindOf(breaker));
      assertEquals(Kind.FAILED, DatabaseTest.kindOf(second));
      assertFalse(database.healthy());
      assertEquals(1, database.stats().failedCommits());
      assertEquals("after", insert(database, "after", 1).join());
      assertTrue(database.healthy());
      assertEquals(List.of("before", "after"), database.read(FaultsTest::ids));
    }
  }

  @Test
  void healthComesBackWithoutAnybodyWriting() {
    try (Database database = Database.open(folder.resolve("gateway.db"))) {
      database.write(sql -> {
        sql.set("ROLLBACK");
        return true;
      }).handle((done, failure) -> done).join();
      assertFalse(database.healthy()); // and asks for a try
      Await.that("it is healthy again", Duration.ofSeconds(20), database::healthy);
      assertEquals(1, database.stats().failedCommits());
    }
  }

  @Test
  void anErrorInAWorkIsItsOwn() {
    try (Database database = Database.open(folder.resolve("gateway.db"))) {
      CompletableFuture<Boolean> broken = database.write(sql -> {
        Projects.insert(sql, Rows.project("undone", ""));
        throw new StackOverflowError();
      });
      assertTrue(broken.handle((done, failure) -> failure instanceof StackOverflowError).join());
      assertEquals("next", insert(database, "next", 1).join());
      assertEquals(List.of("next"), database.read(FaultsTest::ids));
    }
  }

  private static CompletableFuture<String> insert(Database database, String id, int size) {
    return database.write(sql -> {
      ProjectRow row = Rows.project(id, "");
      Projects.insert(sql, new ProjectRow(id, "", "x".repeat(size), "", row.path(), false, row.language(),
          row.framework(), "{}", 1, 1));
      return id;
    });
  }

  private static List<String> ids(Sql sql) throws java.sql.SQLException {
    return sql.query("SELECT id FROM project ORDER BY number", row -> row.text("id"));
  }
}

package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BackupTest {
  @TempDir Path folder;
  private Path file;
  private Path target;

  @BeforeEach
  void names() {
    file = folder.resolve("gateway.db");
    target = folder.resolve("backup's.db");
  }

  @Test
  void aBackupOfABusyDatabaseIsWholeAndCanBeRestored() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (Database database = Database.open(file)) {
      for (int i = 0; i < 500; i++) {
        pair(database, i);
      }
      pair(database, 500).join();
      Thread load = Thread.ofVirtual().start(() -> {
        for (int i = 501; !stop.get(); i++) {
          pair(database, i).join();
        }
      });
      database.backup(target);
      stop.set(true);
      load.join();
    }
    assertEquals(List.of(), Backup.problems(target));
    assertFalse(Files.exists(folder.resolve("backup's.db.part")));

    for (String name : List.of("gateway.db", "gateway.db-wal", "gateway.db-shm")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.move(target, file);
    try (Database restored = Database.open(file)) {
      long mine = restored.read(sql -> sql.number("SELECT count(*) AS n FROM project WHERE owner = 'a'"));
      long other = restored.read(sql -> sql.number("SELECT count(*) AS n FROM project WHERE owner = 'b'"));
      assertTrue(mine >= 501, "all that was committed before");
      assertEquals(mine, other, "and never half a commit");
    }
  }

  /** Two rows in one work. */
  private static CompletableFuture<Boolean> pair(Database database, int i) {
    return database.write(sql -> {
      Projects.insert(sql, Rows.project("a" + i, "a"));
      Projects.insert(sql, Rows.project("b" + i, "b"));
      return true;
    });
  }

  @Test
  void aDatabaseThatNobodyUsesCanBeCopiedToo() {
    DatabaseFileTest.fill(file);
    Backup.write(file, target);
    assertEquals(List.of(), Backup.problems(target));
    Database.open(file).close();
  }

  @Test
  void aFileThatExistsIsNotOverwritten() throws IOException {
    Files.writeString(target, "precious");
    try (Database database = Database.open(file)) {
      assertEquals(Kind.UNWRITABLE, assertThrows(StoreException.class, () -> database.backup(target)).kind());
    }
    assertEquals("precious", Files.readString(target));
  }

  @Test
  void whatIsNotOursIsNotCopied() throws IOException {
    Files.writeString(file, "not a database at all");
    assertEquals(Kind.NOT_OURS, assertThrows(StoreException.class, () -> Backup.write(file, target)).kind());
    Path missing = folder.resolve("missing.db");
    assertEquals(Kind.UNWRITABLE,
        assertThrows(StoreException.class, () -> Backup.write(missing, target)).kind());
    assertFalse(Files.exists(missing));
    assertFalse(Files.exists(target));
    assertFalse(Files.exists(folder.resolve("backup's.db.part")));
  }
}

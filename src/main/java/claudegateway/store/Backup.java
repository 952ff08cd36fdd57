package claudegateway.store;

import claudegateway.store.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Copies and checks a database file, whether a gateway (this process or another) uses it or not; that
 * gateway's readers and writer go on. Callers may be virtual threads and wait until the work is done.
 */
public final class Backup {
  private interface Task<T> {
    T run(Sql sql) throws SQLException;
  }

  private Backup() {}

  /**
   * Writes one snapshot, compact, as a database of its own. It appears under its name only when it is whole
   * and on the disk. To restore it, put it in the database's place, without that one's -wal and -shm files,
   * while no gateway runs.
   *
   * <p>Throws StoreException: UNWRITABLE when the target exists or can't be made, FULL when it does not fit,
   * NOT_OURS, NEWER or CORRUPT for what is wrong with the database.
   */
  public static void write(Path database, Path target) {
    Path whole = target.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    if (Files.exists(whole)) {
      throw new StoreException(Kind.UNWRITABLE, "The file " + whole
          + " exists: choose another name for the backup.");
    }
    try {
      Files.deleteIfExists(part);
      DatabaseFile.create(part);
      try {
        onPlatformThread(database, sql -> sql.update("VACUUM INTO ?", part.toString()));
        try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
          written.force(true);
        }
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
        DatabaseFile.syncFolder(whole.getParent());
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException failed) {
      throw new StoreException(Kind.UNWRITABLE, "The backup " + whole + " can't be written (" + failed + ").",
          failed);
    }
  }

  /**
   * Reads the whole file.
   *
   * @return what is damaged in it (SQLite's "PRAGMA integrity_check"), empty = nothing
   */
  public static List<String> problems(Path database) {
    List<String> lines = onPlatformThread(database,
        sql -> sql.query("PRAGMA integrity_check", row -> row.text("integrity_check")));
    return lines.equals(List.of("ok")) ? List.of() : lines;
  }

  private static <T> T onPlatformThread(Path database, Task<T> task) {
    DatabaseFile file = new DatabaseFile(database);
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.ofPlatform().name("store-backup").start(() -> {
      try {
        file.requireSqlite();
        try (Sql sql = file.connectReadOnly()) {
          file.requireOurs(sql);
          done.complete(task.run(sql));
        }
      } catch (SQLException failed) {
        done.completeExceptionally(StoreException.of(failed, file.path()));
      } catch (RuntimeException | Error failed) {
        done.completeExceptionally(failed);
      }
    });
    try {
      return done.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof StoreException cause ? cause : failed;
    }
  }
}

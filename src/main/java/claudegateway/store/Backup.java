package claudegateway.store;

import claudegateway.store.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A copy of the running database: one snapshot, compact, a database of its own. Readers and the writer go on. */
final class Backup {
  private Backup() {}

  /** The target appears under its name only when it is whole and on the disk. */
  static void write(DatabaseFile file, Path target) {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    if (Files.exists(target)) {
      throw new StoreException(Kind.UNWRITABLE, "The file " + target + " exists: choose another name for the backup.");
    }
    try {
      Files.deleteIfExists(part);
      DatabaseFile.create(part);
      onPlatformThread(file, part);
      try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new StoreException(Kind.UNWRITABLE, "The backup " + target + " can't be written (" + failed + ").", failed);
    }
  }

  private static void onPlatformThread(DatabaseFile file, Path part) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform().name("store-backup").start(() -> {
      try (Sql sql = file.connectReadOnly()) {
        sql.update("VACUUM INTO ?", part.toString());
        done.complete(null);
      } catch (SQLException failed) {
        done.completeExceptionally(StoreException.of(failed, part));
      }
    });
    try {
      done.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof StoreException cause ? cause : failed;
    }
  }
}

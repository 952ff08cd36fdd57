package claudegateway.store;

import claudegateway.store.StoreException.Kind;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The open database. Safe for use by any number of threads, virtual ones included. Its own threads keep the
 * process alive until {@link #close}.
 */
public final class Database implements AutoCloseable {
  /** Works that may wait for the writer. */
  public static final int WRITE_QUEUE_MAX = 4_096;

  /** Works that may wait for a reader. */
  public static final int READ_QUEUE_MAX = 1_024;

  /** Threads that read. */
  public static final int READERS = 4;

  /** How long a caller waits for its read. */
  public static final Duration READ_MAX = Duration.ofSeconds(30);

  /** How long {@link #close} waits for queued work. */
  public static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  /**
   * What to do with the database. It runs inside a transaction: it must not begin or end one, wait for
   * anything, or keep the {@link Sql}. What it throws, its caller gets (an SQLException as a StoreException).
   */
  public interface Work<T> {
    T run(Sql sql) throws SQLException;
  }

  private final DatabaseFile file;
  private final Readers readers;
  private final Writer writer;

  private Database(DatabaseFile file, Sql connection) {
    this.file = file;
    readers = new Readers(file);
    writer = new Writer(file, connection, readers);
  }

  /**
   * Opens the database, makes it where there is none, and brings its schema up to date. Blocks in native
   * code: to be called on a platform thread.
   *
   * <p>Throws StoreException of any kind but BUSY and CLOSED; a file that is not ours, or newer, is left as
   * it is.
   */
  public static Database open(Path path) {
    return open(new DatabaseFile(path));
  }

  static Database open(DatabaseFile file) {
    DatabaseFile.create(file.path());
    file.requireSqlite();
    NativeLibrary.provide(file.path().getParent());
    try {
      Sql sql = file.connect();
      try {
        file.requireOurs(sql);
        DatabaseFile.useWriteAheadLog(sql);
        Migrations.apply(sql);
        return new Database(file, sql);
      } catch (SQLException | RuntimeException failed) {
        sql.close();
        throw failed;
      }
    } catch (SQLException failed) {
      throw StoreException.of(failed, file.path());
    }
  }

  /**
   * Queues work for the writer; works run in the order they came, before {@linkplain #writeBulk bulk} works that
   * wait. The future completes after the commit, when the change is on the disk, or with the work's own failure,
   * or with a StoreException: BUSY when {@link #WRITE_QUEUE_MAX} works wait already, CLOSED, or why the commit
   * failed (then nothing happened).
   *
   * <p>What is chained to the future may run on the writer thread and must not block.
   */
  public <T> CompletableFuture<T> write(Work<T> work) {
    return write(new Job<>(work, 0));
  }

  /**
   * The same for work that writes megabytes: nobody's small work waits behind all that is queued of its kind. Bulk
   * works keep their own order; a later {@link #write} overtakes them.
   *
   * @param bytes about as many does it write, above 0
   */
  public <T> CompletableFuture<T> writeBulk(long bytes, Work<T> work) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("bytes " + bytes);
    }
    return write(new Job<>(work, bytes));
  }

  private <T> CompletableFuture<T> write(Job<T> job) {
    try {
      writer.queue().offer(job);
    } catch (StoreException refused) {
      job.future.completeExceptionally(refused);
    }
    return job.future;
  }

  /**
   * Runs work on a reader thread, on a snapshot of what was committed when its first statement ran, and waits
   * for it. Throws what the work throws, or a StoreException: BUSY after {@link #READ_MAX} or when
   * {@link #READ_QUEUE_MAX} works wait already; FAILED when the waiting thread is interrupted (its flag stays
   * set).
   */
  public <T> T read(Work<T> work) {
    Job<T> job = new Job<>(work, 0);
    readers.queue().offer(job);
    try {
      return job.future.get(READ_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      job.future.cancel(false);
      throw new StoreException(Kind.BUSY,
          "The database did not answer within " + READ_MAX.toSeconds() + " s.", late);
    } catch (InterruptedException interrupted) {
      job.future.cancel(false);
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.FAILED, "Interrupted while waiting for the database.", interrupted);
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new IllegalStateException(failed.getCause());
      }
    }
  }

  /**
   * Whether the latest commit went well, and there is room for more. Asking also tries again, with a commit that changes
   * nothing.
   */
  public boolean healthy() {
    boolean failing = writer.failing();
    if (failing && writer.queue().size() == 0) {
      write(sql -> {
        sql.set("PRAGMA user_version = " + Migrations.NEWEST); // writes the file's first page
        return true;
      });
    }
    return !failing && file.hasRoom();
  }

  /** Writes a copy of the database as it is now, while it is used: {@link Backup#write}. */
  public void backup(Path target) {
    Backup.write(file.path(), target);
  }

  public DatabaseStats stats() {
    return writer.stats(readers.queue().size());
  }

  /** Refuses new work and finishes what is queued for up to {@link #CLOSE_MAX}; the rest fails as CLOSED. */
  @Override
  public void close() {
    readers.queue().close();
    if (!writer.close(CLOSE_MAX)) {
      System.getLogger(Database.class.getName()).log(System.Logger.Level.WARNING,
          "the database " + file.path() + " was still busy when it was closed");
    }
  }

  static boolean joined(Thread thread, Duration max) {
    try {
      return thread.join(max);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

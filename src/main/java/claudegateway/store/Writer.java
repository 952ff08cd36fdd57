package claudegateway.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one thread that writes. What is queued shares one transaction and one sync to the disk; each work has a
 * savepoint, so a failing one fails alone.
 */
final class Writer {
  /** Works in one transaction: bounds how long the first of them waits. */
  static final int GROUP_MAX = 256;

  /** Bytes of bulk works in one transaction, unless it is a single one: bounds how long the prompt ones wait. */
  static final long GROUP_BULK_MAX = 8 << 20;

  private final DatabaseFile file;
  private final WorkQueue queue = new WorkQueue(Database.WRITE_QUEUE_MAX);
  private final Readers readers;
  private final Thread thread;
  private Optional<Sql> connection;
  private volatile boolean failing;
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong works = new AtomicLong();
  private final AtomicLong failedGroups = new AtomicLong();
  private final AtomicLong commitNanos = new AtomicLong();
  private volatile long lastCommitNanos;

  Writer(DatabaseFile file, Sql connection, Readers readers) {
    this.file = file;
    this.connection = Optional.of(connection);
    this.readers = readers;
    thread = Thread.ofPlatform().name("store-writer").start(this::run);
  }

  WorkQueue queue() {
    return queue;
  }

  boolean failing() {
    return failing || !thread.isAlive();
  }

  DatabaseStats stats(int readQueue) {
    return new DatabaseStats(queue.size(), readQueue, works.get(), commits.get(), failedGroups.get(),
        commitNanos.get(), lastCommitNanos);
  }

  private void run() {
    for (List<Job<?>> group = next(); !group.isEmpty(); group = next()) {
      commit(group);
    }
    readers.awaitEnd(Database.CLOSE_MAX); // the last connection to leave must be one that can checkpoint
    disconnect();
  }

  private List<Job<?>> next() {
    return queue.take(GROUP_MAX, GROUP_BULK_MAX);
  }

  private void commit(List<Job<?>> group) {
    try {
      Sql sql = connected();
      sql.update("BEGIN IMMEDIATE");
      for (Job<?> job : group) {
        runAlone(job, sql);
      }
      long begun = System.nanoTime();
      sql.update("COMMIT");
      lastCommitNanos = System.nanoTime() - begun;
      commitNanos.addAndGet(lastCommitNanos);
      commits.incrementAndGet();
      works.addAndGet(group.size());
      failing = false;
    } catch (SQLException | RuntimeException | Error lost) { // whatever it is, the writer goes on
      failing = true;
      failedGroups.incrementAndGet();
      disconnect(); // rolls back whatever is left of the transaction; the next group begins afresh
      group.forEach(job -> job.fail(lost, file.path()));
      return;
    }
    group.forEach(job -> job.complete(file.path()));
  }

  /** Throws SQLException when the whole transaction is gone: SQLite may roll it back when the disk fails. */
  private static void runAlone(Job<?> job, Sql sql) throws SQLException {
    sql.update("SAVEPOINT work");
    Optional<Throwable> failure = job.run(sql);
    try {
      if (failure.isPresent()) {
        sql.update("ROLLBACK TO work");
      }
      sql.update("RELEASE work");
    } catch (SQLException gone) {
      throw failure.isPresent() && failure.get() instanceof SQLException cause ? cause : gone;
    }
  }

  private Sql connected() throws SQLException {
    if (connection.isEmpty()) {
      connection = Optional.of(file.connect());
    }
    return connection.get();
  }

  private void disconnect() {
    if (connection.isPresent()) {
      try {
        connection.get().close();
      } catch (SQLException unclosable) {
        System.getLogger(Writer.class.getName()).log(System.Logger.Level.WARNING,
            "a connection to " + file.path() + " could not be closed", unclosable);
      }
      connection = Optional.empty();
    }
  }

  /** Drains the queue for up to {@code max}; what is left then fails. @return whether the thread has ended */
  boolean close(Duration max) {
    queue.close();
    boolean ended = Database.joined(thread, max);
    queue.takeLeft().forEach(job -> job.fail(WorkQueue.closed(), file.path()));
    return ended;
  }
}

package claudegateway.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A few threads that read, each with a connection of its own; each work sees one snapshot. */
final class Readers {
  private final DatabaseFile file;
  private final WorkQueue queue = new WorkQueue(Database.READ_QUEUE_MAX);
  private final List<Thread> threads = new ArrayList<>();

  Readers(DatabaseFile file) {
    this.file = file;
    for (int i = 1; i <= Database.READERS; i++) {
      threads.add(Thread.ofPlatform().name("store-reader-" + i).start(this::run));
    }
  }

  WorkQueue queue() {
    return queue;
  }

  private void run() {
    Optional<Sql> connection = Optional.empty();
    for (List<Job<?>> taken = queue.take(1, 0); !taken.isEmpty(); taken = queue.take(1, 0)) {
      Job<?> job = taken.getFirst();
      if (job.future.isDone()) {
        continue; // its caller has given up
      }
      try {
        connection = Optional.of(connection.isPresent() ? connection.get() : file.connectReadOnly());
        connection.get().update("BEGIN");
        job.run(connection.get());
        connection.get().update("COMMIT");
        job.complete(file.path());
      } catch (SQLException | RuntimeException | Error failed) { // whatever it is, the thread goes on
        connection = close(connection);
        job.fail(failed, file.path());
      }
    }
    close(connection);
  }

  private Optional<Sql> close(Optional<Sql> connection) {
    if (connection.isPresent()) {
      try {
        connection.get().close();
      } catch (SQLException unclosable) {
        System.getLogger(Readers.class.getName()).log(System.Logger.Level.WARNING,
            "a connection to " + file.path() + " could not be closed", unclosable);
      }
    }
    return Optional.empty();
  }

  /** What is queued is still served. @return whether all threads ended within {@code max} */
  boolean awaitEnd(Duration max) {
    long deadline = System.nanoTime() + max.toNanos();
    boolean ended = true;
    for (Thread thread : threads) {
      ended &= Database.joined(thread, Duration.ofNanos(deadline - System.nanoTime()));
    }
    return ended;
  }
}

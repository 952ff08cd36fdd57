package claudegateway.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A piece of work and who waits for it. Its outcome is kept back until {@link #complete}. */
final class Job<T> {
  /** Gone when it has run: it may hold megabytes, and the thread that ran it remembers its last jobs. */
  private Database.Work<T> work;
  final CompletableFuture<T> future = new CompletableFuture<>();
  /** About as many bytes does it write; 0 for one that goes before all that has some. */
  final long bulk;
  private T value;
  private Throwable failure;

  Job(Database.Work<T> work, long bulk) {
    this.work = work;
    this.bulk = bulk;
  }

  /** @return why the work failed, if it did */
  Optional<Throwable> run(Sql sql) {
    try {
      value = work.run(sql);
    } catch (Throwable thrown) { // the work is foreign code: whatever it throws belongs to its caller
      failure = thrown;
    } finally {
      work = null;
    }
    return Optional.ofNullable(failure);
  }

  void complete(Path file) {
    if (failure == null) {
      future.complete(value);
    } else {
      fail(failure, file);
    }
  }

  void fail(Throwable cause, Path file) {
    future.completeExceptionally(cause instanceof SQLException sql ? StoreException.of(sql, file) : cause);
  }
}

package claudegateway.claude;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A child's stdin: lines are queued and written in order by a platform thread of a shared pool, one at a time,
 * because a full pipe blocks its writer for as long as the child likes.
 */
final class Stdin {
  /** Bytes that may wait for a child that does not read; about two of the largest requests. */
  static final long QUEUE_MAX = 80 << 20;

  private static final System.Logger LOG = System.getLogger(Stdin.class.getName());

  /** The threads that write; as many as there are children with something to write at the moment. */
  static final class Pool implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool(
        Thread.ofPlatform().name("claude-stdin-", 0).daemon(true).stackSize(256 << 10).factory());

    @Override
    public void close() {
      threads.shutdownNow();
    }
  }

  private final OutputStream pipe;
  private final Pool pool;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
  private long queued;
  private boolean writing;
  private boolean closing;

  Stdin(OutputStream pipe, Pool pool) {
    this.pipe = pipe;
    this.pool = pool;
  }

  /** Queues a whole line; false when stdin is closed or {@link #QUEUE_MAX} bytes wait already. */
  boolean write(byte[] line) {
    return enqueue(line);
  }

  /** EOF, after what is queued. */
  void close() {
    enqueue(null);
  }

  private boolean enqueue(byte[] lineOrEnd) {
    lock.lock();
    try {
      if (closing || (lineOrEnd != null && queued + lineOrEnd.length > QUEUE_MAX)) {
        return false;
      }
      if (lineOrEnd == null) {
        closing = true;
      } else {
        queue.add(lineOrEnd);
        queued += lineOrEnd.length;
      }
      if (!writing) {
        pool.threads.execute(this::drain);
        writing = true;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void drain() {
    try {
      byte[] line = next();
      while (line != null) {
        pipe.write(line);
        pipe.flush();
        line = next();
      }
    } catch (IOException brokenPipe) {
      // The child is gone; its reader thread notices the end of stdout and tells.
      LOG.log(System.Logger.Level.DEBUG, "stdin of claude is broken: {0}", brokenPipe.getMessage());
      abandon();
    }
  }

  private byte[] next() throws IOException {
    boolean end;
    lock.lock();
    try {
      byte[] line = queue.poll();
      if (line != null) {
        queued -= line.length;
        return line;
      }
      writing = false;
      end = closing;
    } finally {
      lock.unlock();
    }
    if (end) {
      pipe.close();
    }
    return null;
  }

  private void abandon() {
    lock.lock();
    try {
      closing = true;
      writing = false;
      queue.clear();
      queued = 0;
    } finally {
      lock.unlock();
    }
  }
}

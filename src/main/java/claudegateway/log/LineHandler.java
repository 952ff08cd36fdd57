package claudegateway.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Hands lines to a thread of its own. A terminal that is stopped, or a journal that does not read, blocks a write
 * in native code; then records are dropped and counted, and no request feels it.
 */
final class LineHandler extends Handler {
  /** Lines that may wait to be written. */
  static final int QUEUE_MAX = 8_192;

  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
  private static final byte[] END = {};

  private final OutputStream out;
  private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;

  LineHandler(OutputStream out, Formatter format) {
    this.out = out;
    setFormatter(format);
    setLevel(Level.ALL);
    writer = Thread.ofPlatform().name("log").daemon(true).start(this::writeLines);
  }

  @Override
  public void publish(LogRecord record) {
    if (!isLoggable(record)) {
      return;
    }
    try {
      if (!lines.offer(getFormatter().format(record).getBytes(StandardCharsets.UTF_8))) {
        dropped.incrementAndGet();
      }
    } catch (RuntimeException unformattable) {
      reportError(null, unformattable, ErrorManager.FORMAT_FAILURE);
    }
  }

  private void writeLines() {
    try {
      byte[] line = lines.take();
      while (line != END) {
        out.write(line);
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
          LogRecord said = new LogRecord(Level.WARNING, lost + " log lines were dropped: nobody read them");
          said.setLoggerName(LineHandler.class.getName());
          out.write(getFormatter().format(said).getBytes(StandardCharsets.UTF_8));
        }
        line = lines.poll();
        if (line == null) {
          out.flush();
          line = lines.take();
        }
      }
      out.flush();
    } catch (IOException | InterruptedException nobodyListens) {
      // Without a reader there is nobody to tell, and the program goes on.
    }
  }

  /** Nothing to do: the writer flushes whenever it has caught up. */
  @Override
  public void flush() {}

  @Override
  public void close() {
    try {
      if (lines.offer(END, CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        writer.join(CLOSE_MAX);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}

package claudegateway.api;

import claudegateway.chat.Cursor;
import claudegateway.chat.Failure;
import claudegateway.chat.Turn;
import claudegateway.chat.TurnEvent;
import claudegateway.http.EventStream;
import claudegateway.http.Exchange;
import claudegateway.openai.ChunkWriter;
import claudegateway.openai.EventSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One client's event stream: turns' events as chunks, and heartbeats in between. The exchange's thread, and in its
 * place, while it waits, the one that reads from the CLI: a token is then on its way without waking a second thread.
 *
 * <p>The head is held back until the model speaks or the first heartbeat is due, so that a failure before
 * that is still an HTTP status.
 */
final class AnswerStream implements EventSink {
  /** Silence after which a comment is sent, so that proxies and clients see that somebody lives. */
  static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** The same where a closed connection is noticed by nothing but writing to it: the second write fails. */
  static final Duration HEARTBEAT_BLIND = Duration.ofSeconds(2);

  /** Events before the model speaks that are held back with the head. */
  private static final int HELD_MAX = 100;

  /** Bytes of a text that fits, with its frame, wherever a socket has room at all. */
  private static final int AT_ONCE_MAX = 1 << 10;

  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private final EventStream stream;
  private final long heartbeatNanos;
  private long quietSince = System.nanoTime();
  /** What went wrong on the other thread; this one passes it on. */
  private Optional<RuntimeException> broken = Optional.empty();

  AnswerStream(Exchange exchange, Settings settings) {
    this.stream = exchange.eventStream();
    this.heartbeatNanos = (settings.watchesClients().getAsBoolean() ? HEARTBEAT : HEARTBEAT_BLIND).toNanos();
  }

  /** How a turn's events went out to this client. */
  sealed interface Copied {
    record Whole(TurnEvent last) implements Copied {}

    /** The turn failed before anything was sent. */
    record Refused(Failure failure) implements Copied {}

    /** The cursor was closed: the client has left. */
    record Left() implements Copied {}
  }

  /** Copies events until the last one. @param writer writes to this stream */
  Copied copy(Cursor cursor, ChunkWriter writer) throws IOException, InterruptedException {
    List<Turn.Entry> held = new ArrayList<>();
    while (!stream.begun() && held.size() < HELD_MAX) {
      Optional<Turn.Entry> next = cursor.next(Duration.ofNanos(untilHeartbeat()));
      if (cursor.isClosed()) {
        return new Copied.Left();
      }
      if (next.isEmpty()) {
        heartbeat();
      } else if (next.get().event() instanceof TurnEvent.Failed(Failure failure)) {
        return new Copied.Refused(failure);
      } else {
        held.add(next.get());
        if (!(next.get().event() instanceof TurnEvent.Activity)) {
          break;
        }
      }
    }
    for (Turn.Entry entry : held) {
      if (writer.write(entry)) {
        return new Copied.Whole(end(entry.event()));
      }
    }
    cursor.atOnce((position, event) -> writeAtOnce(position, event, writer));
    while (true) {
      Optional<Turn.Entry> next = cursor.next(Duration.ofNanos(untilHeartbeat()));
      if (broken.isPresent()) {
        throw broken.get();
      }
      if (cursor.isClosed()) {
        return new Copied.Left();
      }
      if (untilHeartbeat() == 0) {
        heartbeat();
      }
      if (next.isPresent() && writer.write(next.get())) {
        return new Copied.Whole(end(next.get().event()));
      }
    }
  }

  /** On the thread that reads from the CLI: a small text that the socket takes without waiting. */
  private boolean writeAtOnce(long position, TurnEvent event, ChunkWriter writer) {
    if (!isSmallText(event) || !stream.hasRoom()) {
      return false;
    }
    try {
      writer.write(position, event);
      return true;
    } catch (IOException gone) {
      broken = Optional.of(new UncheckedIOException(gone));
      return false;
    } catch (RuntimeException gone) {
      broken = Optional.of(gone);
      return false;
    }
  }

  private static boolean isSmallText(TurnEvent event) {
    return !event.piece().isEmpty() && event.piece().length() <= AT_ONCE_MAX;
  }

  /** How the stream ended, whatever becomes of the turn. */
  private static TurnEvent end(TurnEvent last) {
    return last instanceof TurnEvent.Withdrawn(Failure failure) ? new TurnEvent.Failed(failure) : last;
  }

  void heartbeat() {
    stream.comment("heartbeat");
    quietSince = System.nanoTime();
  }

  /** Nanoseconds that may still pass in silence. */
  long untilHeartbeat() {
    return Math.max(0, heartbeatNanos - (System.nanoTime() - quietSince));
  }

  /** The end of a stream that no turn's end has ended. */
  void end() {
    last(DONE, 0, DONE.length);
  }

  @Override
  public void event(byte[] bytes, int offset, int length) {
    stream.append(bytes, offset, length);
    stream.flush();
    quietSince = System.nanoTime();
  }

  @Override
  public void last(byte[] bytes, int offset, int length) {
    stream.append(bytes, offset, length);
    stream.end();
  }
}

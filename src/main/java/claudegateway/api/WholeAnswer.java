package claudegateway.api;

import claudegateway.chat.Cursor;
import claudegateway.chat.Failure;
import claudegateway.chat.Turn;
import claudegateway.chat.TurnEvent;
import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.http.ResponseStream;
import claudegateway.json.Slice;
import claudegateway.openai.AnswerHead;
import claudegateway.openai.AnswerOptions;
import claudegateway.openai.Completion;
import claudegateway.openai.ErrorMapping;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

/**
 * One client's whole answer: a turn is read to its end and folded. The exchange's thread only.
 *
 * <p>For the iOS app a space is sent now and then while it waits: legal before JSON, and a byte that keeps
 * its 30 s timer quiet. From the first one on the status is 200, and a failure is an error object in that
 * body.
 */
final class WholeAnswer {
  private static final byte[] SPACE = {' '};

  /** A wait where nothing is due. */
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Exchange exchange;
  private final Duration patience;
  private final Completion completion;
  private Optional<ResponseStream> begun = Optional.empty();
  private boolean saidSomething;
  /** The position behind which the text begins. */
  private long textAfter;

  /** @param patience silence between two spaces; zero = none are sent */
  WholeAnswer(Exchange exchange, AnswerHead head, AnswerOptions options, Duration patience) {
    this.exchange = exchange;
    this.patience = patience;
    this.completion = new Completion(head, options);
  }

  /**
   * Answers. Returns the last event; empty when the cursor was closed before: the client has left.
   *
   * @param cursor the turn's, from its beginning
   */
  Optional<TurnEvent> send(Turn turn, Cursor cursor) throws InterruptedException {
    cursor.atOnce((position, event) -> !event.piece().isEmpty() && !add(position, event));
    Optional<Turn.Entry> next;
    do {
      next = cursor.next(patience.isZero() ? LONG : patience);
      if (cursor.isClosed()) {
        return Optional.empty();
      }
      if (next.isEmpty()) {
        sendSpace();
      }
    } while (next.isEmpty() || !add(next.get().position(), next.get().event()));
    TurnEvent last = next.get().event();
    Optional<Failure> failure = completion.failure();
    if (failure.isPresent()) {
      refuse(failure.get());
    } else if (completion.isLong()) {
      sendLong(turn);
    } else if (begun.isPresent()) {
      begun.get().append(completion.toBytes()).end();
    } else {
      exchange.json(200, completion.toBytes());
    }
    return Optional.of(last);
  }

  /** Returns whether it was the last one. */
  private boolean add(long position, TurnEvent event) {
    saidSomething |= !(event instanceof TurnEvent.Started) && !event.isLast();
    textAfter = event instanceof TurnEvent.Withdrawn ? position : textAfter;
    return completion.add(event);
  }

  /** The text is taken from the log as the client takes it, so that one who does not read holds no memory. */
  private void sendLong(Turn turn) {
    try (ResponseStream stream = begun.orElseGet(() -> exchange.stream(200, "application/json"));
        Cursor again = turn.cursor(textAfter)) {
      completion.writeTo(new Pieces(stream), () -> new Texts(again));
      stream.end();
    }
  }

  /** The texts of a turn that has ended. */
  private static final class Texts implements Iterator<Slice> {
    private final Cursor cursor;
    private Optional<Slice> ahead = Optional.empty();
    private boolean over;

    Texts(Cursor cursor) {
      this.cursor = cursor;
    }

    @Override
    public boolean hasNext() {
      while (ahead.isEmpty() && !over) {
        TurnEvent event = entry().event();
        over = event.isLast();
        ahead = event instanceof TurnEvent.Text(Slice json) ? Optional.of(json) : Optional.empty();
      }
      return ahead.isPresent();
    }

    @Override
    public Slice next() {
      Slice text = ahead.orElseThrow();
      ahead = Optional.empty();
      return text;
    }

    private Turn.Entry entry() {
      try {
        return cursor.next(LONG).orElseThrow(() -> new IllegalStateException("the end of a turn is missing"));
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(stopped);
      }
    }
  }

  /** Sends what is written, piece by piece. */
  private static final class Pieces extends OutputStream {
    private final ResponseStream stream;

    Pieces(ResponseStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(int single) {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      stream.append(bytes, offset, length);
      if (stream.pending() >= ResponseStream.PIECE_MAX) {
        stream.flush();
      }
    }
  }

  private void refuse(Failure failure) {
    HttpError error = DomainErrors.of(ErrorMapping.of(failure, saidSomething));
    if (begun.isEmpty()) {
      throw error;
    }
    begun.get().append(error.toJson()).end();
  }

  private void sendSpace() {
    if (!patience.isZero() && !exchange.clientGone()) {
      if (begun.isEmpty()) {
        begun = Optional.of(exchange.stream(200, "application/json"));
      }
      begun.get().append(SPACE).flush();
    }
  }
}

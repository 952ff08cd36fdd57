package claudegateway.api;

import claudegateway.chat.Cursor;
import claudegateway.chat.Failure;
import claudegateway.chat.Turn;
import claudegateway.chat.TurnEvent;
import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.http.ResponseStream;
import claudegateway.openai.AnswerHead;
import claudegateway.openai.AnswerOptions;
import claudegateway.openai.Completion;
import claudegateway.openai.ErrorMapping;
import java.time.Duration;
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

  /** @param patience silence between two spaces; zero = none are sent */
  WholeAnswer(Exchange exchange, AnswerHead head, AnswerOptions options, Duration patience) {
    this.exchange = exchange;
    this.patience = patience;
    this.completion = new Completion(head, options);
  }

  /** Answers. Returns the last event; empty when the cursor was closed before: the client has left. */
  Optional<TurnEvent> send(Cursor cursor) throws InterruptedException {
    TurnEvent last;
    do {
      Optional<Turn.Entry> next = cursor.next(patience.isZero() ? LONG : patience);
      if (cursor.isClosed()) {
        return Optional.empty();
      }
      if (next.isEmpty()) {
        last = null;
        sendSpace();
      } else {
        last = next.get().event();
        saidSomething |= !(last instanceof TurnEvent.Started) && !last.isLast();
      }
    } while (last == null || !completion.add(last));
    Optional<Failure> failure = completion.failure();
    if (failure.isPresent()) {
      refuse(failure.get());
    } else if (begun.isPresent()) {
      begun.get().append(completion.toBytes()).end();
    } else {
      exchange.json(200, completion.toBytes());
    }
    return Optional.of(last);
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

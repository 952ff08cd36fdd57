package claudegateway.api;

import claudegateway.api.AnswerStream.Copied;
import claudegateway.chat.Cursor;
import claudegateway.chat.Failure;
import claudegateway.chat.Turn;
import claudegateway.chat.TurnEvent;
import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.openai.AnswerHead;
import claudegateway.openai.AnswerOptions;
import claudegateway.openai.ChunkWriter;
import claudegateway.openai.ErrorMapping;
import claudegateway.openai.StreamPlace;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code GET /v1/chat/completions/{completion_id}/events}: a stream taken up again, or watched from another
 * place.
 *
 * <p>{@code Last-Event-ID} or {@code ?after=} is the id of the last event that the client has. The query also
 * says what the first request said: {@code include_usage}, {@code include_events}, {@code reasoning}.
 */
final class TurnEvents {
  /** The model says that it begins among a turn's first events. */
  private static final int STARTED_AT_MAX = 100;

  private final Services services;
  private final AskedOptions asked;

  TurnEvents(Services services, AskedOptions asked) {
    this.services = services;
    this.asked = asked;
  }

  void handle(Exchange exchange) throws Exception {
    String id = exchange.pathParameter("completion_id");
    Turn turn = services.conversations().turn(id, ChatCompletions.caller(exchange))
        .orElseThrow(() -> HttpError.notFound("completion_not_found", "Completion " + id + " not found"));
    StreamPlace from = place(exchange, lastEventId(exchange));
    if (from.position() >= turn.position() && isCutOff(turn)) {
      from = beforeEnd(turn);
    }
    if (from.position() > turn.position()) {
      throw HttpError.badRequest("after", "The completion has not come to event " + from + " yet");
    }
    exchange.header("X-Session-ID", turn.sessionId());
    exchange.header("X-Project-ID", turn.projectId());
    exchange.note("session", turn.sessionId());
    AnswerStream stream = new AnswerStream(exchange, services.settings());
    try (Cursor cursor = turn.cursor(from.position())) {
      exchange.onClientGone(cursor::close);
      ChunkWriter writer = new ChunkWriter(head(turn), options(exchange, id), from, stream);
      if (turn.lastEvent().isPresent() && from.position() == turn.position()) {
        writer.done();
        return;
      }
      switch (stream.copy(cursor, writer)) {
        case Copied.Whole _ -> { }
        case Copied.Refused(Failure failure) -> throw DomainErrors.of(ErrorMapping.of(failure));
        case Copied.Left _ -> throw ChatCompletions.clientLeft();
      }
    }
  }

  /** Whether a client may have read more of it than was kept: the gateway was killed, say. It has not read the end. */
  static boolean isCutOff(Turn turn) {
    return turn.lastEvent().filter(TurnEvent.Failed.class::isInstance).isPresent();
  }

  static StreamPlace beforeEnd(Turn turn) {
    return new StreamPlace(turn.position() - 1, 0);
  }

  /**
   * As the turn's first stream had it. Whoever calls reads the turn, so that this look is not its last
   * reader.
   */
  AnswerHead head(Turn turn) {
    String model = services.models().get().defaultModel().id();
    try (Cursor cursor = turn.cursor(0)) {
      for (Optional<Turn.Entry> entry = cursor.next(Duration.ZERO);
          entry.isPresent() && entry.get().position() <= STARTED_AT_MAX; entry = cursor.next(Duration.ZERO)) {
        if (entry.get().event() instanceof TurnEvent.Started(String answering)) {
          return AnswerHead.of(turn, answering);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return AnswerHead.of(turn, model);
  }

  /** As the turn's request had it; the query adds to it, and replaces it where nobody remembers. */
  AnswerOptions options(Exchange exchange, String turnId) {
    AnswerOptions first = asked.of(turnId).orElse(AnswerOptions.PLAIN);
    return new AnswerOptions(
        first.usage() || exchange.queryFlag("include_usage"),
        first.events() || exchange.queryFlag("include_events"),
        first.reasoning() || exchange.queryFlag("reasoning"),
        first.legacyFunctions(),
        ClientProfile.of(exchange, services.settings()).appStream());
  }

  /** What the client has; empty for nothing. */
  static Optional<String> lastEventId(Exchange exchange) {
    return exchange.query("after").or(() -> exchange.header("Last-Event-ID"))
        .map(String::strip).filter(id -> !id.isEmpty());
  }

  static StreamPlace place(Exchange exchange, Optional<String> id) {
    return id.map(text -> StreamPlace.parse(text).orElseThrow(() -> HttpError.badRequest(
        exchange.query("after").isPresent() ? "after" : "Last-Event-ID",
        "The id of an event is a number, as the stream's id lines say it; 0 is the beginning")))
        .orElse(StreamPlace.START);
  }
}

package claudegateway.api;

import claudegateway.api.AnswerStream.Copied;
import claudegateway.chat.Caller;
import claudegateway.chat.ChatException;
import claudegateway.chat.Cursor;
import claudegateway.chat.Failure;
import claudegateway.chat.Turn;
import claudegateway.chat.TurnEvent;
import claudegateway.claude.ModelCatalogue;
import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.openai.AnswerHead;
import claudegateway.openai.AnswerOptions;
import claudegateway.openai.ChatRequestParser;
import claudegateway.openai.ChunkWriter;
import claudegateway.openai.ErrorMapping;
import claudegateway.openai.ParsedRequest;
import claudegateway.openai.StreamPlace;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code POST /v1/chat/completions}: bytes in, one turn, one cursor out. */
final class ChatCompletions {
  private final Services services;

  /** A copy of a request is one more cursor on the same turn. */
  private final DoubledRequests<Begun> requests;

  /** A turn that was begun, held only as long as others hold it too: then its log is in the store. */
  private record Begun(String id, WeakReference<Turn> turn) {}

  private final AskedOptions asked;

  ChatCompletions(Services services, AskedOptions asked) {
    this.services = services;
    this.asked = asked;
    this.requests = new DoubledRequests<>(System::nanoTime, begun -> 2L * begun.id.length());
  }

  void handle(Exchange exchange) throws Exception {
    long came = System.nanoTime();
    ClientProfile profile = ClientProfile.of(exchange, services.settings());
    byte[] body = exchange.body();
    ParsedRequest request = resolved(profile.adapt(ChatRequestParser.parse(body)));
    RequestIdentity identity = RequestIdentity.of(exchange, profile, body);
    DoubledRequests<Begun>.Claim claim = requests.claim(identity.key(), identity.body(), identity.kind());
    Turn turn;
    if (claim.isFirst()) {
      turn = start(request, exchange, claim);
    } else {
      Optional<Turn> running = turn(Once.await(claim), exchange);
      if (running.isPresent()) {
        exchange.giveBackToken();
        turn = running.get();
      } else {
        claim.forget();
        claim = requests.claim(identity.key(), identity.body(), identity.kind());
        turn = start(request, exchange, claim);
      }
    }
    boolean delivered = false;
    try {
      delivered = answer(exchange, profile, request, turn).isPresent();
    } catch (HttpError refused) {
      delivered = true;
      throw refused;
    } finally {
      turn.firstContentNanos().ifPresent(
          first -> exchange.note("first_token_ms", Long.toString((first - came) / 1_000_000)));
      if (claim.isFirst()) {
        settle(claim, turn, delivered);
      }
    }
    if (!delivered) {
      throw clientLeft();
    }
  }

  /** A turn may outlive its first client: as long as it runs, copies of the request join it. */
  private static void settle(DoubledRequests<Begun>.Claim claim, Turn turn, boolean delivered) {
    turn.ended().thenAccept(last -> claim.answered(delivered, last instanceof TurnEvent.Finished));
  }

  /** Nobody reads it; it is there for the log. */
  static HttpError clientLeft() {
    return HttpError.of(499, "invalid_request_error", "client_closed_request",
        "The client closed its connection");
  }

  static Caller caller(Exchange exchange) {
    return exchange.principal().isEmpty() ? Caller.ANYONE : new Caller(exchange.principal());
  }

  private Optional<Turn> turn(Begun begun, Exchange exchange) {
    // One that has ended may have been deleted since, with its session.
    return Optional.ofNullable(begun.turn.get()).filter(turn -> turn.lastEvent().isEmpty())
        .or(() -> services.conversations().turn(begun.id, caller(exchange)));
  }

  private Turn start(ParsedRequest request, Exchange exchange, DoubledRequests<Begun>.Claim claim) {
    try {
      Turn turn = services.conversations().start(request.chat(), caller(exchange));
      claim.value(new Begun(turn.id(), new WeakReference<>(turn)));
      return turn;
    } catch (ChatException refused) {
      HttpError error = DomainErrors.of(ErrorMapping.of(refused.failure()));
      claim.failed(error);
      throw error;
    } catch (RuntimeException | Error failed) {
      claim.failed(failed);
      throw failed;
    }
  }

  /** Sends the answer. Returns the turn's last event; empty when the client left before. */
  private Optional<TurnEvent> answer(Exchange exchange, ClientProfile profile, ParsedRequest request,
      Turn turn)
      throws IOException, InterruptedException {
    exchange.header("X-Session-ID", turn.sessionId());
    exchange.header("X-Project-ID", turn.projectId());
    String ignored = Stream.concat(request.ignored().stream(), turn.ignored().stream()).distinct()
        .collect(Collectors.joining(", "));
    if (!ignored.isEmpty()) {
      exchange.header("X-Ignored-Parameters", ignored);
    }
    exchange.note("session", turn.sessionId());
    exchange.note("completion", turn.id());
    AnswerHead head = AnswerHead.of(turn,
        request.requestedModel().orElseGet(() -> services.models().get().defaultModel().id()));
    AnswerOptions options = profile.answer(request);
    asked.remember(turn.id(), options);
    try (Cursor cursor = turn.cursor(0)) {
      Duration comesBack = request.stream() ? Duration.ZERO : profile.comesBack();
      exchange.onClientGone(() -> closeAfter(comesBack, cursor));
      Optional<TurnEvent> last = request.stream()
          ? stream(exchange, head, options, cursor)
          : new WholeAnswer(exchange, head, options, profile.patience()).send(turn, cursor);
      last.ifPresent(event -> note(exchange, event, head.model()));
      return last;
    }
  }

  private Optional<TurnEvent> stream(Exchange exchange, AnswerHead head, AnswerOptions options, Cursor cursor)
      throws IOException, InterruptedException {
    AnswerStream stream = new AnswerStream(exchange, services.settings());
    return switch (stream.copy(cursor, new ChunkWriter(head, options, StreamPlace.START, stream))) {
      case Copied.Whole(TurnEvent last) -> Optional.of(last);
      case Copied.Refused(Failure failure) -> throw DomainErrors.of(ErrorMapping.of(failure));
      case Copied.Left() -> Optional.empty();
    };
  }

  private static void closeAfter(Duration time, Cursor cursor) {
    if (time.isZero()) {
      cursor.close();
      return;
    }
    Thread.startVirtualThread(() -> {
      try {
        Thread.sleep(time);
      } catch (InterruptedException nobodyDoesThis) {
        Thread.currentThread().interrupt();
      }
      cursor.close();
    });
  }

  private ParsedRequest resolved(ParsedRequest request) {
    return request.requestedModel().map(name -> request.withModel(resolve(services, name).id()))
        .orElse(request);
  }

  /** The model that answers for a name. Throws HttpError (404) listing what there is. */
  static ModelCatalogue.Model resolve(Services services, String name) {
    ModelCatalogue models = services.models().get();
    return models.resolve(name)
        .or(() -> Optional.of(models.defaultModel()).filter(_ -> services.settings().unknownModelIsDefault()))
        .orElseThrow(() -> HttpError.of(404, "invalid_request_error", "model_not_found",
            "The model '" + shown(name) + "' does not exist. Available: " + String.join(", ", models.ids()))
            .param("model"));
  }

  private static String shown(String name) {
    return name.substring(0, Math.min(name.length(), 64)).replaceAll("[\\p{Cntrl}]", " ");
  }

  private static void note(Exchange exchange, TurnEvent last, String model) {
    exchange.note("model", model);
    switch (last) {
      case TurnEvent.Finished(_, var usage, _) -> {
        exchange.note("prompt_tokens", Long.toString(usage.promptTokens()));
        exchange.note("completion_tokens", Long.toString(usage.outputTokens()));
        exchange.note("cost_usd", String.format(Locale.ROOT, "%.6f", usage.costUsd()));
      }
      case TurnEvent.Failed(Failure failure) ->
          exchange.note("failed", failure.kind().name().toLowerCase(Locale.ROOT));
      default -> throw new AssertionError("not the last event: " + last);
    }
  }
}

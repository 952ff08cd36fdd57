package claudegateway.api;

import claudegateway.api.AnswerStream.Copied;
import claudegateway.chat.Caller;
import claudegateway.chat.ChatException;
import claudegateway.chat.Cursor;
import claudegateway.chat.Turn;
import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.json.Json;
import claudegateway.openai.ChunkWriter;
import claudegateway.openai.EventSink;
import claudegateway.openai.StreamPlace;
import claudegateway.store.TurnRow;
import claudegateway.store.Turns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * {@code GET /v1/sessions/{session_id}/events}: follows a session across its turns, for a second device that
 * watches. Begins with the running turn, or with the next one; ends when the watcher leaves or the session is
 * deleted.
 *
 * <p>Each turn is announced by a chunk with {@code claude.type: "turn"} and then says what its own stream
 * says, without {@code [DONE]}. Ids are {@code <completion id>:<place>}; given back as {@code Last-Event-ID}
 * or {@code ?after=}, the stream goes on behind them and with the turns that came since.
 */
final class SessionEvents {
  /** How often it is looked whether a new turn has begun. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);

  private final Services services;
  private final TurnEvents turns;

  SessionEvents(Services services, TurnEvents turns) {
    this.services = services;
    this.turns = turns;
  }

  void handle(Exchange exchange) throws Exception {
    String session = exchange.pathParameter("session_id");
    Caller caller = ChatCompletions.caller(exchange);
    services.sessions().get(session, caller);
    Optional<String> after = TurnEvents.lastEventId(exchange);
    Watch watch = new Watch(exchange, session, caller);
    if (after.isPresent()) {
      watch.goOn(after.get());
    } else {
      // By what the store says of it: a turn that has only just begun is not there yet, and is still to come.
      watch.seen = latest(session).map(turn -> turn.seq() - (turn.state() == TurnRow.State.RUNNING ? 1 : 0))
          .orElse(-1L);
    }
    watch.run();
  }

  private Optional<TurnRow> latest(String session) {
    return services.database().read(sql -> Turns.lastOf(sql, session));
  }

  /** One watcher. The exchange's thread only. */
  private final class Watch {
    private final Exchange exchange;
    private final String session;
    private final Caller caller;
    private final AtomicReference<Cursor> reading = new AtomicReference<>();
    private AnswerStream stream;
    private long seen;
    private Optional<TurnRow> halfRead = Optional.empty();
    private StreamPlace place = StreamPlace.START;

    Watch(Exchange exchange, String session, Caller caller) {
      this.exchange = exchange;
      this.session = session;
      this.caller = caller;
    }

    void goOn(String id) {
      int colon = id.lastIndexOf(':');
      place = TurnEvents.place(exchange, Optional.of(id.substring(colon + 1)));
      TurnRow row = services.database().read(sql -> Turns.find(sql, colon < 0 ? "" : id.substring(0, colon)))
          .filter(turn -> turn.sessionId().equals(session))
          .orElseThrow(() -> HttpError.badRequest("after", "The id is none of an event of this session"));
      halfRead = Optional.of(row);
      seen = row.seq();
    }

    void run() throws IOException, InterruptedException {
      exchange.header("X-Session-ID", session);
      stream = new AnswerStream(exchange, services.settings());
      stream.heartbeat();
      exchange.onClientGone(() -> Optional.ofNullable(reading.get()).ifPresent(Cursor::close));
      if (halfRead.isPresent()) {
        copy(halfRead.get(), place);
      }
      while (!exchange.clientGone()) {
        Optional<TurnRow> latest = latest(session);
        if (latest.isPresent() && latest.get().seq() > seen) {
          for (TurnRow row : since(seen)) {
            copy(row, StreamPlace.START);
            seen = row.seq();
          }
        } else if (latest.isEmpty() && isDeleted()) {
          stream.end();
          return;
        } else {
          Thread.sleep(LOOK_EVERY);
        }
        if (stream.untilHeartbeat() == 0) {
          stream.heartbeat();
        }
      }
      throw ChatCompletions.clientLeft();
    }

    private List<TurnRow> since(long seq) {
      return services.database().read(sql -> Turns.ofSession(sql, session)).stream()
          .filter(turn -> turn.seq() > seq && !turn.inherited()).toList();
    }

    private boolean isDeleted() {
      try {
        services.sessions().get(session, caller);
        return false;
      } catch (ChatException gone) {
        return true;
      }
    }

    private void copy(TurnRow row, StreamPlace after) throws IOException, InterruptedException {
      Optional<Turn> found = services.conversations().turn(row.id(), caller);
      if (found.isEmpty()) {
        return; // its log is gone; its messages are in the session
      }
      Turn turn = found.get();
      StreamPlace from = after.position() > turn.position() && TurnEvents.isCutOff(turn)
          ? TurnEvents.beforeEnd(turn) : after;
      try (Cursor cursor = turn.cursor(from.position())) {
        reading.set(cursor);
        if (exchange.clientGone() || (turn.lastEvent().isPresent() && from.position() >= turn.position())) {
          return;
        }
        if (from.equals(StreamPlace.START)) {
          announce(turn);
        }
        Copied copied = stream.copy(cursor, new ChunkWriter(
            turns.head(turn), turns.options(exchange, turn.id()), from, new Part(turn.id())));
        if (copied instanceof Copied.Left) {
          throw ChatCompletions.clientLeft();
        }
      }
    }

    private void announce(Turn turn) {
      byte[] chunk = Json.object("id", turn.id(), "object", "chat.completion.chunk",
          "created", turn.created().getEpochSecond(), "model", turns.head(turn).model(), "choices", List.of(),
          "claude", Json.object("type", "turn", "session_id", session, "project_id", turn.projectId()))
          .toBytes();
      byte[] event = new byte[chunk.length + 8];
      System.arraycopy("data: ".getBytes(StandardCharsets.US_ASCII), 0, event, 0, 6);
      System.arraycopy(chunk, 0, event, 6, chunk.length);
      event[chunk.length + 6] = '\n';
      event[chunk.length + 7] = '\n';
      stream.event(event, 0, event.length);
    }

    /**
     * One turn's events in the session's stream: their ids name the turn, and the end of the turn is no end.
     */
    private final class Part implements EventSink {
      private final byte[] name;

      Part(String turn) {
        this.name = ("id: " + turn + ":").getBytes(StandardCharsets.US_ASCII);
      }

      @Override
      public void event(byte[] bytes, int offset, int length) {
        byte[] named = new byte[name.length + length - ID.length];
        System.arraycopy(name, 0, named, 0, name.length);
        System.arraycopy(bytes, offset + ID.length, named, name.length, length - ID.length);
        stream.event(named, 0, named.length);
      }

      @Override
      public void last(byte[] bytes, int offset, int length) {}
    }
  }
}

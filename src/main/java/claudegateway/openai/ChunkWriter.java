package claudegateway.openai;

import claudegateway.chat.Failure;
import claudegateway.chat.Turn;
import claudegateway.chat.TurnEvent;
import claudegateway.json.JsonWriter;
import claudegateway.json.Literal;
import claudegateway.json.Slice;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Writes a turn's events as OpenAI's {@code chat.completion.chunk}s in SSE: a role chunk, content, thinking
 * and tool call chunks, one finish chunk, a usage chunk when asked for, {@code [DONE]}.
 *
 * <p>A text delta is copied between two byte strings that were made once, never decoded. Every event carries
 * a {@link StreamPlace}, so that a stream which is cut after any event goes on exactly there: give the writer
 * the place, and entries from after its position.
 *
 * <p>Used by one thread. It relies on the log's promise that a call's arguments come before the next call or
 * text.
 */
public final class ChunkWriter {
  /**
   * Bytes of one event for the iOS app, so that it arrives in one TCP segment: the app loses an event that
   * does not arrive whole.
   */
  public static final int APP_EVENT_MAX = 1_200;

  /** Bytes of one text event for everybody else, which bounds the buffer. */
  public static final int EVENT_MAX = 64 << 10;

  /** Bytes of an error's message for the app, which gets it twice in one event. */
  private static final int APP_MESSAGE_MAX = 300;

  /** What an event has beside its JSON: the id line with two long numbers, "data:", the blank line. */
  private static final int FRAME_MAX = 60;

  private final AnswerOptions options;
  private final EventSink sink;
  private final EventBuffer buffer;
  private ChunkTemplates templates;
  /** Whether the role was said, on this connection or an earlier one. */
  private boolean begun;

  /** The position of the last entry that was taken. */
  private long at;
  /** The place of what was written last: the last position where nothing is left open, and units since. */
  private long base;
  private long units;
  /** Units that the client has already, still to be passed over. */
  private long skip;
  /** The call that has begun and has no arguments yet, or -1. */
  private int openCall = -1;

  public ChunkWriter(AnswerHead head, AnswerOptions options, StreamPlace from, EventSink sink) {
    this.options = options;
    this.sink = sink;
    this.buffer = new EventBuffer(options.forApp() ? 2 : 1);
    this.templates = new ChunkTemplates(head, options);
    this.begun = from.position() > 0;
    this.at = from.position();
    this.base = from.position();
    this.skip = from.units();
  }

  /** Writes what the entry is on the wire, perhaps nothing. Returns whether the stream is over with it. */
  public boolean write(Turn.Entry entry) throws IOException {
    return write(entry.position(), entry.event());
  }

  /** The same. @param position the event's place in the log */
  public boolean write(long position, TurnEvent event) throws IOException {
    if (!begun && says(event)) {
      begin();
    }
    if (openCall >= 0 && endsOpenCall(event)) {
      endOpenCall();
    }
    switch (event) {
      case TurnEvent.Started(String model) -> started(model, position);
      case TurnEvent.Text(Slice json) -> text(json, templates.content(), true, position);
      case TurnEvent.Thinking(Slice json) ->
          text(json, templates.reasoning(), options.reasoning(), position);
      case TurnEvent.ToolCall(int index, String id, String name) -> toolCall(index, id, name);
      case TurnEvent.ToolArguments(int index, Slice json) -> arguments(index, json, position);
      case TurnEvent.Activity activity -> only(position, options.events(),
          json -> json.beginArray("choices").endArray().field("claude", AnswerJson.event(activity)));
      case TurnEvent.Finished finished -> finished(finished);
      case TurnEvent.Withdrawn(Failure failure) -> failed(failure);
      case TurnEvent.Failed(Failure failure) -> failed(failure);
    }
    at = position;
    settle(at);
    if (event.endsStream()) {
      done();
    }
    return event.endsStream();
  }

  /** {@code data: [DONE]}: what ends a stream also when the client had everything before it. */
  public void done() throws IOException {
    sink.last(ChunkTemplates.DONE, 0, ChunkTemplates.DONE.length);
  }

  private void started(String model, long position) throws IOException {
    begun = true;
    templates = templates.withModel(model);
    only(position, true, this::role);
  }

  /** A command of the CLI answers without a model that could have started. */
  private void begin() throws IOException {
    begun = true;
    send(templates.whole(this::role, true));
  }

  private void role(JsonWriter json) {
    AnswerHead head = templates.head();
    choice(json, delta -> delta.field("role", "assistant").field("content", ""))
        .field("session_id", head.sessionId())
        .field("project_id", head.projectId());
  }

  private static boolean says(TurnEvent event) {
    return switch (event) {
      case TurnEvent.Text _, TurnEvent.Thinking _, TurnEvent.ToolCall _, TurnEvent.ToolArguments _,
           TurnEvent.Finished _ -> true;
      case TurnEvent.Started _, TurnEvent.Activity _, TurnEvent.Withdrawn _, TurnEvent.Failed _ -> false;
    };
  }

  private void toolCall(int index, String id, String name) throws IOException {
    chunk(json -> choice(json, delta -> {
      if (options.legacyFunctions()) {
        delta.begin("function_call").field("name", name).field("arguments", "").end();
      } else {
        delta.beginArray("tool_calls").begin().field("index", index).field("id", id).field("type", "function")
            .begin("function").field("name", name).field("arguments", "").end().end().endArray();
      }
    }));
    openCall = index;
  }

  private void arguments(int index, Slice json, long position) throws IOException {
    if (!json.isEmpty()) {
      openCall = -1;
      text(json, templates.arguments(index), true, position);
    }
  }

  /** Empty arguments are no arguments yet, and what the agent does meanwhile ends no call. */
  private static boolean endsOpenCall(TurnEvent event) {
    return switch (event) {
      case TurnEvent.ToolArguments _, TurnEvent.Activity _ -> false;
      case TurnEvent.Started _, TurnEvent.Text _, TurnEvent.Thinking _, TurnEvent.ToolCall _,
           TurnEvent.Withdrawn _, TurnEvent.Finished _, TurnEvent.Failed _ -> true;
    };
  }

  /** A call without arguments has an empty object: an empty string is no JSON. */
  private void endOpenCall() throws IOException {
    int index = openCall;
    openCall = -1;
    text(Slice.of("{}"), templates.arguments(index), true, at);
  }

  private void finished(TurnEvent.Finished finished) throws IOException {
    String reason = AnswerJson.finishReason(finished.reason(), options.legacyFunctions());
    boolean denials = !finished.denials().isEmpty() && !options.forApp();
    chunk(json -> {
      json.beginArray("choices").begin().field("index", 0).begin("delta").end()
          .field("finish_reason", reason).end().endArray();
      if (denials) {
        json.begin("claude").beginArray("permission_denials");
        finished.denials().forEach(json::value);
        json.endArray().end();
      }
    });
    if (due() && options.usage()) {
      send(templates.whole(
          json -> AnswerJson.usage(json.beginArray("choices").endArray(), finished.usage()), false));
    }
  }

  private void failed(Failure failure) throws IOException {
    WireError whole = ErrorMapping.of(failure, true);
    WireError error = options.forApp() ? whole.cut(APP_MESSAGE_MAX) : whole;
    chunk(json -> {
      if (options.forApp()) {
        // The app looks at nothing but content.
        choice(json, delta -> delta.field("content", "\n\n[Error: " + error.message() + "]"));
      } else {
        json.beginArray("choices").endArray();
      }
      json.field("error", error.toJson());
    });
  }

  private static JsonWriter choice(JsonWriter json, Consumer<JsonWriter> delta) {
    json.beginArray("choices").begin().field("index", 0).begin("delta");
    delta.accept(json);
    return json.end().nullField("finish_reason").end().endArray();
  }

  /**
   * Counts a chunk that is one unit, whether this reader sees it or not; returns whether it is still to come.
   */
  private boolean due() {
    units++;
    if (skip == 0) {
      return true;
    }
    skip--;
    return false;
  }

  /** One of several chunks of an entry. */
  private void chunk(Consumer<JsonWriter> body) throws IOException {
    if (due()) {
      send(templates.whole(body, true));
    }
  }

  /** The only chunk of an entry. */
  private void only(long position, boolean shown, Consumer<JsonWriter> body) throws IOException {
    if (due() && shown) {
      settle(position);
      send(templates.whole(body, true));
    }
  }

  private void send(byte[] json) throws IOException {
    buffer.begin(base, units).add(json).end();
    sink.event(buffer.bytes(), 0, buffer.length());
  }

  /**
   * A text of any length: as many events as the limit makes of it. The last one has the entry's own position.
   */
  private void text(Slice text, ChunkTemplates.Around around, boolean shown, long position)
      throws IOException {
    byte[] bytes = text.bytes();
    int end = text.offset() + text.length();
    int from = text.offset();
    if (skip > 0) {
      from = Literal.advance(text, skip);
      long passed = Literal.units(bytes, text.offset(), from);
      skip = Math.max(0, skip - passed);
      units += passed;
    }
    int room = (options.forApp() ? APP_EVENT_MAX : EVENT_MAX) - FRAME_MAX - around.length();
    while (from < end) {
      int to = shown ? Literal.cut(bytes, from, end, room) : end;
      if (to == end && !isOpen()) {
        settle(position);
      } else {
        units += Literal.units(bytes, from, to);
      }
      if (shown) {
        buffer.begin(base, units).add(around.before()).add(bytes, from, to - from).add(around.after()).end();
        sink.event(buffer.bytes(), 0, buffer.length());
      }
      from = to;
    }
  }

  private boolean isOpen() {
    return openCall >= 0;
  }

  /** Everything up to a position is written: places count from there when nothing is left open. */
  private void settle(long position) {
    if (!isOpen()) {
      base = position;
      units = 0;
    }
  }
}

package claudegateway.openai;

import claudegateway.chat.Failure;
import claudegateway.chat.TurnEvent;
import claudegateway.json.Json;
import claudegateway.json.JsonWriter;
import claudegateway.json.Slice;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Folds a turn's events into one {@code chat.completion}. Its content is the concatenation of what a stream's
 * deltas would have been. Used by one thread.
 */
public final class Completion {
  /** Bytes of text, thinking and arguments that one answer may have. */
  public static final int BYTES_MAX = 64 << 20;

  /** Bytes of text that are kept here; a longer one is read from the turn's log once more when it is sent. */
  public static final int KEPT_MAX = 1 << 20;

  /** {@code claude} events in one answer; later ones are only counted. */
  public static final int EVENTS_MAX = 10_000;

  private record Call(int index, String id, String name, ByteArrayOutputStream arguments) {}

  private final AnswerOptions options;
  private ByteArrayOutputStream content = new ByteArrayOutputStream();
  private final ByteArrayOutputStream reasoning = new ByteArrayOutputStream();
  private final List<Call> calls = new ArrayList<>();
  private final List<Json.Obj> events = new ArrayList<>();
  private long eventsLeftOut;
  private long bytes;
  private long contentBytes;
  private AnswerHead head;
  private TurnEvent.Finished finished;
  private Failure failure;

  public Completion(AnswerHead head, AnswerOptions options) {
    this.head = head;
    this.options = options;
  }

  /** Takes the next event; returns whether the answer is complete (or has failed). */
  public boolean add(TurnEvent event) {
    switch (event) {
      case TurnEvent.Started(String model) -> head = head.withModel(model);
      case TurnEvent.Text(Slice json) -> {
        contentBytes += json.length();
        if (contentBytes <= KEPT_MAX) {
          keep(json, content);
        } else {
          content = new ByteArrayOutputStream(0);
          count(json);
        }
      }
      case TurnEvent.Withdrawn _ -> {
        bytes -= contentBytes;
        contentBytes = 0;
        content.reset();
      }
      case TurnEvent.Thinking(Slice json) -> {
        if (options.reasoning()) {
          keep(json, reasoning);
        }
      }
      case TurnEvent.ToolCall(int index, String id, String name) ->
          calls.add(new Call(index, id, name, new ByteArrayOutputStream()));
      case TurnEvent.ToolArguments(int index, Slice json) -> calls.reversed().stream()
          .filter(call -> call.index == index).findFirst().ifPresent(call -> keep(json, call.arguments));
      case TurnEvent.Activity activity -> keep(activity);
      case TurnEvent.Finished end -> finished = end;
      case TurnEvent.Failed(Failure why) -> failure = why;
    }
    return finished != null || failure != null;
  }

  /** Why there is no answer, once {@link #add} has returned true. */
  public Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /** Whether the text is longer than what is kept here: then it is for {@link #writeTo}. */
  public boolean isLong() {
    return contentBytes > KEPT_MAX;
  }

  /** The JSON text; only when {@link #add} has returned true, there is no failure, and it is not long. */
  public byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024 + content.size());
    writeTo(out, List.of(slice(content)));
    return out.toByteArray();
  }

  /** Writes the JSON text and closes the stream. @param text the literal of the whole text, piece by piece */
  public void writeTo(OutputStream out, Iterable<Slice> text) {
    JsonWriter json = head.open("chat.completion", new JsonWriter(out))
        .beginArray("choices").begin().field("index", 0);
    message(json, text);
    json.nullField("logprobs")
        .field("finish_reason", AnswerJson.finishReason(finished.reason(), options.legacyFunctions()))
        .end().endArray();
    AnswerJson.usage(json, finished.usage());
    json.nullField("system_fingerprint")
        .field("session_id", head.sessionId())
        .field("project_id", head.projectId());
    claude(json);
    json.end().close();
  }

  private void message(JsonWriter json, Iterable<Slice> text) {
    json.begin("message").field("role", "assistant");
    if (contentBytes == 0) {
      json.nullField("content");
    } else {
      json.name("content").value(text);
    }
    json.nullField("refusal");
    if (reasoning.size() > 0) {
      json.field("reasoning_content", slice(reasoning));
    }
    if (!calls.isEmpty() && options.legacyFunctions()) {
      json.name("function_call");
      function(json, calls.getFirst());
    } else if (!calls.isEmpty()) {
      json.beginArray("tool_calls");
      for (Call call : calls) {
        json.begin().field("id", call.id).field("type", "function").name("function");
        function(json, call);
        json.end();
      }
      json.endArray();
    }
    json.end();
  }

  private static void function(JsonWriter json, Call call) {
    json.begin().field("name", call.name)
        .field("arguments", call.arguments.size() == 0 ? Slice.of("{}") : slice(call.arguments))
        .end();
  }

  private void claude(JsonWriter json) {
    if (events.isEmpty() && finished.denials().isEmpty()) {
      return;
    }
    json.begin("claude");
    if (!events.isEmpty()) {
      json.beginArray("events");
      events.forEach(json::value);
      json.endArray();
    }
    if (eventsLeftOut > 0) {
      json.field("events_left_out", eventsLeftOut);
    }
    if (!finished.denials().isEmpty()) {
      json.beginArray("permission_denials");
      finished.denials().forEach(json::value);
      json.endArray();
    }
    json.end();
  }

  private void keep(TurnEvent.Activity activity) {
    if (!options.events()) {
      return;
    }
    if (events.size() < EVENTS_MAX) {
      events.add(AnswerJson.event(activity));
    } else {
      eventsLeftOut++;
    }
  }

  private void keep(Slice json, ByteArrayOutputStream where) {
    count(json);
    if (failure == null) {
      where.write(json.bytes(), json.offset(), json.length());
    }
  }

  private void count(Slice json) {
    bytes += json.length();
    if (bytes > BYTES_MAX) {
      failure = Failure.of(Failure.Kind.LIMIT_EXCEEDED, "The answer is larger than " + (BYTES_MAX >> 20)
          + " MiB. Use a stream for answers of that size.");
    }
  }

  private static Slice slice(ByteArrayOutputStream bytes) {
    byte[] all = bytes.toByteArray();
    return new Slice(all, 0, all.length);
  }
}

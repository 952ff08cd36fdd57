package claudegateway.demo;

import claudegateway.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Plays one script as the events of one message, within the request's max_tokens and stop_sequences.
 *
 * <p>One use, one thread. The events and their order are those of the Messages API's stream.
 */
final class Player {
  /** Between two pings of a silent stream: they are also what notices that the peer has gone. */
  static final Duration PING_EVERY = Duration.ofMillis(250);

  /** How a script can end. */
  sealed interface End {
    /** @param stopSequence null unless one ended the text */
    record Complete(String stopReason, String stopSequence) implements End {}

    record Error(Step.ErrorEvent event) implements End {}

    record Drop() implements End {}
  }

  private enum Block {
    NONE,
    TEXT,
    THINKING
  }

  private final Received request;
  private final Reply.Script script;
  private final EventSink sink;
  private final StopSequences stops;
  private final long tokensMax;
  private Block open = Block.NONE;
  private int index;
  private long tokens;
  private long thinkingTokens;
  private boolean full;
  private boolean calledTool;
  private final Usage usage;

  Player(Received request, Reply.Script script, EventSink sink) {
    this.request = request;
    this.script = script;
    this.sink = sink;
    this.stops = new StopSequences(request.body().array("stop_sequences").stream()
        .map(Conversation::text).toList());
    this.tokensMax = request.body().integer("max_tokens").orElse(Long.MAX_VALUE);
    this.usage = script.usage().orElseGet(() -> new Usage(Tokens.ofBytes(request.size()), 0, 0, 0, 0));
  }

  /** All but the closing events. Throws when the peer has gone or the thread was interrupted. */
  End play() throws IOException {
    sink.event(Json.object("type", "message_start", "message", beginning()));
    sink.event(Json.object("type", "ping"));
    for (Step step : script.steps()) {
      switch (step) {
        case Step.Text(String text) -> text(text);
        case Step.Thinking(String text) -> thinking(text);
        case Step.ToolUse call -> toolUse(call);
        case Step.EndBlock() -> endBlock();
        case Step.Pause(Duration time) -> pause(time);
        case Step.Gate gate -> await(gate);
        case Step.Ping() -> sink.event(Json.object("type", "ping"));
        case Step.Hang() -> hang();
        case Step.Drop() -> {
          return new End.Drop();
        }
        case Step.ErrorEvent event -> {
          return new End.Error(event);
        }
      }
      if (full || stops.found().isPresent()) {
        break;
      }
    }
    endBlock();
    return new End.Complete(stopReason(), stops.found().orElse(null));
  }

  /** The events that close the message; apart from {@link #play()}, so that the end can be noted before. */
  void close(End end) throws IOException {
    switch (end) {
      case End.Complete(String reason, String sequence) -> {
        sink.event(Json.object(
            "type", "message_delta",
            "delta", Json.object("stop_reason", reason, "stop_sequence", sequence),
            "usage", reported().toJson()));
        sink.event(Json.object("type", "message_stop"));
      }
      case End.Error(Step.ErrorEvent event) -> sink.event(Errors.body(event.type(), event.message()));
      case End.Drop() -> { }
    }
  }

  private Json.Obj beginning() {
    return Json.object(
        "id", id("msg_"),
        "type", "message",
        "role", "assistant",
        "model", script.model().orElse(request.model()),
        "content", Json.Arr.EMPTY,
        "stop_reason", null,
        "stop_sequence", null,
        "usage", usage.withOutput(1, 0).toJson().with("service_tier", new Json.Str("standard")));
  }

  private String stopReason() {
    if (stops.found().isPresent()) {
      return "stop_sequence";
    }
    if (full) {
      return "max_tokens";
    }
    return script.stopReason().orElse(calledTool ? "tool_use" : "end_turn");
  }

  /** What was scripted, else the request's size and the tokens that were said so far. */
  Usage reported() {
    return script.usage().orElseGet(() -> usage.withOutput(tokens, thinkingTokens));
  }

  private void text(String text) throws IOException {
    if (open == Block.THINKING) {
      endBlock();
    }
    say(stops.accept(within(text)));
  }

  private void thinking(String text) throws IOException {
    if (open != Block.THINKING) {
      endBlock();
      start(Json.object("type", "thinking", "thinking", "", "signature", ""));
      open = Block.THINKING;
    }
    long before = tokens;
    delta(Json.object("type", "thinking_delta", "thinking", within(text)));
    thinkingTokens += tokens - before;
  }

  private void toolUse(Step.ToolUse call) throws IOException {
    endBlock();
    calledTool = true;
    start(Json.object(
        "type", "tool_use",
        "id", call.id().isEmpty() ? id("toolu_") : call.id(),
        "name", call.name(),
        "input", Json.Obj.EMPTY));
    String arguments = within(call.input().toText());
    delta(Json.object("type", "input_json_delta", "partial_json", ""));
    for (int at = 0; at < arguments.length(); ) {
      if (at > 0) {
        pause(call.between());
      }
      int end = Math.min(arguments.length(), at + call.fragment());
      if (end < arguments.length() && Character.isHighSurrogate(arguments.charAt(end - 1))) {
        end++;
      }
      delta(Json.object("type", "input_json_delta", "partial_json", arguments.substring(at, end)));
      at = end;
    }
    stop();
  }

  /** As much of the text as max_tokens allows. */
  private String within(String text) {
    long left = tokensMax - tokens;
    long wanted = Tokens.count(text);
    full = wanted > left;
    tokens += Math.min(wanted, left);
    return full ? Tokens.first(text, left) : text;
  }

  /** No block is opened for nothing: the API refuses an empty text when it comes back as history. */
  private void say(String text) throws IOException {
    if (text.isEmpty()) {
      return;
    }
    if (open == Block.NONE) {
      start(Json.object("type", "text", "text", ""));
      open = Block.TEXT;
    }
    delta(Json.object("type", "text_delta", "text", text));
  }

  /** Says what was held back, and closes the block that is open. */
  private void endBlock() throws IOException {
    say(stops.rest());
    switch (open) {
      case NONE -> {
        return;
      }
      case TEXT -> { }
      case THINKING -> delta(Json.object("type", "signature_delta", "signature", Signature.fresh()));
    }
    open = Block.NONE;
    stop();
  }

  private void start(Json.Obj block) throws IOException {
    sink.event(Json.object("type", "content_block_start", "index", index, "content_block", block));
  }

  private void delta(Json.Obj delta) throws IOException {
    sink.event(Json.object("type", "content_block_delta", "index", index, "delta", delta));
  }

  private void stop() throws IOException {
    sink.event(Json.object("type", "content_block_stop", "index", index));
    index++;
  }

  private void hang() throws IOException {
    long end = System.nanoTime() + Step.Hang.HANG_MAX.toNanos();
    while (System.nanoTime() < end) {
      pause(PING_EVERY);
      sink.event(Json.object("type", "ping"));
    }
  }

  private static void await(Step.Gate gate) throws IOException {
    try {
      if (!gate.latch().await(Step.Gate.GATE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the gate was not opened within " + Step.Gate.GATE_MAX);
      }
    } catch (InterruptedException stopped) {
      throw interrupted(stopped);
    }
  }

  static void pause(Duration time) throws IOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException stopped) {
      throw interrupted(stopped);
    }
  }

  private static IOException interrupted(InterruptedException stopped) {
    Thread.currentThread().interrupt();
    IOException closed = new InterruptedIOException("the stub is being closed");
    closed.initCause(stopped);
    return closed;
  }

  private static String id(String prefix) {
    return prefix + "01" + UUID.randomUUID().toString().replace("-", "").substring(0, 22);
  }
}

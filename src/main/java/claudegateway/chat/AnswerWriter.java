package claudegateway.chat;

import claudegateway.claude.ClaudeEvent;
import claudegateway.claude.ClientTool;
import claudegateway.json.Slice;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Writes what the model says into the turn's log as it comes, and keeps the answer. On the child's reader thread,
 * which waits a while when the store does not keep up.
 */
final class AnswerWriter {
  /** Bytes of an answer; more is not stored and not sent. */
  private static final long ANSWER_MAX = 64L << 20;

  /** For the store to make room in the log; it commits several times a second. */
  private static final Duration STORE_MAX = Duration.ofSeconds(10);

  private static final Slice BLANK_LINE = Slice.of("\n\n");

  private final Turn turn;
  private final ToolNames names;
  private final boolean thinkingShown;
  private final Optional<StructuredAnswer> structured;
  private final BooleanSupplier stopping;
  private final Consumer<Failure> fail;

  private final SplitCharacters characters = new SplitCharacters();
  private final Answer answer = new Answer();
  private final Map<Integer, Integer> callOfBlock = new HashMap<>();
  private boolean separate;
  private boolean shown;
  private volatile long firstTokenNanos;

  /**
   * @param stopping whether the turn's end was decided on
   * @param fail ends the turn before its time
   */
  AnswerWriter(Turn turn, ToolNames names, boolean thinkingShown, Optional<StructuredAnswer> structured,
      BooleanSupplier stopping, Consumer<Failure> fail) {
    this.turn = turn;
    this.names = names;
    this.thinkingShown = thinkingShown;
    this.structured = structured;
    this.stopping = stopping;
    this.fail = fail;
  }

  Answer answer() {
    return answer;
  }

  /** One of the messages that an answer consists of is whole: what comes now does not repeat it. */
  void messageEnds() {
    shown = false;
  }

  /** Whether the client has got something of a message that is not whole yet: it may not begin a second time. */
  boolean hasShownPart() {
    return shown;
  }

  /** When the model began to speak, by {@link System#nanoTime}; 0 before. Any thread. */
  long firstTokenNanos() {
    return firstTokenNanos;
  }

  void delta(ClaudeEvent event) {
    switch (event) {
      case ClaudeEvent.TextDelta(Slice text) -> {
        if (structured.isEmpty()) {
          text(text);
        }
      }
      case ClaudeEvent.ThinkingDelta(Slice thinking) -> {
        firstToken();
        if (thinkingShown) {
          shown = true;
          append(new TurnEvent.Thinking(thinking));
        }
      }
      case ClaudeEvent.BlockStart(int index, String kind, String id, String name) -> {
        flush();
        if (kind.equals("text")) {
          separate = structured.isEmpty() && !answer.isEmpty();
        } else if (kind.equals("tool_use")) {
          toolBegins(index, id, name);
        }
      }
      case ClaudeEvent.InputDelta(int index, Slice json) -> {
        if (structured.filter(form -> form.isAt(index)).isPresent()) {
          text(structured.get().pass(json));
        } else if (callOfBlock.containsKey(index) && !json.isEmpty()) {
          int call = callOfBlock.get(index);
          answer.arguments(call, json);
          append(new TurnEvent.ToolArguments(call, json));
        }
      }
      case ClaudeEvent.BlockStop(int index) -> {
        flush();
        callOfBlock.remove(index);
        structured.ifPresent(form -> form.ends(index));
      }
      default -> { }
    }
  }

  private void toolBegins(int index, String id, String name) {
    if (isStructuredAnswer(name)) {
      structured.get().begins(index);
      if (!answer.isEmpty()) {
        answer.withdraw();
        append(TurnEvent.Withdrawn.SCHEMA);
      }
    } else if (ClientTool.isClientTool(name)) {
      firstToken();
      shown = true;
      int call = answer.call(id, names.client(name));
      callOfBlock.put(index, call);
      append(new TurnEvent.ToolCall(call, id, names.client(name)));
    }
  }

  boolean isStructuredAnswer(String tool) {
    return structured.isPresent() && tool.equals(StructuredAnswer.TOOL);
  }

  private void text(Slice delta) {
    Slice text = characters.next(delta);
    if (!text.isEmpty()) {
      say(text);
    }
  }

  void say(Slice text) {
    firstToken();
    shown = true;
    if (separate) {
      separate = false;
      answer.text(BLANK_LINE);
      append(new TurnEvent.Text(BLANK_LINE));
    }
    answer.text(text);
    append(new TurnEvent.Text(text));
    if (answer.size() > ANSWER_MAX) {
      fail.accept(Failure.of(Failure.Kind.LIMIT_EXCEEDED,
          "The answer is longer than " + (ANSWER_MAX >> 20) + " MiB."));
    }
  }

  /** Says half a character that waits for its other half: none comes any more. */
  void flush() {
    Slice rest = characters.rest();
    if (!rest.isEmpty() && !stopping.getAsBoolean()) {
      say(rest);
    }
  }

  /** Who reads the turn is told by the next {@link Turn#announce}. */
  void append(TurnEvent event) {
    turn.add(event);
    if (turn.isFull() && !stopping.getAsBoolean() && !awaitStore()) {
      fail.accept(Failure.of(Failure.Kind.STORE_BUSY, "The answer comes faster than the database takes it."));
    }
  }

  private boolean awaitStore() {
    try {
      return turn.awaitRoom(STORE_MAX);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void firstToken() {
    if (firstTokenNanos == 0) {
      firstTokenNanos = System.nanoTime();
    }
  }
}

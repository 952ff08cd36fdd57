package claudegateway.chat;

import claudegateway.json.Json;
import java.util.List;
import java.util.Optional;

/**
 * One request for an answer, parsed and validated as far as the wire format knows; the conversation's own rules
 * (does the session exist, is it busy) are checked when it is started.
 *
 * @param model the catalogue's model id that shall answer; empty = the session's own, else the default
 * @param messages without system messages; the last one is of role USER or TOOL
 * @param system the system prompt; empty = Claude Code's own
 */
public record ChatRequest(
    Optional<String> sessionId,
    Optional<String> projectId,
    Optional<String> model,
    Optional<String> system,
    List<Message> messages,
    Options options,
    Tools tools,
    OutputFormat format,
    OnBusy onBusy,
    OnDisconnect onDisconnect,
    OnOtherWriter onOtherWriter) {

  /** How the model shall answer this one turn. Empty = as the model does by default. */
  public record Options(
      Optional<Double> temperature,
      Optional<Double> topP,
      List<String> stop,
      Optional<Long> maxTokens,
      Optional<Effort> effort,
      Thinking thinking,
      boolean commands) {
    public static final Options DEFAULT = new Options(Optional.empty(), Optional.empty(), List.of(),
        Optional.empty(), Optional.empty(), new Thinking(false, Optional.empty()), false);
  }

  /**
   * @param shown whether the client wants to see thinking deltas
   * @param budgetTokens 0 = no thinking
   */
  public record Thinking(boolean shown, Optional<Long> budgetTokens) {}

  /** OpenAI's reasoning_effort; NONE and MINIMAL switch thinking off. */
  public enum Effort { NONE, MINIMAL, LOW, MEDIUM, HIGH, XHIGH, MAX }

  /**
   * The client's own functions.
   *
   * @param builtins whether Claude Code's own tools stay on beside them; without functions they are on
   */
  public record Tools(List<Function> functions, Choice choice, boolean parallel, boolean builtins) {
    public static final Tools NONE = new Tools(List.of(), new Choice.Auto(), true, true);
  }

  /** @param parameters a JSON Schema of type object */
  public record Function(String name, String description, Json.Obj parameters) {}

  public sealed interface Choice {
    record Auto() implements Choice {}

    record None() implements Choice {}

    record Required() implements Choice {}

    record Named(String function) implements Choice {}
  }

  public sealed interface OutputFormat {
    record Text() implements OutputFormat {}

    record JsonObject() implements OutputFormat {}

    /** @param wrapped the answer is an object whose field {@link #WRAPPER} holds what the client asked for */
    record JsonSchema(String name, Json.Obj schema, boolean wrapped) implements OutputFormat {
      public static final String WRAPPER = "value";
    }
  }

  /** What to do when the session runs another turn. */
  public enum OnBusy { WAIT, INTERRUPT }

  /** DEFAULT: a client with a session id can come back, so its turn goes on; another's is interrupted. */
  public enum OnDisconnect { DEFAULT, CANCEL, CONTINUE }

  /**
   * What to do when another program, such as {@code claude} in a terminal, has gone on with the session: take up what
   * was said there, or leave it to them and go on in a new session from where our own conversation ended.
   */
  public enum OnOtherWriter { FOLLOW, FORK }

  public ChatRequest {
    messages = List.copyOf(messages);
  }

  /** The same request as a client would make it that resends all that was said before. */
  ChatRequest resending(List<Message> all, String itsModel, Optional<String> itsSystem) {
    return new ChatRequest(sessionId, projectId, Optional.of(itsModel), itsSystem, all, options, tools, format, onBusy,
        onDisconnect, onOtherWriter);
  }
}

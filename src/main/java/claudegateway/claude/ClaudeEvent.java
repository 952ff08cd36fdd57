package claudegateway.claude;

import claudegateway.json.Json;
import claudegateway.json.Slice;
import java.util.List;
import java.util.Optional;

/**
 * One line of the CLI's stdout (2.1.197 to 2.1.330), as far as anybody here cares. A line of an unknown type is
 * {@link Other} and breaks no turn.
 *
 * <p>The first group are the model's own stream events, of the main conversation only (a sub-agent has none).
 */
public sealed interface ClaudeEvent {

  record MessageStart(String messageId, String model, TokenCount usage) implements ClaudeEvent {}

  /** A content block begins. @param kind text, thinking, tool_use, … as the API names it */
  record BlockStart(int index, String kind, String toolId, String toolName) implements ClaudeEvent {}

  record TextDelta(Slice text) implements ClaudeEvent {}

  record ThinkingDelta(Slice thinking) implements ClaudeEvent {}

  /** A fragment of a tool call's input. */
  record InputDelta(int index, Slice json) implements ClaudeEvent {}

  record BlockStop(int index) implements ClaudeEvent {}

  /** @param stopReason the API's; empty when the CLI made the line up after an interrupt */
  record MessageDelta(Optional<String> stopReason, TokenCount usage) implements ClaudeEvent {}

  /** @param abandoned the CLI gave this streamed message up and will ask again (2.1.330) */
  record MessageStop(boolean abandoned) implements ClaudeEvent {}

  /** A turn begins; printed at the start of every one. @param raw the whole line */
  record Init(String sessionId, String model, Json.Obj raw) implements ClaudeEvent {}

  /** An API request goes out, or the conversation is compacted. */
  record Status(String status) implements ClaudeEvent {}

  record ApiRetry(int attempt, Optional<Integer> httpStatus, String error, long delayMillis) implements ClaudeEvent {}

  /**
   * One whole content block of an assistant message.
   *
   * @param parentToolUseId the Agent call that a sub-agent works for; empty for the main conversation
   * @param error set on the synthetic message by which the CLI reports an API error
   */
  record Assistant(
      String uuid, Optional<String> parentToolUseId, String model, Optional<String> error, List<Block> blocks)
      implements ClaudeEvent {}

  /** A user message that the CLI made: tool results, an interrupt's note, a compaction's summary. */
  record User(String uuid, Optional<String> parentToolUseId, List<Block> blocks) implements ClaudeEvent {}

  /** Sub-agents, background tasks: {@code system} lines whose subtype begins with {@code task_}. */
  record Task(String subtype, Json.Obj raw) implements ClaudeEvent {}

  /**
   * The one line that ends a turn.
   *
   * @param text the answer once more, an error, or what a command said; empty when it is longer than 1 MiB
   * @param usage this turn's, without sub-agents; nothing of a message that was broken off
   * @param total summed over the process's life (2.1.330: over its session's, resumes included)
   * @param sinceLast this turn's share of it, where the CLI tells (2.1.330)
   */
  record Result(
      String subtype,
      boolean isError,
      Optional<Integer> apiErrorStatus,
      String text,
      Optional<String> stopReason,
      Optional<String> terminalReason,
      int numTurns,
      TokenCount usage,
      ModelUse total,
      Optional<ModelUse> sinceLast,
      Optional<Json> structuredOutput,
      List<Json> permissionDenials,
      List<String> errors)
      implements ClaudeEvent {}

  record ControlResponse(String requestId, boolean success, Json.Obj body, String error) implements ClaudeEvent {}

  /** The CLI asks us: permission, a hook, an MCP message. */
  record ControlRequest(String requestId, String subtype, Json.Obj request) implements ClaudeEvent {}

  record ControlCancel(String requestId) implements ClaudeEvent {}

  record Other(String type, String subtype) implements ClaudeEvent {}

  /**
   * A line that is no JSON object.
   *
   * @param what one line for the log, cut
   * @param torn it began as one: something that the CLI meant to say is lost
   */
  record Unreadable(String what, boolean torn) implements ClaudeEvent {}

  /** A line that was longer than any the CLI should print; it was skipped, and something may be lost with it. */
  record TooLong(long bytes) implements ClaudeEvent {}

  /** A piece of a message's content. */
  sealed interface Block {
    /** @param text empty for the main conversation, where the deltas have said it already */
    record Text(String text) implements Block {}

    record ToolUse(String id, String name, Json.Obj input) implements Block {}

    /** @param content a string or an array of blocks, as it stood */
    record ToolResult(String toolUseId, Json content, boolean isError) implements Block {}

    record Something(String type) implements Block {}
  }
}

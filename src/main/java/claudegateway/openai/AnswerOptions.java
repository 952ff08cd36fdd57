package claudegateway.openai;

/**
 * How an answer is written.
 *
 * @param usage a usage chunk at the end of a stream, and {@code usage: null} in its other chunks; a whole
 *     answer always has its usage
 * @param events the agent's own doings, as {@code claude} objects
 * @param reasoning thinking as {@code reasoning_content}
 * @param legacyFunctions {@code function_call} in place of {@code tool_calls}
 * @param forApp the reader is the iOS app: small events, two spaces after {@code data:}, errors as visible
 *     text
 */
public record AnswerOptions(
    boolean usage,
    boolean events,
    boolean reasoning,
    boolean legacyFunctions,
    boolean forApp) {
  public static final AnswerOptions PLAIN = new AnswerOptions(false, false, false, false, false);
}

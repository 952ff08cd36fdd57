package claudegateway.chat;

/** Why an answer ended, when it ended well. */
public enum FinishReason {
  STOP,
  LENGTH,
  /** The client's own functions were called and wait for their results. */
  TOOL_CALLS,
  CONTENT_FILTER
}

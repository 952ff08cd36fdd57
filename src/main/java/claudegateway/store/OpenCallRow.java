package claudegateway.store;

/**
 * A call of one of the client's functions that waits for its result.
 *
 * @param name the function's, as declared
 */
public record OpenCallRow(String toolCallId, String sessionId, String turnId, String name) {}

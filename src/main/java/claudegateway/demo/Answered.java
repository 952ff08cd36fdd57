package claudegateway.demo;

/**
 * How the answer to one request ended.
 *
 * @param number the request's {@link Received#number()}
 * @param status the HTTP status; 0 when the connection broke before a status was sent
 * @param stopReason what the API would call the end; empty unless the outcome is COMPLETE
 * @param usage as it was reported so far
 */
public record Answered(long number, Outcome outcome, int status, String stopReason, Usage usage) {

  public enum Outcome {
    /** The whole answer was said. */
    COMPLETE,
    /** An HTTP error, or an error event in the stream. */
    ERROR,
    /** The peer closed the connection while the answer was being written. */
    ABANDONED,
    /** The script broke the connection. */
    DROPPED
  }
}

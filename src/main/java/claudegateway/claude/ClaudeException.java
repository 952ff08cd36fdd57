package claudegateway.claude;

/** The CLI could not be started or did not do what its protocol says. The message is for the operator's eyes. */
public final class ClaudeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ClaudeException(String message) {
    super(message);
  }

  public ClaudeException(String message, Throwable cause) {
    super(message, cause);
  }
}

package claudegateway.http;

/**
 * The client closed its connection, or did not read for longer than the limit: nothing more can be said to
 * it. Ordinary, so it carries no stack trace and is not logged as a fault.
 */
public final class ClientGoneException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ClientGoneException(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}

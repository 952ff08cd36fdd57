package claudegateway.json;

/** Text that is not the JSON that was asked for. The message is one line, fit to be shown to a client. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public JsonException(String message) {
    super(message);
  }
}

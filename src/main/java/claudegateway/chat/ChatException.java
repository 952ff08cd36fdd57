package claudegateway.chat;

/** A request that was refused before a turn began. */
public final class ChatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  public ChatException(Failure failure) {
    super(failure.message());
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}

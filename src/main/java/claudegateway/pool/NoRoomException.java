package claudegateway.pool;

/** All process slots are taken, or their memory is, or too many wait for one; it will pass. */
public final class NoRoomException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NoRoomException(String message) {
    super(message);
  }
}

package claudegateway.http;

/**
 * Answers one request. Runs on the exchange's own virtual thread; may block on locks, conditions and sockets,
 * not in native code.
 *
 * <p>What it throws becomes the answer, as long as none has begun: an {@link HttpError} as it says, anything
 * else as a 500. After the head was sent it breaks the connection.
 */
@FunctionalInterface
public interface Handler {
  void handle(Exchange exchange) throws Exception;
}

package claudegateway.http;

import java.time.Duration;
import java.util.Map;

/**
 * What there is to say about a request when it is over.
 *
 * @param route name of the route; "" for an unknown path or method
 * @param status as sent; 499 when the client left before any answer
 * @param cut the client did not get all of the answer
 * @param bytes of the answer's body
 * @param firstByte from the head of the request to the first byte of the answer; zero when there was none
 * @param principal name of the API key; ""
 * @param notes what handlers added, in their order
 */
public record AccessRecord(
    String requestId,
    String method,
    String path,
    String route,
    int status,
    boolean cut,
    long bytes,
    Duration firstByte,
    Duration total,
    String principal,
    String peer,
    Map<String, String> notes) {

  /** Told of each request by its own thread; quick, and throws nothing. */
  @FunctionalInterface
  public interface Listener {
    void finished(AccessRecord request);
  }
}

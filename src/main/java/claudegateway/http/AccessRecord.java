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

  /** The request as a line of a log; no byte of it begins a new line or acts on a terminal. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(160)
        .append(printable(method)).append(' ').append(printable(path))
        .append(' ').append(status)
        .append(cut ? " cut" : "")
        .append(' ').append(bytes).append(" B ")
        .append(total.toMillis()).append(" ms id=").append(requestId)
        .append(" peer=").append(peer);
    if (!principal.isEmpty()) {
      line.append(" key=").append(printable(principal));
    }
    notes.forEach((name, value) -> line.append(' ').append(name).append('=').append(printable(value)));
    return line.toString();
  }

  /** A decoded path may hold line breaks, spaces and terminal codes, which would forge lines and fields. */
  private static String printable(String text) {
    return text.chars().allMatch(c -> c > ' ' && !Character.isISOControl(c))
        ? text
        : text.codePoints().map(c -> c <= ' ' || Character.isISOControl(c) ? '_' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }

  /** Told of each request by its own thread; quick, and throws nothing. */
  @FunctionalInterface
  public interface Listener {
    void finished(AccessRecord request);
  }
}

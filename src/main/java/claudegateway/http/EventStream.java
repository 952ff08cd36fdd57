package claudegateway.http;

import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * Server-sent events (WHATWG HTML §9.2), framed so that careless parsers survive: LF only, each event with
 * its blank line in one write and one flush, no {@code event:} names, no {@code retry:}.
 *
 * <p>An event whose bytes exceed 4 KiB spans several HTTP chunks (the JDK's chunk size).
 */
public final class EventStream extends ResponseStream {
  private static final byte[] DATA = ascii("data: ");
  private static final byte[] END_OF_EVENT = ascii("\n\n");

  private final BooleanSupplier room;

  EventStream(Response response, BooleanSupplier room) {
    super(response, 200);
    this.room = room;
  }

  /** One event, sent at once. The data is one line. */
  public void event(byte[] data) {
    append(DATA).append(data).append(END_OF_EVENT);
    flush();
  }

  /**
   * Whether an event of a kilobyte or two can be sent now without waiting for the client. Where that can't be told,
   * or while a connection is new, it says no. One thread at a time, as for writing.
   */
  public boolean hasRoom() {
    return room.getAsBoolean();
  }

  /** A line that every client ignores; keeps proxies and idle timers quiet. Sent at once. */
  public void comment(String text) {
    append(ascii(": " + text.replace('\n', ' ') + "\n\n"));
    flush();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

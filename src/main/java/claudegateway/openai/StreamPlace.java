package claudegateway.openai;

import java.util.Optional;

/**
 * How far a client has read a stream; the {@code id} of an SSE event, which comes back as
 * {@code Last-Event-ID}.
 *
 * <p>It is a position in the turn's log and a number of <em>units</em> behind it, so that it holds wherever
 * an event was cut and however the log's events are folded the next time. A UTF-16 unit of text, thinking or
 * arguments is a unit, and so is each chunk of another kind. Written {@code 12} or {@code 12.340}.
 *
 * @param position the cursor starts after this position
 * @param units delivered already of what follows
 */
public record StreamPlace(long position, long units) {
  public static final StreamPlace START = new StreamPlace(0, 0);

  /** Empty when the text is no place. */
  public static Optional<StreamPlace> parse(String text) {
    if (!text.matches("[0-9]{1,18}(\\.[0-9]{1,18})?")) {
      return Optional.empty();
    }
    int dot = text.indexOf('.');
    return Optional.of(dot < 0
        ? new StreamPlace(Long.parseLong(text), 0)
        : new StreamPlace(Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1))));
  }

  @Override
  public String toString() {
    return units == 0 ? Long.toString(position) : position + "." + units;
  }
}

package claudegateway.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Cuts a stream of {@code chat.completion.chunk}s into an {@link Answer}'s deltas. */
final class EventReader implements Connection.Receiver {
  private static final byte[] CONTENT = ascii("\"content\":\"");
  private static final byte[] SESSION = ascii("\"session_id\":\"");
  private static final byte[] DONE = ascii("data: [DONE]");
  private static final byte[] ERROR = ascii("\"error\":{");

  private final Answer answer;
  private byte[] event = new byte[4 << 10];
  private int length;
  private int status;
  private boolean whole;

  EventReader(Answer answer) {
    this.answer = answer;
  }

  @Override
  public void head(int answered) {
    status = answered;
  }

  @Override
  public void body(byte[] bytes, int from, int to, long nanos) {
    int begin = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' && (i > from ? bytes[i - 1] : length > 0 ? event[length - 1] : 0) == '\n') {
        add(bytes, begin, i + 1);
        begin = i + 1;
        ended(nanos);
        length = 0;
      }
    }
    add(bytes, begin, to);
  }

  private void add(byte[] bytes, int from, int to) {
    int count = to - from;
    if (length + count > event.length) {
      event = Arrays.copyOf(event, 2 * (length + count));
    }
    System.arraycopy(bytes, from, event, length, count);
    length += count;
  }

  private void ended(long nanos) {
    int content = find(CONTENT, 0);
    if (content >= 0) {
      int from = content + CONTENT.length;
      answer.delta(event, from, literalEnd(from), nanos);
    }
    if (answer.sessionId().isEmpty()) {
      int session = find(SESSION, 0);
      if (session >= 0) {
        int from = session + SESSION.length;
        answer.sessionId(new String(event, from, literalEnd(from) - from, StandardCharsets.UTF_8));
      }
    }
    if (content < 0 && find(ERROR, 0) >= 0) {
      answer.failed(new String(event, 0, length, StandardCharsets.UTF_8));
    }
    whole |= length < 2 * DONE.length && find(DONE, 0) >= 0;
  }

  private int literalEnd(int from) {
    int at = from;
    while (event[at] != '"') {
      at += event[at] == '\\' ? 2 : 1;
    }
    return at;
  }

  private int find(byte[] wanted, int from) {
    for (int i = from; i <= length - wanted.length; i++) {
      if (event[i] == wanted[0] && Arrays.equals(event, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void end(long nanos) {
    if (whole) {
      answer.ended();
    } else {
      answer.failed("HTTP " + status + " " + new String(event, 0, length, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void broken(String why) {
    answer.failed(why);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

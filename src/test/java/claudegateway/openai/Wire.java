package claudegateway.openai;

import claudegateway.chat.Failure;
import claudegateway.chat.FinishReason;
import claudegateway.chat.Turn;
import claudegateway.chat.TurnEvent;
import claudegateway.chat.Usage;
import claudegateway.json.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Turns for tests, and the bytes that a client gets of them. */
final class Wire {
  static final AnswerHead HEAD =
      new AnswerHead("chatcmpl-1", Instant.ofEpochSecond(1_770_199_200), "asked-model", "s-1", "default");
  static final Usage USAGE = new Usage(12, 15, 30, 10, 4, 0.0011);

  /** Collects a stream and the size of each event. */
  static final class Client implements EventSink {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<Integer> sizes = new ArrayList<>();
    int lasts;

    @Override
    public void event(byte[] event, int offset, int length) {
      bytes.write(event, offset, length);
      sizes.add(length);
    }

    @Override
    public void last(byte[] event, int offset, int length) {
      event(event, offset, length);
      lasts++;
    }
  }

  /** What was said until then does not count. */
  static final TurnEvent WITHDRAWN =
      new TurnEvent.Withdrawn(Failure.of(Failure.Kind.SCHEMA_NOT_OBEYED, "again"));

  private Wire() {}

  static AnswerOptions options(boolean usage, boolean events, boolean reasoning) {
    return new AnswerOptions(usage, events, reasoning, false, false);
  }

  static AnswerOptions forApp() {
    return new AnswerOptions(false, false, false, false, true);
  }

  static TurnEvent text(String text) {
    return new TurnEvent.Text(Slice.of(text));
  }

  static TurnEvent thinking(String text) {
    return new TurnEvent.Thinking(Slice.of(text));
  }

  static TurnEvent arguments(int index, String json) {
    return new TurnEvent.ToolArguments(index, Slice.of(json));
  }

  static TurnEvent finished(FinishReason reason) {
    return new TurnEvent.Finished(reason, USAGE, List.of());
  }

  static List<Turn.Entry> log(TurnEvent... events) {
    List<Turn.Entry> log = new ArrayList<>();
    for (TurnEvent event : events) {
      log.add(new Turn.Entry(log.size() + 1, event));
    }
    return log;
  }

  static Client write(List<Turn.Entry> log, AnswerOptions options, StreamPlace from) {
    return write(HEAD, log, options, from);
  }

  static Client write(AnswerHead head, List<Turn.Entry> log, AnswerOptions options, StreamPlace from) {
    Client client = new Client();
    ChunkWriter writer = new ChunkWriter(head, options, from, client);
    try {
      for (Turn.Entry entry : log) {
        if (entry.position() > from.position()) {
          if (writer.write(entry)) {
            break;
          }
        }
      }
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return client;
  }

  static byte[] stream(AnswerOptions options, TurnEvent... events) {
    return write(log(events), options, StreamPlace.START).bytes.toByteArray();
  }
}

package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.chat.Failure;
import claudegateway.chat.FinishReason;
import claudegateway.chat.Turn;
import claudegateway.chat.TurnEvent;
import claudegateway.json.Json;
import claudegateway.json.Slice;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stream that is cut after any byte and goes on from the last id that came whole equals the whole stream,
 * however the log's events are folded each time and however often it is cut.
 */
final class StreamResumeTest {
  /** Who goes on with a stream knows already which model answers. */
  private static final AnswerHead HEAD = Wire.HEAD.withModel("answering-model");
  private static final String[] ATOMS =
      {"a", "B", " ", "\\n", "\\\"", "\\\\", "\\u001f", "\\u2028", "\\ud83d\\ude00", "é", "漢", "😀",
          "/", "\\/"};

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyCutIsMended(long seed) {
    Random random = new Random(seed);
    List<Turn.Entry> log = randomLog(random);
    AnswerOptions options = new AnswerOptions(random.nextBoolean(), random.nextBoolean(),
        random.nextBoolean(), false, seed % 3 == 0);
    byte[] whole = Wire.write(HEAD, folded(log, random, 0), options, StreamPlace.START).bytes.toByteArray();
    String expected = StreamDecoder.decode(whole, options.usage()).summary();

    Map<Integer, String> seen = new HashMap<>();
    for (int cut = 0; cut <= whole.length; cut++) {
      int complete = endOfLastEvent(whole, cut);
      seen.computeIfAbsent(complete, end -> continued(log, options, whole, end, random));
      assertEquals(expected, seen.get(complete),
          () -> "cut after " + complete + " bytes");
    }
    assertTrue(seen.size() > 10, "the stream has many events");
  }

  /** What a client knows that has the stream's beginning and then goes on, cut again now and then. */
  private static String continued(
      List<Turn.Entry> log, AnswerOptions options, byte[] whole, int end, Random random) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(whole, 0, end);
    while (!all.toString(StandardCharsets.UTF_8).endsWith("data: [DONE]\n\n")) {
      StreamPlace place = lastPlace(all.toByteArray());
      List<Turn.Entry> entries = folded(log, random, place.position());
      byte[] rest = Wire.write(HEAD, entries, options, place).bytes.toByteArray();
      boolean cut = random.nextInt(3) == 0;
      int taken = cut ? endOfLastEvent(rest, random.nextInt(rest.length + 1)) : rest.length;
      all.write(rest, 0, taken);
    }
    return StreamDecoder.decode(all.toByteArray(), options.usage()).summary();
  }

  private static StreamPlace lastPlace(byte[] stream) {
    if (stream.length == 0) {
      return StreamPlace.START;
    }
    return StreamDecoder.events(stream).reversed().stream()
        .map(StreamDecoder.Event::id).flatMap(Optional::stream).findFirst()
        .map(id -> StreamPlace.parse(id).orElseThrow()).orElse(StreamPlace.START);
  }

  private static int endOfLastEvent(byte[] stream, int cut) {
    for (int end = cut; end >= 2; end--) {
      if (stream[end - 1] == '\n' && stream[end - 2] == '\n') {
        return end;
      }
    }
    return 0;
  }

  /** A log as a cursor that is sometimes behind would hand it out, from after a position. */
  private static List<Turn.Entry> folded(List<Turn.Entry> log, Random random, long after) {
    List<Turn.Entry> folded = new ArrayList<>();
    for (Turn.Entry entry : log) {
      if (entry.position() <= after) {
        continue;
      }
      Optional<TurnEvent> both = folded.isEmpty() || random.nextBoolean()
          ? Optional.empty()
          : joined(folded.getLast().event(), entry.event());
      both.ifPresentOrElse(
          event -> folded.set(folded.size() - 1, new Turn.Entry(entry.position(), event)),
          () -> folded.add(entry));
    }
    return folded;
  }

  private static Optional<TurnEvent> joined(TurnEvent one, TurnEvent other) {
    return switch (one) {
      case TurnEvent.Text(Slice a) when other instanceof TurnEvent.Text(Slice b) ->
          Optional.of(new TurnEvent.Text(Slice.join(List.of(a, b))));
      case TurnEvent.Thinking(Slice a) when other instanceof TurnEvent.Thinking(Slice b) ->
          Optional.of(new TurnEvent.Thinking(Slice.join(List.of(a, b))));
      case TurnEvent.ToolArguments(int index, Slice a)
          when other instanceof TurnEvent.ToolArguments(int same, Slice b) && index == same ->
          Optional.of(new TurnEvent.ToolArguments(index, Slice.join(List.of(a, b))));
      default -> Optional.empty();
    };
  }

  private static List<Turn.Entry> randomLog(Random random) {
    List<TurnEvent> events = new ArrayList<>();
    events.add(new TurnEvent.Started("answering-model"));
    events.add(Wire.text("{\"value\":[\"first\","));
    int calls = 0;
    for (int i = 0; i < 14; i++) {
      switch (random.nextInt(6)) {
        case 0, 1 -> pieces(random, 8).forEach(piece -> events.add(new TurnEvent.Text(piece)));
        case 2 -> pieces(random, 4).forEach(piece -> events.add(new TurnEvent.Thinking(piece)));
        case 3 -> events.add(activity(i));
        default -> {
          int index = calls++;
          events.add(new TurnEvent.ToolCall(index, "toolu_" + index, "name" + index));
          if (random.nextInt(3) == 0) {
            events.add(activity(i));
          }
          if (random.nextInt(3) == 0) {
            events.add(new TurnEvent.ToolArguments(index, Slice.EMPTY));
          }
          if (random.nextInt(3) > 0) {
            pieces(random, 3).forEach(piece -> events.add(new TurnEvent.ToolArguments(index, piece)));
          }
        }
      }
    }
    events.add(Wire.text("]}"));
    events.add(random.nextInt(4) == 0
        ? new TurnEvent.Failed(Failure.of(Failure.Kind.TURN_INTERRUPTED, "stopped"))
        : Wire.finished(FinishReason.STOP));
    return Wire.log(events.toArray(TurnEvent[]::new));
  }

  private static TurnEvent activity(int number) {
    return new TurnEvent.Activity("progress", Json.object("number", number));
  }

  private static List<Slice> pieces(Random random, int max) {
    List<Slice> pieces = new ArrayList<>();
    for (int i = random.nextInt(max) + 1; i > 0; i--) {
      StringBuilder piece = new StringBuilder();
      for (int n = random.nextInt(25) == 0 ? 900 : random.nextInt(12) + 1; n > 0; n--) {
        piece.append(ATOMS[random.nextInt(ATOMS.length)]);
      }
      byte[] bytes = piece.toString().getBytes(StandardCharsets.UTF_8);
      pieces.add(new Slice(bytes, 0, bytes.length));
    }
    return pieces;
  }
}

package claudegateway.demo;

import claudegateway.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** One thing that happens while an answer is streamed. Neighbouring texts form one content block. */
public sealed interface Step {

  /** One text_delta. Each word (what stands between white space) counts as one token. */
  record Text(String text) implements Step {}

  /** One thinking_delta; neighbouring ones form one block, which is signed at its end. */
  record Thinking(String text) implements Step {}

  /**
   * A tool_use block.
   *
   * @param id fresh when it is empty
   * @param fragment characters of the arguments per input_json_delta
   * @param between time between two fragments
   */
  record ToolUse(String id, String name, Json.Obj input, int fragment, Duration between) implements Step {
    public static final int FRAGMENT = 16;

    public ToolUse(String name, Json.Obj input) {
      this("", name, input, FRAGMENT, Duration.ZERO);
    }
  }

  /** Ends the block that is open, so that the next text begins another. */
  record EndBlock() implements Step {}

  record Pause(Duration time) implements Step {}

  /** Waits until the latch is open, at most {@link #GATE_MAX}: a test decides when the answer goes on. */
  record Gate(CountDownLatch latch) implements Step {
    public static final Duration GATE_MAX = Duration.ofSeconds(60);
  }

  /** A ping event. */
  record Ping() implements Step {}

  /** The connection breaks here: no end of the block, of the message or of the HTTP body. */
  record Drop() implements Step {}

  /** Silence but for pings until the peer goes away or the stub is closed, at most {@link #HANG_MAX}. */
  record Hang() implements Step {
    public static final Duration HANG_MAX = Duration.ofMinutes(30);
  }

  /** An error event in the stream, after which the stream ends. */
  record ErrorEvent(String type, String message) implements Step {
    public static ErrorEvent overloaded() {
      return new ErrorEvent("overloaded_error", "Overloaded");
    }
  }

  /** Texts with a pause after each but the last. */
  static List<Step> texts(List<String> deltas, Duration between) {
    List<Step> steps = new ArrayList<>();
    for (String delta : deltas) {
      if (!steps.isEmpty() && between.isPositive()) {
        steps.add(new Pause(between));
      }
      steps.add(new Text(delta));
    }
    return steps;
  }

  /** The text word by word, each with the white space behind it, so that the deltas joined are the text. */
  static List<Step> words(String text, Duration between) {
    return text.isEmpty() ? List.of() : texts(List.of(text.split("(?<=\\s)(?=\\S)")), between);
  }

  /** {@code w0 w1 … } */
  static List<Step> tokens(int count, Duration between) {
    List<String> deltas = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      deltas.add("w" + i + " ");
    }
    return texts(deltas, between);
  }
}

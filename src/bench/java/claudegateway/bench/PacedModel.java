package claudegateway.bench;

import claudegateway.demo.Conversation;
import claudegateway.demo.Model;
import claudegateway.demo.Received;
import claudegateway.demo.Reply;
import claudegateway.demo.ScriptedModel;
import claudegateway.demo.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scripted model; and answers whose deltas leave when the benchmark says so, so that their time is known. */
final class PacedModel implements Model {
  private static final Pattern PACED = Pattern.compile("#paced (\\S+)");

  private static final Duration TAKEN_MAX = Duration.ofSeconds(30);

  private final ScriptedModel scripted = new ScriptedModel();
  private final Map<String, Pace> paces = new ConcurrentHashMap<>();

  /** One answer's deltas, {@code g0 g1 …}. */
  static final class Pace {
    private final List<CountDownLatch> gates = new ArrayList<>();
    private final long[] nanos;
    private int next;

    private Pace(int deltas) {
      nanos = new long[deltas];
      for (int i = 0; i < deltas; i++) {
        gates.add(new CountDownLatch(1));
      }
    }

    /** Lets the next delta out; false when there is none left. One thread. */
    boolean release() {
      if (next == nanos.length) {
        return false;
      }
      nanos[next] = System.nanoTime();
      gates.get(next++).countDown();
      return true;
    }

    /** When the delta with this text ({@code g17 }) was let out. */
    long releasedNanos(byte[] text, int from) {
      int number = 0;
      for (int i = from + 1; text[i] >= '0' && text[i] <= '9'; i++) {
        number = 10 * number + text[i] - '0';
      }
      return nanos[number];
    }
  }

  /** The answer to the next prompt that is {@code #paced KEY}. */
  Pace pace(String key, int deltas) {
    Pace pace = new Pace(deltas);
    paces.put(key, pace);
    return pace;
  }

  /** Returns when every pace has been asked for. */
  void awaitTaken() throws InterruptedException {
    long deadline = System.nanoTime() + TAKEN_MAX.toNanos();
    while (!paces.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the model was not asked within " + TAKEN_MAX.toSeconds() + " s");
      }
      Thread.sleep(1);
    }
  }

  @Override
  public Reply answer(Received request) {
    Matcher paced = PACED.matcher(
        request.conversation().lastPrompt().map(Conversation.Said::lastText).orElse(""));
    Pace pace = paced.find() ? paces.remove(paced.group(1)) : null;
    if (pace == null) {
      return scripted.answer(request);
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < pace.gates.size(); i++) {
      steps.add(new Step.Gate(pace.gates.get(i)));
      steps.add(new Step.Text("g" + i + " "));
    }
    return Reply.Script.of(steps);
  }
}

package claudegateway.doctor;

import claudegateway.demo.Model;
import claudegateway.demo.Received;
import claudegateway.demo.Reply;
import claudegateway.demo.Step;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Answers as the check at hand wants it. */
final class PlainModel implements Model {
  static final int WORDS = 20;
  private static final Reply PLAIN = Reply.Script.of(Step.tokens(WORDS, Duration.ZERO));

  private final AtomicReference<Function<Received, Reply>> answers = new AtomicReference<>(_ -> PLAIN);

  void answers(Function<Received, Reply> next) {
    answers.set(next);
  }

  void plain() {
    answers.set(_ -> PLAIN);
  }

  @Override
  public Reply answer(Received request) {
    return answers.get().apply(request);
  }
}

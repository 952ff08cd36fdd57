package claudegateway.demo;

import java.time.Duration;

/** What {@code --demo} talks to. */
public final class DemoModel implements Model {
  @Override
  public Reply answer(Received request) {
    return Reply.Script.of(Step.words("I am the demo model.", Duration.ofMillis(30)));
  }
}

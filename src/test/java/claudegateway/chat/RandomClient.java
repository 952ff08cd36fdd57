package claudegateway.chat;

/** Does by dice what users do, and compares what the model was given with what it sent. */
interface RandomClient {
  /** One thing. Throws an AssertionError when the model was given anything else. */
  void act(Engine engine) throws InterruptedException;

  /** Messages that it has sent. */
  int turns();
}

package claudegateway.demo;

/** Decides what the stub says. Called on the virtual thread of the request, many at a time. */
@FunctionalInterface
public interface Model {
  /** The answer to a request that broke no rule; what it throws becomes a 500. */
  Reply answer(Received request);
}

/**
 * The benchmark behind {@code bin/bench}: a load on the whole program, measured from a client's end beside the bare
 * CLI, interleaved in one run, so that a noisy or slow machine changes both.
 *
 * <p>May depend on everything, {@code src/test} included (the fake CLI, the scripted model); nothing depends on it,
 * and it is not in the product's jar.
 */
package claudegateway.bench;

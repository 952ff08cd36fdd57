package claudegateway.faults;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How much of it.
 *
 * @param quick a few injections of each, for every change; otherwise as many as were promised
 * @param seed of all that is random, so that a run can be repeated
 */
record Plan(boolean quick, long seed) {
  int times(int few, int all) {
    return quick ? few : all;
  }

  /** @param use distinguishes the sequences of one run */
  RandomGenerator random(long use) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 1_000_003 + use);
  }
}

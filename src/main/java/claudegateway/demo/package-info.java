/**
 * A stub of the Anthropic Messages API, for {@code --demo} and the tests.
 *
 * <p>May depend on {@code json}.
 */
package claudegateway.demo;

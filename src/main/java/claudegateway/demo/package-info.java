/**
 * A stub of the Anthropic Messages API, for {@code --demo} and the tests.
 *
 * <p>The idea: {@link claudegateway.demo.MessagesStub} is the API as the CLI meets it, with its events, its
 * errors and its refusals ({@code Rules}); a {@link claudegateway.demo.Model} decides what is said, as a {@link
 * claudegateway.demo.Reply} made of {@link claudegateway.demo.Step}s. What a test passes on here, the real API
 * would take.
 *
 * <p>May depend on {@code json}.
 */
package claudegateway.demo;

/**
 * The OpenAI wire format: requests in, completions, chunks, models and errors out.
 *
 * <p>May depend on {@code chat}, {@code json}.
 */
package claudegateway.openai;

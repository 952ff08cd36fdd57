/**
 * The OpenAI wire format: requests in, completions, chunks, models and errors out.
 *
 * <p>The idea: a request is read once, wholly, and every complaint names its field ({@code
 * ChatRequestParser}); an answer is a fold over a turn's events, into chunks ({@code ChunkWriter}) or into
 * one body ({@code Completion}), and a text delta passes as the bytes that the CLI wrote.
 *
 * <p>May depend on {@code chat}, {@code json}.
 */
package claudegateway.openai;

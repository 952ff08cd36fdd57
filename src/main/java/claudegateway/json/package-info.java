/**
 * JSON, in the two ways this program needs it.
 *
 * <p>Hot: {@code JsonlTokenizer} walks the CLI's output in place, without an object per token. Cold: {@link
 * claudegateway.json.Json} is a small immutable tree with a strict reader and a writer over jackson-core's
 * streaming API. {@link claudegateway.json.Slice} is the bridge: a piece of a JSON string literal, passed on
 * as the bytes it came in.
 *
 * <p>May depend on the JDK and jackson-core.
 */
package claudegateway.json;

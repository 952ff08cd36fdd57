/**
 * Where the program's {@link java.lang.System.Logger}s go: lines on stderr, as text or as JSON.
 *
 * <p>The idea: java.util.logging does what it can do (levels, loggers, parameters), and this room gives it the two
 * formats and a way to stderr that never makes a request wait. Who logs knows nothing of it.
 *
 * <p>May depend on {@code http}, for the record of a request, and on {@code json}.
 */
package claudegateway.log;

/**
 * A thin layer over {@code com.sun.net.httpserver}. Knows nothing of Claude, and of OpenAI one thing: the
 * shape of an error.
 *
 * <p>The idea: a {@link claudegateway.http.Handler} is one method, a {@link claudegateway.http.Filter} is one
 * method with a next, and all that the JDK's server lacks (time limits, disconnects, readable refusals) is
 * hidden in {@link claudegateway.http.Exchange} and the streams that it gives out. An exchange belongs to the
 * one virtual thread that serves it.
 *
 * <p>May depend on the JDK and {@code json}.
 */
package claudegateway.http;

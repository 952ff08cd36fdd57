/**
 * A thin layer over {@code com.sun.net.httpserver}. Knows nothing of Claude.
 *
 * <p>May depend on the JDK.
 */
package claudegateway.http;

package claudegateway.http;

/**
 * The JDK server's settings that are system properties. It reads them once, when its first class is loaded,
 * so {@link #configure} comes before any other use of {@code com.sun.net.httpserver} in the process.
 */
public final class JdkServer {
  private JdkServer() {}

  /** Sets what the command line ({@code -D}) has not set. */
  public static void configure() {
    // Nagle's algorithm would hold small events back until the client acknowledges the one before.
    set("sun.net.httpserver.nodelay", "true");
    // An upper bound behind our own deadlines (HttpLimits), for whatever they do not see. Seconds.
    set("sun.net.httpserver.maxReqTime", "600");
    // Connections that wait for their next request. The JDK's 200 closes those of a busy page of clients.
    set("sun.net.httpserver.maxIdleConnections", "2000");
    // Seconds. Longer than clients keep an unused connection (nginx 60), so that they close it, not we.
    set("sun.net.httpserver.idleInterval", "90");
    // Without a bound, the loop that accepts spins as soon as the descriptors are used up.
    set("jdk.httpserver.maxConnections", "4000");
    // Beyond these the JDK closes the connection without an answer; HttpLimits.headersMax answers 431 before.
    set("sun.net.httpserver.maxReqHeaders", "200");
    set("sun.net.httpserver.maxReqHeaderSize", Integer.toString(256 << 10));
  }

  private static void set(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}

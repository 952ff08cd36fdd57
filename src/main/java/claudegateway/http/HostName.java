package claudegateway.http;

import java.util.Locale;

/**
 * The host of a {@code Host} header or origin, without its port, in lower case, without a trailing dot; an
 * IPv6 address keeps its brackets.
 */
record HostName(String name) {
  static HostName of(String authority) {
    String text = authority.strip().toLowerCase(Locale.ROOT);
    int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
    int colon = text.indexOf(':', Math.max(0, bracket));
    String host = colon < 0 ? text : text.substring(0, colon);
    return new HostName(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
  }

  /** {@code localhost} or a name below it, which browsers never ask DNS for. */
  boolean isLocalhost() {
    return name.equals("localhost") || name.endsWith(".localhost");
  }

  /** An address written as such, which DNS has no say in. */
  boolean isAddress() {
    return name.startsWith("[")
        ? name.matches("\\[[0-9a-f:.]{2,45}(%[0-9a-z.]+)?]")
        : name.matches("\\d{1,3}(\\.\\d{1,3}){3}");
  }

  boolean isPublicName() {
    return !name.isEmpty() && !isLocalhost() && !isAddress();
  }
}

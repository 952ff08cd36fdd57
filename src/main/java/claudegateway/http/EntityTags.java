package claudegateway.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * {@code ETag} on JSON that was got, and 304 when the client has it already. The tag is a hash of the body
 * before compression, weak because the bytes on the wire may differ.
 */
final class EntityTags implements Filter {
  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    if (exchange.method().equals("GET") || exchange.method().equals("HEAD")) {
      exchange.onSend(EntityTags::tag);
    }
    next.handle(exchange);
  }

  private static Reply tag(Exchange exchange, Reply reply) {
    if (reply.status() != 200 || !reply.isJson()) {
      return reply;
    }
    String tag = "W/\"" + hash(reply.body()) + '"';
    exchange.header("ETag", tag);
    return exchange.header("If-None-Match").filter(known -> matches(known, tag)).isPresent()
        ? new Reply(304, "", new byte[0])
        : reply;
  }

  /** Weak comparison, RFC 9110 §8.8.3.2. */
  private static boolean matches(String known, String tag) {
    String opaque = tag.substring(2);
    return known.strip().equals("*") || Arrays.stream(known.split(","))
        .map(String::strip)
        .anyMatch(one -> (one.startsWith("W/") ? one.substring(2) : one).equals(opaque));
  }

  private static String hash(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body), 0, 12);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }
}

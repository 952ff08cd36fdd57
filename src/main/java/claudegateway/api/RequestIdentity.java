package claudegateway.api;

import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** By what a request is known when its copies come: who asks for what, and how it may be a copy itself. */
record RequestIdentity(DoubledRequests.Key key, String body, DoubledRequests.Kind kind) {
  private static final int NAME_MAX = 255;

  /** Throws HttpError (400) for an Idempotency-Key that is none. */
  static RequestIdentity of(Exchange exchange, ClientProfile profile, byte[] content) {
    String body = hash(content);
    Optional<String> name = exchange.header("Idempotency-Key").map(String::strip);
    if (name.isPresent() && (name.get().isEmpty() || name.get().length() > NAME_MAX)) {
      throw HttpError.badRequest("Idempotency-Key", "An Idempotency-Key has 1 to " + NAME_MAX
          + " characters");
    }
    DoubledRequests.Kind kind = name.isPresent() ? DoubledRequests.Kind.NAMED
        : profile.doubles() ? DoubledRequests.Kind.APP
        : isRetry(exchange) ? DoubledRequests.Kind.RETRY
        : DoubledRequests.Kind.FIRST;
    // Without keys, two machines that send the same are still two.
    String owner = exchange.principal().isEmpty()
        ? "address " + exchange.remoteAddress().getAddress().getHostAddress()
        : "key " + exchange.principal();
    return new RequestIdentity(
        new DoubledRequests.Key(
            owner, exchange.method(), exchange.path(), name.map("name "::concat).orElse(body)),
        body, kind);
  }

  /** OpenAI's and Anthropic's SDKs count their repetitions in this header. */
  private static boolean isRetry(Exchange exchange) {
    return exchange.header("x-stainless-retry-count").filter(count -> count.strip().matches("[1-9]\\d{0,8}"))
        .isPresent();
  }

  private static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }
}

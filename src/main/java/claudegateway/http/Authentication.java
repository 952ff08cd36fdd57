package claudegateway.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * Asks for an API key: {@code Authorization: Bearer}, {@code x-api-key}, or {@code ?api_key=} where that is
 * allowed (it ends in the logs of whatever is in between). The key's name becomes the exchange's principal.
 *
 * <p>Compares hashes, all of them, in constant time.
 */
final class Authentication implements Filter {
  private static final String BEARER = "Bearer ";

  private record Known(String name, byte[] hash) {}

  private final List<Known> keys;
  private final boolean queryAllowed;

  /** @param keys with none, every key is invalid */
  Authentication(List<ApiKey> keys, boolean queryAllowed) {
    this.keys = keys.stream().map(key -> new Known(key.name(), hash(key.secret()))).toList();
    this.queryAllowed = queryAllowed;
  }

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    Optional<String> presented = presented(exchange);
    if (presented.isPresent()) {
      nameOf(presented.get()).ifPresent(exchange::principal);
    }
    if (exchange.principal().isEmpty() && !exchange.route().map(Route::open).orElse(false)) {
      throw presented.isEmpty()
          ? HttpError.unauthorized("missing_api_key",
              "An API key is needed: Authorization: Bearer KEY, or x-api-key: KEY")
          : HttpError.unauthorized("invalid_api_key", "The API key is not one of this server's keys");
    }
    next.handle(exchange);
  }

  private Optional<String> presented(Exchange exchange) {
    return exchange.header("Authorization")
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip())
        .filter(key -> !key.isEmpty())
        .or(() -> exchange.header("x-api-key").map(String::strip).filter(key -> !key.isEmpty()))
        .or(() -> queryAllowed ? exchange.query("api_key").filter(key -> !key.isEmpty()) : Optional.empty());
  }

  private Optional<String> nameOf(String secret) {
    byte[] hash = hash(secret);
    String name = null;
    for (Known key : keys) {
      if (MessageDigest.isEqual(key.hash(), hash)) {
        name = key.name();
      }
    }
    return Optional.ofNullable(name);
  }

  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }
}

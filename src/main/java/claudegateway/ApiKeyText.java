package claudegateway;

import claudegateway.http.ApiKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** How a key stands in the settings: {@code name:key}, or a key alone. */
final class ApiKeyText {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  /** What a header can carry, without blanks and commas. */
  private static final Pattern SECRET = Pattern.compile("[!-+\\--~]{1,512}");

  private ApiKeyText() {}

  /**
   * A key without a name is called {@code key-} and 8 hex digits of its SHA-256, so that it stays its rows'
   * owner when other keys come and go. Throws IllegalArgumentException for what is no key.
   */
  static ApiKey parse(String text) {
    int colon = text.indexOf(':');
    boolean named = colon > 0 && NAME.matcher(text.substring(0, colon)).matches();
    String secret = named ? text.substring(colon + 1) : text;
    if (!SECRET.matcher(secret).matches()) {
      throw new IllegalArgumentException();
    }
    return new ApiKey(named ? text.substring(0, colon) : "key-" + fingerprint(secret), secret);
  }

  private static String fingerprint(String secret) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}

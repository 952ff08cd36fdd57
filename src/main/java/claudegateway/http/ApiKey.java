package claudegateway.http;

/**
 * A key that clients may present.
 *
 * @param name what the key is called in logs, limits and as the owner of rows; never the secret
 */
public record ApiKey(String name, String secret) {
  public ApiKey {
    if (name.isBlank() || secret.isBlank()) {
      throw new IllegalArgumentException("an API key needs a name and a secret");
    }
  }

  /** Without the secret, so that no log shows it by accident. */
  @Override
  public String toString() {
    return "ApiKey[" + name + "]";
  }
}

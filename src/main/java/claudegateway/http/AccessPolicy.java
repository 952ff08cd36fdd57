package claudegateway.http;

import java.util.List;
import java.util.Set;

/**
 * Who may ask, and how often.
 *
 * @param allowedHosts names beside localhost and IP addresses that this server answers for
 * @param allowedOrigins origins whose pages may call it; {@code *} for any
 * @param keys with none (and keyRequired false), only this machine is served
 * @param keyRequired asks for a key even when there is none that would fit
 * @param keyInQuery accepts {@code ?api_key=}
 * @param requestsPerMinute for each key or address; 0 for no limit
 * @param burst requests at once
 */
public record AccessPolicy(
    Set<String> allowedHosts,
    Set<String> allowedOrigins,
    List<ApiKey> keys,
    boolean keyRequired,
    boolean keyInQuery,
    int requestsPerMinute,
    int burst) {

  /** This machine only, no limits. */
  public static final AccessPolicy LOCAL =
      new AccessPolicy(Set.of(), Set.of(), List.of(), false, false, 0, 1);

  public AccessPolicy {
    allowedHosts = Set.copyOf(allowedHosts);
    allowedOrigins = Set.copyOf(allowedOrigins);
    keys = List.copyOf(keys);
  }

  boolean asksForKey() {
    return keyRequired || !keys.isEmpty();
  }
}

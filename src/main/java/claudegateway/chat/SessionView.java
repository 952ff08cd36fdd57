package claudegateway.chat;

import claudegateway.json.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * A session as its owner may see it.
 *
 * @param title never empty
 * @param origin "named", or "history" for one that a client without session ids caused
 * @param messageCount user and assistant messages
 * @param costUsd US dollars, all turns
 * @param running whether a turn is in progress now
 * @param live whether a CLI process is held for it now
 */
public record SessionView(
    String id,
    String projectId,
    String title,
    String model,
    Optional<String> system,
    String origin,
    Json.Obj metadata,
    Instant createdAt,
    Instant updatedAt,
    long messageCount,
    long inputTokens,
    long outputTokens,
    double costUsd,
    boolean running,
    boolean live) {

  public long totalTokens() {
    return inputTokens + outputTokens;
  }

  /** What a client gives when it makes a session, or changes one (then empty = as it is). */
  public record Draft(
      Optional<String> projectId,
      Optional<String> title,
      Optional<String> model,
      Optional<String> system,
      Optional<Json.Obj> metadata) {}

  /** One stored message; content is what {@link Message} holds. */
  public record StoredMessage(long id, Message message, Instant createdAt, Usage usage) {}

  /** @param total rows that the filter matches, on all pages */
  public record Page<T>(java.util.List<T> items, long total) {}
}

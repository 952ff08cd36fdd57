package claudegateway.chat;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Keeps a session's own writes in order: the store lets others' small ones overtake a large one, but not the next turn
 * of the same session, or of one that branches off it.
 *
 * <p>For one session by one thread at a time (who has claimed it); different sessions by any.
 */
final class SessionOrder {
  /** Of each session the last write that others have to wait for; only while there is one. */
  private final ConcurrentHashMap<String, CompletableFuture<?>> pending = new ConcurrentHashMap<>();

  /**
   * Writes at once, or when that which is under way for a session is done, well or not.
   *
   * @param after the session that has to be up to date
   * @param large whether the session's next writes could overtake this one
   */
  <T> CompletableFuture<T> write(String after, String sessionId, boolean large, Supplier<CompletableFuture<T>> write) {
    Optional<CompletableFuture<?>> before = Optional.ofNullable(pending.get(after));
    CompletableFuture<T> done = before.isPresent()
        ? before.get().handle((_, _) -> write).thenCompose(Supplier::get) : write.get();
    if (large || before.isPresent()) {
      pending.put(sessionId, done);
      done.whenComplete((_, _) -> pending.remove(sessionId, done));
    }
    return done;
  }

  /** Whether something waits, so that it is not even offered to the store yet. */
  boolean isBehind() {
    return !pending.isEmpty();
  }
}

package claudegateway.store;

import java.util.Optional;

/**
 * A turn that begins, or one that the session's history already holds ({@code inherited}: finished at once,
 * without usage). The fields are those of {@link TurnRow}.
 */
public record NewTurn(
    String id,
    String sessionId,
    String model,
    Optional<byte[]> lineage,
    boolean inherited,
    Optional<String> userUuid,
    Optional<String> lastUuid,
    long startedAt) {}

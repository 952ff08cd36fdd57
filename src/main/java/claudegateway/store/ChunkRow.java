package claudegateway.store;

/**
 * A checkpointed piece of an answer. The bytes are not copied: nobody may change them.
 *
 * @param position of its event in the turn's log
 * @param kind the writer's own name for what the bytes are
 */
public record ChunkRow(long position, String kind, byte[] bytes) {}

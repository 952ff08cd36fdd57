package claudegateway.pool;

import java.time.Duration;

/**
 * The operator's choices for processes.
 *
 * @param liveMax live CLI processes, spares included
 * @param memoryMax bytes that they may count for, see {@link Footprint}
 * @param sparesMax processes that are kept ready for new conversations
 * @param sparesAfterBurst the same while conversations began together lately; no less than sparesMax
 * @param slotWait how long a request waits for a process slot
 * @param queueMax requests that may wait for a slot at the same time
 */
public record PoolSettings(
    int liveMax,
    long memoryMax,
    int sparesMax,
    int sparesAfterBurst,
    Duration slotWait,
    int queueMax) {}

package claudegateway.store;

/**
 * Counters since the start, for metrics.
 *
 * @param writeQueue works waiting to be written, now
 * @param readQueue works waiting to be read, now
 * @param works works in committed transactions (each failed one included)
 * @param commits transactions committed
 * @param failedCommits transactions lost, with every work in them
 * @param commitNanos time spent in commits, all together
 * @param lastCommitNanos time that the latest commit took
 */
public record DatabaseStats(
    int writeQueue,
    int readQueue,
    long works,
    long commits,
    long failedCommits,
    long commitNanos,
    long lastCommitNanos) {}

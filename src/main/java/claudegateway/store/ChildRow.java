package claudegateway.store;

/**
 * A process that this data directory's gateway has started and that has not been seen to end.
 *
 * @param startTime of the process, as the caller measures it (it tells a reused pid)
 * @param sessionUuid stands in the process's arguments
 */
public record ChildRow(long pid, long startTime, String sessionUuid, long startedAt) {}

package claudegateway.store;

/**
 * What was used, in one group or altogether.
 *
 * @param key the group: a day ("2026-01-31", UTC), a model's or a project's id; "" for the whole
 * @param sessions sessions with a turn in it
 */
public record UsageSum(String key, long sessions, long turns, TokenUsage usage) {}

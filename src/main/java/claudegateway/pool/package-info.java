/**
 * The CLI processes before anybody has one: how many may live, which start, which wait for conversations to come.
 *
 * <p>The idea: a start costs most of a core for most of a second, so what can be told of the next conversations is
 * started before them ({@link claudegateway.pool.Spares}), what cannot is started no more at a time than there are
 * cores, and all together stay within a budget that idle ones leave first ({@link claudegateway.pool.ProcessBudget}).
 *
 * <p>Knows nothing of turns and sessions. May depend on {@code claude}, {@code store}, {@code json}.
 */
package claudegateway.pool;

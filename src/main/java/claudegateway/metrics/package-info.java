/**
 * {@code GET /metrics}: what a Prometheus asks for.
 *
 * <p>The idea: the other rooms count for themselves; this one reads their figures when it is asked and writes them
 * down. Only requests are counted here, as a listener of the access log.
 *
 * <p>May depend on {@code http}, {@code chat} and {@code store}.
 */
package claudegateway.metrics;

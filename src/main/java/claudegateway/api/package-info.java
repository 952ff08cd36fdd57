/**
 * One handler per resource, and the table of all routes.
 *
 * <p>May depend on all rooms but {@code demo}.
 */
package claudegateway.api;

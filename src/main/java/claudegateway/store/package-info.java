/**
 * SQLite: schema and versioned migrations, one small DAO per table, records for rows.
 *
 * <p>The idea: {@link claudegateway.store.Database#write} queues work for one writer thread, which commits
 * all that has gathered with one sync to the disk; megabytes ({@link claudegateway.store.Database#writeBulk}) give
 * way to small works. {@link claudegateway.store.Database#read} runs on a few reader threads, each with a
 * connection of its own. JDBC blocks in native code, so it never runs on a
 * caller's virtual thread. The DAOs ({@code Sessions}, {@code Turns}, …) are called inside such work with
 * its {@link claudegateway.store.Sql}.
 *
 * <p>All times are epoch milliseconds. May depend on JDBC and the SQLite driver.
 */
package claudegateway.store;

/**
 * SQLite: schema and versioned migrations, one small DAO per table, records for rows.
 *
 * <p>May depend on JDBC.
 */
package claudegateway.store;

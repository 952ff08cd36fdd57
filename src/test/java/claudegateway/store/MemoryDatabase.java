package claudegateway.store;

import java.sql.DriverManager;
import java.sql.SQLException;

/** A database of its own for one test, in memory, with the schema and foreign keys on. */
final class MemoryDatabase {
  private MemoryDatabase() {}

  static Sql open() throws SQLException {
    Sql sql = new Sql(DriverManager.getConnection("jdbc:sqlite::memory:"));
    sql.set("PRAGMA foreign_keys = ON");
    Migrations.apply(sql);
    return sql;
  }
}

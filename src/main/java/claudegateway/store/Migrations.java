package claudegateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The schema's versions: resources beside this class, applied in order, each in a transaction of its own. */
final class Migrations {
  static final List<String> SCRIPTS = List.of("V001__conversations.sql");
  static final int NEWEST = SCRIPTS.size();

  private Migrations() {}

  /** Brings the schema to {@link #NEWEST}. Takes the write lock even when there is nothing to do. */
  static void apply(Sql sql) throws SQLException {
    long version;
    do {
      try (Statement statement = sql.connection().createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        try {
          // Asked for under the lock: another process may have migrated since.
          version = sql.one("PRAGMA user_version", row -> row.number("user_version")).orElseThrow();
          if (version < NEWEST) {
            statement.executeUpdate(script((int) version)); // sqlite3_exec: all statements of the text
            statement.executeUpdate("PRAGMA application_id = " + DatabaseFile.APPLICATION_ID);
            statement.executeUpdate("PRAGMA user_version = " + (version + 1));
          }
          statement.execute("COMMIT");
        } catch (SQLException | RuntimeException failed) {
          statement.execute("ROLLBACK");
          throw failed;
        }
      }
    } while (version < NEWEST);
  }

  private static String script(int index) {
    String name = SCRIPTS.get(index);
    try (InputStream in = Migrations.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program's file " + name + " is missing: build it again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

package claudegateway.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One connection with its prepared statements. Belongs to one thread at a time.
 *
 * <p>Arguments: String, Long, Integer, Double, Boolean (1 or 0), byte[], an enum constant (its name in lower
 * case), or an Optional or OptionalLong (empty = NULL).
 */
public final class Sql implements AutoCloseable {
  /** Prepared statements kept for each connection; the room has fewer, beyond it the oldest is closed. */
  public static final int STATEMENTS_MAX = 128;

  public interface Mapper<T> {
    T map(Row row) throws SQLException;
  }

  private final Connection connection;
  private final LinkedHashMap<String, PreparedStatement> idle = new LinkedHashMap<>();

  Sql(Connection connection) {
    this.connection = connection;
  }

  /** Runs one statement. @return the number of rows that it changed */
  public int update(String sql, Object... arguments) throws SQLException {
    return run(sql, arguments, PreparedStatement::executeUpdate);
  }

  public <T> List<T> query(String sql, Mapper<T> mapper, Object... arguments) throws SQLException {
    return run(sql, arguments, statement -> {
      List<T> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        Row row = new Row(result);
        while (result.next()) {
          rows.add(mapper.map(row));
        }
      }
      return rows;
    });
  }

  /** The first row, if there is one; the statement should yield no more. */
  public <T> Optional<T> one(String sql, Mapper<T> mapper, Object... arguments) throws SQLException {
    return query(sql, mapper, arguments).stream().findFirst();
  }

  /** The value of a statement that yields one row with a number in its column {@code n}. */
  long number(String sql, Object... arguments) throws SQLException {
    return one(sql, row -> row.number("n"), arguments).orElseThrow();
  }

  private interface Execution<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  /** A statement in use is out of the table, so a mapper may run the same text again. */
  private <T> T run(String sql, Object[] arguments, Execution<T> execution) throws SQLException {
    PreparedStatement idleOne = idle.remove(sql);
    PreparedStatement statement = idleOne == null ? connection.prepareStatement(sql) : idleOne;
    try {
      for (int i = 0; i < arguments.length; i++) {
        bind(statement, i + 1, arguments[i]);
      }
      T result = execution.of(statement);
      giveBack(sql, statement);
      return result;
    } catch (SQLException | RuntimeException failed) {
      statement.close(); // the driver may have closed it already; then this does nothing
      throw failed;
    }
  }

  private void giveBack(String sql, PreparedStatement statement) throws SQLException {
    statement.clearParameters(); // does not hold on to a message of megabytes
    PreparedStatement twin = idle.put(sql, statement);
    if (twin != null) {
      twin.close();
    }
    if (idle.size() > STATEMENTS_MAX) {
      idle.pollFirstEntry().getValue().close();
    }
  }

  private static void bind(PreparedStatement statement, int index, Object argument) throws SQLException {
    switch (argument) {
      case String text -> statement.setString(index, text);
      case Long number -> statement.setLong(index, number);
      case Integer number -> statement.setInt(index, number);
      case Double number -> statement.setDouble(index, number);
      case Boolean flag -> statement.setInt(index, flag ? 1 : 0);
      case byte[] bytes -> statement.setBytes(index, bytes);
      case Enum<?> constant -> statement.setString(index, constant.name().toLowerCase(Locale.ROOT));
      case OptionalLong maybe when maybe.isPresent() -> statement.setLong(index, maybe.getAsLong());
      case OptionalLong absent -> statement.setNull(index, Types.INTEGER);
      case Optional<?> maybe when maybe.isPresent() -> bind(statement, index, maybe.get());
      case Optional<?> absent -> statement.setNull(index, Types.VARCHAR);
      default -> throw new SQLException("no column type for a " + argument.getClass().getName());
    }
  }

  /** Runs a statement once, whether it yields rows or not. */
  void set(String pragma) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(pragma);
    }
  }

  /** The text of the statement that ran last. */
  String last() {
    return idle.lastEntry().getKey();
  }

  Connection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException {
    connection.close(); // and with it every statement
  }
}

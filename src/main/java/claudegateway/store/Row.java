package claudegateway.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The current row of a result, columns by name. Valid only inside the {@link Sql.Mapper} it is given to. */
public final class Row {
  private final ResultSet result;

  Row(ResultSet result) {
    this.result = result;
  }

  public String text(String column) throws SQLException {
    return result.getString(column);
  }

  public Optional<String> maybeText(String column) throws SQLException {
    return Optional.ofNullable(result.getString(column));
  }

  public long number(String column) throws SQLException {
    return result.getLong(column);
  }

  public OptionalLong maybeNumber(String column) throws SQLException {
    long value = result.getLong(column);
    return result.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  public double real(String column) throws SQLException {
    return result.getDouble(column);
  }

  public boolean flag(String column) throws SQLException {
    return result.getLong(column) != 0;
  }

  public byte[] bytes(String column) throws SQLException {
    return result.getBytes(column);
  }

  public Optional<byte[]> maybeBytes(String column) throws SQLException {
    return Optional.ofNullable(result.getBytes(column));
  }

  /** A constant that is stored as its name in lower case. */
  <E extends Enum<E>> E constant(String column, Class<E> type) throws SQLException {
    return Enum.valueOf(type, text(column).toUpperCase(Locale.ROOT));
  }
}

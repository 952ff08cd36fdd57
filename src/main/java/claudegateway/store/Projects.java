package claudegateway.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table {@code project}. "Visible to": of that owner, or of nobody (""). */
public final class Projects {
  private Projects() {}

  /** Throws SQLException when the id is taken. */
  public static void insert(Sql sql, ProjectRow project) throws SQLException {
    sql.update("""
        INSERT INTO project (id, owner, name, description, path, made_by_gateway, language, framework,
          metadata, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        project.id(), project.owner(), project.name(), project.description(), project.path(),
        project.madeByGateway(), project.language(), project.framework(), project.metadata(),
        project.createdAt(), project.updatedAt());
  }

  public static Optional<ProjectRow> find(Sql sql, String id) throws SQLException {
    return sql.one("SELECT * FROM project WHERE id = ?", ProjectRow::of, id);
  }

  /** Newest first. */
  public static List<ProjectRow> page(Sql sql, String owner, int limit, long offset) throws SQLException {
    return sql.query("SELECT * FROM project WHERE owner IN ('', ?) ORDER BY created_at DESC, number DESC"
        + " LIMIT ? OFFSET ?", ProjectRow::of, owner, limit, offset);
  }

  public static long count(Sql sql, String owner) throws SQLException {
    return sql.number("SELECT count(*) AS n FROM project WHERE owner IN ('', ?)", owner);
  }

  /** Writes every field but id, owner and creation. @return whether there is such a project */
  public static boolean update(Sql sql, ProjectRow project) throws SQLException {
    return sql.update("""
        UPDATE project SET name = ?, description = ?, path = ?, made_by_gateway = ?, language = ?,
          framework = ?, metadata = ?, updated_at = ? WHERE id = ?""",
        project.name(), project.description(), project.path(), project.madeByGateway(), project.language(),
        project.framework(), project.metadata(), project.updatedAt(), project.id()) > 0;
  }

  public static void touch(Sql sql, String id, long now) throws SQLException {
    sql.update("UPDATE project SET updated_at = ? WHERE id = ?", now, id);
  }

  /** Its sessions stay. @return whether there was such a project */
  public static boolean delete(Sql sql, String id) throws SQLException {
    return sql.update("DELETE FROM project WHERE id = ?", id) > 0;
  }
}

package claudegateway.store;

import java.sql.SQLException;
import java.util.Optional;

/**
 * A folder that sessions work in.
 *
 * @param owner name of the API key that made it; "" = visible to everybody
 * @param path real path of the folder
 * @param madeByGateway whether the folder was made with the project (only then may it go with it)
 * @param metadata JSON object
 */
public record ProjectRow(
    String id,
    String owner,
    String name,
    String description,
    String path,
    boolean madeByGateway,
    Optional<String> language,
    Optional<String> framework,
    String metadata,
    long createdAt,
    long updatedAt) {

  static ProjectRow of(Row row) throws SQLException {
    return new ProjectRow(row.text("id"), row.text("owner"), row.text("name"), row.text("description"),
        row.text("path"), row.flag("made_by_gateway"), row.maybeText("language"), row.maybeText("framework"),
        row.text("metadata"), row.number("created_at"), row.number("updated_at"));
  }
}

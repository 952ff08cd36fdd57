package claudegateway.project;

import claudegateway.json.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * A project as its owner may see it.
 *
 * @param path real path of its folder
 * @param fileCount regular files in it, as far as {@link ProjectFiles} counted
 * @param sessionCount its sessions that were not made by requests without a session id
 */
public record ProjectView(
    String id,
    String name,
    String description,
    String path,
    Optional<String> language,
    Optional<String> framework,
    Json.Obj metadata,
    Instant createdAt,
    Instant updatedAt,
    int fileCount,
    long sessionCount) {

  /**
   * What a client gives when it makes a project, or changes one (then empty = as it is).
   *
   * @param path below the project root, or an existing folder below an allowed root
   */
  public record Draft(
      Optional<String> name,
      Optional<String> path,
      Optional<String> description,
      Optional<String> language,
      Optional<String> framework,
      Optional<Json.Obj> metadata) {

    public static Draft named(String name) {
      return new Draft(Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }
}

package claudegateway.store;

import java.sql.SQLException;
import java.util.Optional;

/**
 * A conversation. Its id is the CLI's session id.
 *
 * @param id UUID in text form
 * @param projectId may name no project
 * @param owner name of the API key that made it; "" = visible to everybody
 * @param systemPrompt empty = Claude Code's own
 * @param metadata JSON object
 * @param transcript how much of the history the CLI's own transcript file holds
 * @param transcriptMark that file as we last saw it (its size and last line's uuid)
 * @param parentId the session that this one was forked from
 */
public record SessionRow(
    String id,
    String projectId,
    String owner,
    String title,
    String model,
    Optional<String> systemPrompt,
    Origin origin,
    String metadata,
    Transcript transcript,
    Optional<String> transcriptMark,
    Optional<String> parentId,
    long createdAt,
    long updatedAt) {

  /**
   * NAMED: a client knows its id. HISTORY: made for a client that resends its history; dropped after a while.
   */
  public enum Origin { NAMED, HISTORY }

  public enum Transcript { NONE, WHOLE, PARTIAL }

  static SessionRow of(Row row) throws SQLException {
    return new SessionRow(row.text("id"), row.text("project_id"), row.text("owner"), row.text("title"),
        row.text("model"), row.maybeText("system_prompt"), row.constant("origin", Origin.class),
        row.text("metadata"), row.constant("transcript", Transcript.class), row.maybeText("transcript_mark"),
        row.maybeText("parent_id"), row.number("created_at"), row.number("updated_at"));
  }
}

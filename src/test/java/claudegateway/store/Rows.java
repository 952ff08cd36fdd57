package claudegateway.store;

import claudegateway.store.SessionRow.Origin;
import claudegateway.store.SessionRow.Transcript;
import java.util.Optional;
import java.util.OptionalLong;

/** Rows for tests: what a test does not name does not matter to it. */
public final class Rows {
  private Rows() {}

  public static ProjectRow project(String id, String owner) {
    return new ProjectRow(id, owner, "name of " + id, "", "/projects/" + id, true, Optional.of("swift"),
        Optional.empty(), "{}", 1_000, 1_000);
  }

  public static SessionRow session(String id) {
    return session(id, "default", "", Origin.NAMED, 1_000);
  }

  public static SessionRow session(String id, String project, String owner, Origin origin, long time) {
    return new SessionRow(id, project, owner, "title of " + id, "claude-sonnet", Optional.of("be brief"),
        origin, "{\"a\":1}", Transcript.NONE, Optional.empty(), Optional.empty(), time, time);
  }

  public static NewTurn turn(String id, String session, long startedAt) {
    return new NewTurn(id, session, "claude-sonnet", Optional.empty(), false, Optional.of("user-" + id),
        Optional.empty(), startedAt);
  }

  public static TurnEnd end(long endedAt, TokenUsage usage) {
    return new TurnEnd(TurnRow.State.FINISHED, Optional.empty(), Optional.of("last"), Optional.of("stop"),
        Optional.empty(), Optional.empty(), OptionalLong.of(20), endedAt, usage);
  }
}

package claudegateway.store;

import claudegateway.store.SessionRow.Origin;
import java.util.Optional;

/** Which sessions: those of one owner and those of nobody (""), of one project and origin where named. */
public record SessionFilter(String owner, Optional<String> projectId, Optional<Origin> origin) {
  public static SessionFilter of(String owner) {
    return new SessionFilter(owner, Optional.empty(), Optional.empty());
  }
}

package claudegateway.chat;

import java.util.List;
import java.util.Optional;

/** Stored conversations: made, listed, changed, deleted. Throws ChatException (SESSION_NOT_FOUND) by id. */
public final class Sessions {

  /** Makes a named session and warms a process for it in the background. */
  public SessionView create(SessionView.Draft draft, Caller caller) {
    throw new UnsupportedOperationException();
  }

  public SessionView get(String id, Caller caller) {
    throw new UnsupportedOperationException();
  }

  /** Newest first. History sessions (see SessionView.origin) only when asked for. */
  public SessionView.Page<SessionView> page(
      Optional<String> projectId, boolean withHistory, int limit, long offset, Caller caller) {
    throw new UnsupportedOperationException();
  }

  public SessionView change(String id, SessionView.Draft draft, Caller caller) {
    throw new UnsupportedOperationException();
  }

  /** Ends its process, deletes its rows and the transcript that we caused. */
  public void delete(String id, Caller caller) {
    throw new UnsupportedOperationException();
  }

  /** In order; from after a message id. */
  public SessionView.Page<SessionView.StoredMessage> messages(String id, int limit, long offset, Caller caller) {
    throw new UnsupportedOperationException();
  }

  /** Ids of the sessions that hold a process now. */
  public List<String> live() {
    throw new UnsupportedOperationException();
  }
}

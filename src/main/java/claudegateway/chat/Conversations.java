package claudegateway.chat;

import java.util.Optional;

/**
 * The way in for a request: which session it belongs to, a process for it, and the turn that answers it.
 *
 * <p>All methods may be called from any thread, virtual ones included, and may block for as long as their
 * javadoc says.
 */
public final class Conversations {

  /**
   * Begins a turn. Blocks while the session is resolved and a process slot is found (bounded by settings); the
   * model's answer is awaited by the turn's cursors. Throws ChatException for everything that can be refused
   * before: unknown session, other project, busy, no slot.
   */
  public Turn start(ChatRequest request, Caller caller) {
    throw new UnsupportedOperationException();
  }

  /** A running or recently ended turn by its completion id. */
  public Optional<Turn> turn(String completionId, Caller caller) {
    throw new UnsupportedOperationException();
  }

  /** The turn that a session runs now. Throws ChatException (SESSION_NOT_FOUND). */
  public Optional<Turn> running(String sessionId, Caller caller) {
    throw new UnsupportedOperationException();
  }

  /**
   * Stops the running turn of a session (or of a completion id); what was said until then is kept, its readers
   * get TURN_INTERRUPTED. Returns whether a turn was running. Throws ChatException (SESSION_NOT_FOUND).
   */
  public boolean stop(String sessionOrCompletionId, Caller caller) {
    throw new UnsupportedOperationException();
  }
}

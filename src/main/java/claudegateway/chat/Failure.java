package claudegateway.chat;

import java.time.Duration;
import java.util.Optional;

/**
 * Why something was refused or a turn did not end well.
 *
 * @param message for the client: what happened and what would be accepted or can be done
 * @param param the request field that is at fault, where one is
 * @param retryAfter when trying again makes sense
 */
public record Failure(Kind kind, String message, Optional<String> param, Optional<Duration> retryAfter) {

  /** Each kind has one HTTP status and one error code (given where the wire format is known). */
  public enum Kind {
    /** The request asks for something that cannot be. */
    INVALID,
    SESSION_NOT_FOUND,
    PROJECT_NOT_FOUND,
    MODEL_NOT_FOUND,
    /** The session runs another turn. */
    SESSION_BUSY,
    /** All process slots are taken, or the queue is full. */
    OVERLOADED,
    /** The CLI is missing or does not start. */
    CLAUDE_UNAVAILABLE,
    /** The CLI is not logged in, or its credential was refused upstream. */
    CLAUDE_AUTH,
    /** The model's API refused the request for its content (400, 413). */
    UPSTREAM_REJECTED,
    UPSTREAM_RATE_LIMITED,
    /** The model's API is overloaded (529, 503). */
    UPSTREAM_OVERLOADED,
    /** The model's API failed or the connection to it broke. */
    UPSTREAM_FAILED,
    /** The child process ended or broke the protocol in mid-turn. */
    AGENT_FAILED,
    /** The child said nothing for longer than the limit. */
    AGENT_TIMEOUT,
    /** Somebody stopped the turn. */
    TURN_INTERRUPTED,
    /** The model refused to answer. */
    REFUSED,
    /** The answer does not obey the schema that was asked for. */
    SCHEMA_NOT_OBEYED,
    /** A limit of the gateway was exceeded, for example the size of one event. */
    LIMIT_EXCEEDED,
    /** The database is locked or has too much to do; it will pass. */
    STORE_BUSY,
    /** The database cannot be written: the disk is full, say. Somebody has to do something. */
    STORE_UNAVAILABLE,
    INTERNAL
  }

  public static Failure of(Kind kind, String message) {
    return new Failure(kind, message, Optional.empty(), Optional.empty());
  }

  public static Failure invalid(String param, String message) {
    return new Failure(Kind.INVALID, message, Optional.of(param), Optional.empty());
  }

  public static Failure of(Kind kind, String message, Duration retryAfter) {
    return new Failure(kind, message, Optional.empty(), Optional.of(retryAfter));
  }
}

package claudegateway.store;

import java.nio.file.Path;
import java.sql.SQLException;

/** The database could not do what was asked. The message is one line: what is wrong, and what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public enum Kind {
    /** The file is something else: not SQLite, or another program's database. */
    NOT_OURS,
    /** A newer version of this program has written the file. */
    NEWER,
    /** The file is damaged. */
    CORRUPT,
    /** Another process holds the database's lock for longer than {@link DatabaseFile#BUSY_MAX}. */
    LOCKED,
    /** The file or its folder can't be created or written. */
    UNWRITABLE,
    /** No space left. */
    FULL,
    /** More work is queued than the named bounds allow, or a read waited too long. Try again later. */
    BUSY,
    /** The database is being closed or is closed. */
    CLOSED,
    /** Anything else: a disk error, a broken constraint, a fault in a statement. */
    FAILED
  }

  private final Kind kind;

  StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  StoreException(Kind kind, String message) {
    this(kind, message, null);
  }

  public Kind kind() {
    return kind;
  }

  /** What SQLite's result code (sqlite.org/rescode.html; the low byte is the primary code) means here. */
  static StoreException of(SQLException cause, Path file) {
    String said = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return switch (cause.getErrorCode() & 0xff) {
      case 5, 6 -> new StoreException(Kind.LOCKED, "The database " + file
          + " is locked by another process: end the program that has it open and try again.", cause);
      case 3, 8, 14 -> new StoreException(Kind.UNWRITABLE, "The database " + file
          + " can't be opened for writing: check the owner and the permissions of the file and its folder,"
          + " or choose another data directory (" + said + ").", cause);
      case 11, 26 -> new StoreException(Kind.CORRUPT, "The database " + file
          + " is damaged: restore a backup, or move the file away to start with an empty one (" + said + ").",
          cause);
      case 13 -> new StoreException(Kind.FULL, "No space left for the database " + file
          + ": free some space on that disk; nothing else needs to be done.", cause);
      default -> new StoreException(Kind.FAILED, "The database " + file + " failed: " + said, cause);
    };
  }
}

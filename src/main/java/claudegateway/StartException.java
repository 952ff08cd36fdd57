package claudegateway;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;

/** The program cannot start; the message is the one line that the user gets, and says what to do. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  /** Exit codes, as in sysexits.h where it has a fitting one. */
  public enum Exit {
    /** The command line is wrong (EX_USAGE). */
    USAGE(64),
    /** Something that the program needs is missing or does not run (EX_UNAVAILABLE). */
    MISSING(69),
    /** A fault of our own (EX_SOFTWARE). */
    FAULT(70),
    /** The data directory or the database cannot be used (EX_CANTCREAT). */
    DATA(73),
    /** Another process has the port or the data directory (EX_TEMPFAIL). */
    IN_USE(75),
    /** The environment or the settings file is wrong (EX_CONFIG). */
    CONFIG(78);

    private final int code;

    Exit(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }
  }

  private final Exit exit;

  public StartException(Exit exit, String message) {
    super(message);
    this.exit = exit;
  }

  public StartException(Exit exit, String message, Throwable cause) {
    super(message, cause);
    this.exit = exit;
  }

  /** @param what the path's role, with the path @param hint what to do about it */
  static StartException unusable(String what, IOException why, String hint) {
    String reason = switch (why) {
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "it is no folder";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      case FileSystemException _ -> "it cannot be made";
      default -> why.getMessage();
    };
    return new StartException(Exit.DATA, what + " cannot be used (" + reason + "); " + hint, why);
  }

  public Exit exit() {
    return exit;
  }
}

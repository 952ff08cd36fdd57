package claudegateway;

import java.nio.file.Path;

/** The reference gateway's form of naming the database file: SQLAlchemy's URLs, for SQLite only. */
final class DatabaseUrl {
  private static final String SCHEME = "sqlite:///";

  private DatabaseUrl() {}

  static boolean isValid(String url) {
    return url.startsWith(SCHEME) && url.length() > SCHEME.length() && url.indexOf('?') < 0
        && !url.endsWith("/") && !url.endsWith(":memory:");
  }

  /** @param base of a relative one; never the working folder, which says nothing about whose data it is */
  static Path file(String url, Path base) {
    return base.resolve(url.substring(SCHEME.length())).normalize();
  }
}

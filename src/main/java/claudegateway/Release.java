package claudegateway;

import java.util.Optional;

/** Which release of this program runs. */
final class Release {
  private Release() {}

  /** As the jar's manifest has it; "dev" when the classes come from a folder. */
  static String version() {
    return Optional.ofNullable(Release.class.getPackage().getImplementationVersion()).orElse("dev");
  }
}

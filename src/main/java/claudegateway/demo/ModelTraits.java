package claudegateway.demo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the API allows for a model, told from its name.
 *
 * @param version ten times the major number plus the minor one: 45 for claude-sonnet-4-5
 */
record ModelTraits(String id, String family, int version) {
  private static final Pattern NAME = Pattern.compile(
      "claude-(opus|sonnet|haiku|fable)-(\\d{1,2})(?:-(\\d))?(?:-\\d{8}|-latest)?");
  private static final Pattern OLD_NAME = Pattern.compile(
      "claude-(3)(?:-([57]))?-(opus|sonnet|haiku)-(?:\\d{8}|latest)");

  /** Empty when the API would not know the name. */
  static Optional<ModelTraits> of(String id) {
    Matcher name = NAME.matcher(id);
    if (name.matches()) {
      return Optional.of(new ModelTraits(id, name.group(1), version(name.group(2), name.group(3))));
    }
    Matcher old = OLD_NAME.matcher(id);
    if (old.matches()) {
      return Optional.of(new ModelTraits(id, old.group(3), version(old.group(1), old.group(2))));
    }
    return Optional.empty();
  }

  /** From 4.7 on: adaptive thinking only, and no sampling parameters. */
  boolean adaptiveOnly() {
    return version >= 47;
  }

  /** A request without {@code thinking} is one with adaptive thinking. */
  boolean thinksUnasked() {
    return version >= 50;
  }

  /** {@code thinking.type: disabled} is refused: the CLI's own table of models says which. */
  boolean thinksAlways() {
    return version >= 55 || family.equals("fable");
  }

  /** Takes messages of role system among the others without a beta header, as CLI 2.1.330 sends them. */
  boolean systemMessages() {
    return version >= 48;
  }

  boolean adaptive() {
    return version >= 46;
  }

  boolean thinking() {
    return version >= 37;
  }

  boolean effort() {
    return adaptive() || (version == 45 && family.equals("opus"));
  }

  /** An assistant message at the end, which the model would go on with. */
  boolean prefill() {
    return version < 46;
  }

  boolean temperatureBesideTopP() {
    return version < 41;
  }

  int maxTokens() {
    if (adaptive()) {
      return 128_000;
    }
    if (version == 40 || version == 41) {
      return family.equals("opus") ? 32_000 : 64_000;
    }
    return version >= 37 ? 64_000 : version == 35 ? 8_192 : 4_096;
  }

  private static int version(String major, String minor) {
    return Integer.parseInt(major) * 10 + (minor == null ? 0 : Integer.parseInt(minor));
  }
}

package claudegateway.claude;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What differs between the CLI's versions, 2.1.197 to 2.1.330 (protocol, "Differences in 2.1.330"). What needs no
 * decision here holds for all of them: fields in any order, abandoned messages, retried streams.
 */
public record CliVersion(int major, int minor, int patch) {
  public static final CliVersion OLDEST = new CliVersion(2, 1, 197);
  public static final CliVersion NEWEST_KNOWN = new CliVersion(2, 1, 330);

  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})");

  /** From a text such as {@code 2.1.197 (Claude Code)}; an unknown form counts as the newest. */
  public static CliVersion of(String text) {
    Matcher numbers = NUMBERS.matcher(text);
    return numbers.find()
        ? new CliVersion(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)),
            Integer.parseInt(numbers.group(3)))
        : NEWEST_KNOWN;
  }

  private boolean atLeast(int wantedPatch) {
    return major > 2 || (major == 2 && (minor > 1 || (minor == 1 && patch >= wantedPatch)));
  }

  public boolean isSupported() {
    return atLeast(OLDEST.patch);
  }

  /** Cost and per-model usage go on from the resumed session's total, where older ones begin at 0 again. */
  public boolean costSurvivesResume() {
    return atLeast(198);
  }

  /** A message that is broken off is booked, with the CLI's own guess of its output; older ones forget it. */
  public boolean booksWhatIsBrokenOff() {
    return atLeast(198);
  }

  /** It asks for the client's functions at {@code initialize}; older ones with the first message. */
  public boolean listsToolsAtStart() {
    return atLeast(198);
  }

  /** {@code mcp_set_servers} can take tools away within a process; newer ones keep what was removed. */
  public boolean toolsCanChange() {
    return !atLeast(198);
  }

  /**
   * Of how many user messages a history may be that is told to a process that waits; a longer one is sooner read by
   * a process that starts for it. Each message that is told costs 10 ms (older ones 6), a start until the first
   * token some 330 ms (older ones 600) more than a process that waits: both take the CLI's own processor time, so
   * the relation holds on slower machines too.
   */
  public int toldAtMost() {
    return atLeast(198) ? 30 : 90;
  }

  /** It tells what fills its context by an estimate of its own; older ones ask the API some twenty times for that. */
  boolean estimatesContext() {
    return atLeast(NEWEST_KNOWN.patch);
  }

  /** A resumed conversation keeps its first system prompt, whatever is asked for, unless a flag says otherwise. */
  boolean recordsSystemPrompt() {
    return atLeast(NEWEST_KNOWN.patch);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}

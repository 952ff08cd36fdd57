package claudegateway.chat;

import java.util.List;
import java.util.regex.Pattern;

/** What the model was asked, as far as it can be told whose it was. */
interface ModelRecord {
  /** The last request of a session, which ends with this line. Throws an AssertionError when there is none. */
  Request last(String session, String lastLine);

  /** @param lines as the stub's conversations describe themselves */
  record Request(String system, List<String> lines) {
    private static final Pattern REMINDER =
        Pattern.compile("\\s*<system-reminder>.*?</system-reminder>\\s*", Pattern.DOTALL);

    /** Stands before a history that the assistant begins. */
    private static final String BEGINNING =
        "user: <system-reminder>\nNo earlier message of the user is shown.\n</system-reminder>";

    /**
     * Without the newline that stands before what would else be a command, what the CLI adds to results, and what
     * stands before an assistant's beginning.
     */
    public Request {
      if (lines.size() > 1 && lines.getFirst().equals(BEGINNING) && lines.get(1).startsWith("assistant")) {
        lines = lines.subList(1, lines.size());
      }
      lines = lines.stream()
          .map(line -> line.startsWith("user: \n/") ? line.replaceFirst("\n", "") : line)
          .map(line -> line.startsWith("user result: ") ? REMINDER.matcher(line).replaceAll("") : line).toList();
    }
  }
}

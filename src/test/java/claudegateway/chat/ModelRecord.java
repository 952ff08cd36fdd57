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

    /** Without the newline that stands before what would else be a command, and what the CLI adds to results. */
    public Request {
      lines = lines.stream()
          .map(line -> line.startsWith("user: \n/") ? line.replaceFirst("\n", "") : line)
          .map(line -> line.startsWith("user result: ") ? REMINDER.matcher(line).replaceAll("") : line).toList();
    }
  }
}

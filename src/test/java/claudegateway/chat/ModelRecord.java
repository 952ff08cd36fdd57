package claudegateway.chat;

import java.util.List;

/** What the model was asked, as far as it can be told whose it was. */
interface ModelRecord {
  /** The last request of a session, which ends with this line. Throws an AssertionError when there is none. */
  Received last(String session, String lastLine);

  /** @param lines as the stub's conversations describe themselves */
  record Received(String system, List<String> lines) {
    /** Without the newline that stands before what would else be a command. */
    public Received {
      lines = lines.stream().map(line -> line.startsWith("user: \n/") ? line.replaceFirst("\n", "") : line).toList();
    }
  }
}

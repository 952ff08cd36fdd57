package claudegateway.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** {@code 12:34:56.789 WARNING chat.RunningTurns: text}, one line but for a trace. */
final class TextFormat extends Formatter {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final String OURS = "claudegateway.";

  @Override
  public String format(LogRecord record) {
    StringBuilder line = new StringBuilder(200)
        .append(TIME.format(record.getInstant().atZone(ZoneId.systemDefault()))).append(' ')
        .append(String.format("%-7s ", Logs.name(record.getLevel()).toUpperCase(Locale.ROOT)))
        .append(shortName(record.getLoggerName())).append(": ");
    visible(line, formatMessage(record)).append('\n');
    if (record.getThrown() != null) {
      trace(record.getThrown()).lines().forEach(each -> visible(line.append("    "), each).append('\n'));
    }
    return line.toString();
  }

  private static String shortName(String logger) {
    return logger == null ? "" : logger.startsWith(OURS) ? logger.substring(OURS.length()) : logger;
  }

  static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** A message may quote what came over the wire: no line break or terminal code of it takes effect. */
  private static StringBuilder visible(StringBuilder line, String text) {
    text.codePoints().forEach(c -> {
      if (!Character.isISOControl(c) || c == '\t') {
        line.appendCodePoint(c);
      } else {
        line.append(c == '\n' ? "\\n" : String.format("\\x%02x", c));
      }
    });
    return line;
  }
}

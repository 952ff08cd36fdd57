package claudegateway.log;

import java.io.OutputStream;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The process's logging, from {@link #start} to {@link #close}. */
public final class Logs implements AutoCloseable {
  /**
   * What clients and the model said goes to this logger, at level TRACE, so that nobody's prompts are logged by
   * a level alone: it is off unless prompts are asked for.
   */
  public static final String PROMPTS = "claudegateway.prompts";

  private static final String OURS = "claudegateway";

  /** Held, because java.util.logging forgets the level of a logger that nobody holds. */
  private final List<Logger> configured;
  private final Handler handler;

  private Logs(List<Logger> configured, Handler handler) {
    this.configured = configured;
    this.handler = handler;
  }

  /**
   * @param level of what this program logs; what the JDK logs is shown from WARNING on
   * @param json JSON lines instead of text
   * @param prompts whether what was said may be logged
   */
  public static Logs start(OutputStream out, System.Logger.Level level, boolean json, boolean prompts) {
    Level least = Level.parse(Integer.toString(number(level)));
    LogManager.getLogManager().reset();
    Formatter format = json ? new JsonFormat() : new TextFormat();
    Handler handler = new LineHandler(out, format);
    Logger root = Logger.getLogger("");
    Logger ours = Logger.getLogger(OURS);
    Logger said = Logger.getLogger(PROMPTS);
    root.setLevel(least.intValue() > Level.WARNING.intValue() ? least : Level.WARNING);
    ours.setLevel(least);
    said.setLevel(prompts ? Level.FINER : Level.OFF);
    root.addHandler(handler);
    return new Logs(List.of(root, ours, said), handler);
  }

  /** Each of System.Logger's levels in java.util.logging, as {@link System.Logger} says. */
  private static int number(System.Logger.Level level) {
    return switch (level) {
      case ALL -> Level.ALL.intValue();
      case TRACE -> Level.FINER.intValue();
      case DEBUG -> Level.FINE.intValue();
      case INFO -> Level.INFO.intValue();
      case WARNING -> Level.WARNING.intValue();
      case ERROR -> Level.SEVERE.intValue();
      case OFF -> Level.OFF.intValue();
    };
  }

  /** A level as the settings write it. */
  static String name(Level level) {
    int number = level.intValue();
    return number >= Level.SEVERE.intValue() ? "error"
        : number >= Level.WARNING.intValue() ? "warning"
        : number >= Level.INFO.intValue() ? "info"
        : number >= Level.FINE.intValue() ? "debug" : "trace";
  }

  /** Writes what was logged, for a second at most; later records are lost. */
  @Override
  public void close() {
    configured.getFirst().removeHandler(handler);
    handler.close();
  }
}

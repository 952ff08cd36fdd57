package claudegateway;

import claudegateway.StartException.Exit;
import claudegateway.claude.ClaudeException;
import claudegateway.http.PortInUseException;
import claudegateway.log.Logs;
import claudegateway.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The process: arguments in, exit code out. */
public final class Main {
  /** As a shell reports a program that Ctrl-C ended. */
  private static final int INTERRUPTED = 130;

  /** Set by bin/start when stderr is a terminal: the JDK can tell it only of all three streams together. */
  private static final String TERMINAL = "claudegateway.terminal";

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
  }

  private static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    try {
      CommandLine line = CommandLine.parse(arguments);
      if (line.help()) {
        out.print(Help.text());
      } else if (line.version()) {
        out.println("claude-code-gateway " + Release.version());
      } else {
        serve(Config.load(line, environment), err);
      }
      return 0;
    } catch (InterruptedException signalDuringStart) {
      return INTERRUPTED;
    } catch (Exception failure) {
      StartException known = explained(failure);
      say(err, known.getMessage());
      return known.exit().code();
    }
  }

  private static void serve(Config config, PrintStream err) throws Exception {
    StopSignals signals = StopSignals.install();
    boolean json = switch (config.log().format()) {
      case AUTO -> !Boolean.getBoolean(TERMINAL);
      case TEXT -> false;
      case JSON -> true;
    };
    // Who reads JSON lines reads nothing else.
    Consumer<String> people = json ? line -> System.getLogger(Main.class.getName()).log(Level.INFO, line) : line -> say(err, line);
    try (Logs _ = Logs.start(err, config.log().level(), json, config.log().prompts());
        Gateway gateway = Gateway.start(config, people)) {
      signals.started(gateway::halt);
      String banner = Banner.text(config, gateway);
      if (json) {
        people.accept(banner);
      } else {
        err.print(banner);
      }
      signals.await();
      gateway.stop(config.server().shutdownGrace());
    } catch (Exception failure) {
      if (signals.any()) {
        throw new InterruptedException(); // a signal during the start interrupts it, wherever it is
      }
      throw failure;
    }
  }

  /** What the user is told, and with which exit code. */
  static StartException explained(Exception failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case StartException known -> known;
      case PortInUseException _ -> new StartException(Exit.IN_USE,
          message + "; choose another one with --port N (0 = any free one)", failure);
      case ClaudeException _ -> new StartException(Exit.MISSING, message, failure);
      case StoreException store -> new StartException(
          store.kind() == StoreException.Kind.LOCKED ? Exit.IN_USE : Exit.DATA, message, failure);
      case FileSystemException file ->
          StartException.unusable(file.getFile(), file, "make it usable for this user");
      // An address that cannot be listened on, a certificate that cannot be read: each says what it is.
      case IOException _ -> new StartException(Exit.CONFIG, message, failure);
      default -> new StartException(Exit.FAULT, "cannot start, a fault of this program: " + failure, failure);
    };
  }

  private static void say(PrintStream err, String message) {
    err.println("claude-code-gateway: " + message);
  }
}

package claudegateway;

import claudegateway.StartException.Exit;
import claudegateway.claude.ClaudeException;
import claudegateway.http.PortInUseException;
import claudegateway.log.Logs;
import claudegateway.store.Backup;
import claudegateway.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** The process: arguments in, exit code out. */
public final class Main {
  /** As a shell reports a program that Ctrl-C ended. */
  private static final int INTERRUPTED = 130;

  /** Set by bin/start when stderr is a terminal: the JDK can tell it only of all three streams together. */
  private static final String TERMINAL = "claudegateway.terminal";

  private static final int DOCTOR_FAILED = 1;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
  }

  private static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    try {
      if (!arguments.isEmpty() && !arguments.getFirst().startsWith("-")) {
        return act(arguments.getFirst(), arguments.subList(1, arguments.size()), environment, out);
      }
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

  /** What bin/doctor and bin/backup ask for. */
  private static int act(String what, List<String> rest, Map<String, String> environment, PrintStream out)
      throws StartException, InterruptedException {
    switch (what) {
      case "doctor" -> {
        List<String> settings = rest.stream().filter(argument -> !argument.equals("--cli")).toList();
        boolean sound = Doctor.examine(Config.load(settings, environment), rest.contains("--cli"), out::println);
        return sound ? 0 : DOCTOR_FAILED;
      }
      case "backup" -> {
        if (rest.isEmpty() || rest.getFirst().startsWith("-")) {
          throw new StartException(Exit.USAGE, "bin/backup needs the name of the new file");
        }
        Config config = Config.load(rest.subList(1, rest.size()), environment);
        Path target = Path.of(rest.getFirst()).toAbsolutePath();
        Backup.write(config.folders().database(), target);
        out.println("claude-code-gateway: " + config.folders().database() + " was copied to " + target);
        return 0;
      }
      default -> throw new StartException(Exit.USAGE,
          "unexpected argument \"" + what + "\" (--help lists all options)");
    }
  }

  private static void serve(Config config, PrintStream err) throws Exception {
    // The JDK's random numbers take some tens of milliseconds to get ready, which can pass beside the start.
    Thread.ofPlatform().daemon(true).name("first-random").start(UUID::randomUUID);
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
      ServiceNotice.ready(config.environment());
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

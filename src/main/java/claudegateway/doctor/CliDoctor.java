package claudegateway.doctor;

import claudegateway.claude.ClaudeEnvironment;
import claudegateway.claude.ClaudeException;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.Launch;
import claudegateway.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Examines a CLI. Starts it, so not for a virtual thread. */
public final class CliDoctor {
  private static final int DELETE_ATTEMPTS_MAX = 20;

  private CliDoctor() {}

  /**
   * Checks each fact that the gateway relies on, in half a minute, without an account or a network.
   *
   * @param path PATH for the CLI
   * @param report is told each fact as soon as it is known
   * @return whether all hold
   */
  public static boolean examine(Path binary, String version, String path, Consumer<Finding> report)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("doctor").toRealPath();
    boolean sound = true;
    try (Laboratory lab = new Laboratory(binary, version, folder, path)) {
      for (CliFacts.Fact fact : new CliFacts(lab).all()) {
        try {
          fact.check().run();
          report.accept(Finding.ok(fact.promise(), version));
        } catch (Unlike | ClaudeException | IOException broken) {
          sound = false;
          report.accept(Finding.fail(fact.promise(), broken.getMessage(), ""));
        } finally {
          lab.model().plain();
        }
      }
    } finally {
      delete(folder);
    }
    return sound;
  }

  /**
   * How the CLI says that it is logged in, in the user's own environment; it asks no model for that. Empty when it
   * is not. Throws ClaudeException when it does not start.
   *
   * @param scratch a folder for its stderr
   */
  public static String login(Path binary, String version, Map<String, String> environment, Path scratch)
      throws InterruptedException {
    ClaudeLauncher.Settings settings = new ClaudeLauncher.Settings(binary, version,
        ClaudeEnvironment.of(environment, Set.of(), 0), "default", List.of(), false, scratch);
    try (ClaudeLauncher launcher = new ClaudeLauncher(settings);
        Examined cli = new Examined(launcher, new Launch(new Launch.Profile(scratch, "default", true),
            UUID.randomUUID().toString(), new Launch.Origin.Fresh()))) {
      Json.Obj answer = cli.initialize();
      cli.process().close(false);
      cli.gone();
      return Laboratory.login(answer);
    } catch (Unlike silent) {
      throw new ClaudeException(silent.getMessage(), silent);
    }
  }

  /** A CLI that was just killed may still write: deletion tries again. */
  private static void delete(Path folder) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(each);
        }
        return;
      } catch (IOException | UncheckedIOException stillWritten) {
        if (attempt == DELETE_ATTEMPTS_MAX) {
          throw new IOException("the folder " + folder + " cannot be deleted", stillWritten);
        }
      }
    }
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start-up sweep, where it cannot end what this machine needs: see {@link SweepInNamespace}. */
final class SweepTest {
  private static final List<String> NAMESPACE =
      List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child");

  @TempDir
  private Path folder;

  @Test
  void onlyWhatIsRecordedWholeAndStillTheSameIsEnded() throws Exception {
    assumeTrue(says("", "true"), "this machine gives no PID namespaces");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // The shell stays as process 1, so that a signal to it, or to its group, would show.
    assertTrue(says("swept", "\"$0\" --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -cp \"$1\" \"$2\"; exit $?",
        java, System.getProperty("java.class.path"), SweepInNamespace.class.getName()));
  }

  private boolean says(String wanted, String script, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(NAMESPACE);
    command.addAll(List.of("sh", "-c", script));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    } catch (IOException noSuchProgram) {
      return false;
    }
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();
    String said = Files.readString(output);
    boolean well = ended && process.exitValue() == 0 && said.strip().endsWith(wanted);
    if (!well) {
      System.getLogger("test").log(System.Logger.Level.INFO, "in the namespace: {0}", said);
    }
    return well;
  }
}

package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there after SIGKILL. */
@Timeout(120)
class DurabilityTest {
  private static final int ROUNDS = 4;
  @TempDir Path folder;

  @Test
  void aKilledProcessLosesNothingThatItAcknowledged() throws Exception {
    Path file = folder.resolve("gateway.db");
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Random random = new Random(42);
    Set<String> acknowledged = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      Process child = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
          "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1",
          "-Djava.io.tmpdir=" + temporary, "-cp",
          System.getProperty("java.class.path"), Acknowledger.class.getName(), file.toString(), "r" + round)
          .redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader lines = child.inputReader()) {
        int enough = 50 + random.nextInt(500);
        for (int i = 0; i < enough; i++) {
          acknowledged.add(lines.readLine());
        }
        child.toHandle().destroyForcibly(); // SIGKILL; Process.destroyForcibly would close the stream as well
        lines.lines().filter(line -> line.endsWith(".")).forEach(acknowledged::add); // told before it died
      } finally {
        child.destroyForcibly().waitFor();
      }
      try (Database database = Database.open(file)) {
        Set<String> stored = new HashSet<>(
            database.read(sql -> sql.query("SELECT content FROM message", row -> row.text("content"))));
        assertTrue(stored.containsAll(acknowledged), "lost in round " + round);
        long halves = database.read(sql -> sql.number("""
            SELECT count(*) AS n FROM turn
            WHERE (SELECT count(*) FROM message WHERE turn_id = turn.id) <> 1"""));
        assertEquals(0, halves, "a work is whole or not at all");
      }
      assertEquals(List.of(), Backup.problems(file));
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of(), left.toList(), "a killed process leaves no litter");
    }
  }

  /** Writes from many threads and prints what was committed, until it is killed. */
  static final class Acknowledger {
    private static final int WRITERS = 8;

    public static void main(String[] args) {
      Database database = Database.open(Path.of(args[0]));
      String round = args[1];
      database.write(sql -> {
        Sessions.insert(sql, Rows.session(round));
        return true;
      }).join();
      for (int writer = 0; writer < WRITERS; writer++) {
        String name = round + "-" + writer;
        Thread.ofPlatform().start(() -> {
          for (int i = 0; ; i++) {
            String id = name + "-" + i + ".";
            database.write(sql -> {
              Turns.insert(sql, Rows.turn(id, round, 1));
              Messages.append(sql, round, id, MessageRow.Role.USER, id, 1);
              return true;
            }).join();
            System.out.println(id); // one write of a whole line, flushed
          }
        });
      }
    }
  }
}

package claudegateway.chat;

import claudegateway.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The engine's start over a record that holds one process of ours and much that is none; a main class for a PID
 * namespace of its own, where a sweep that goes wrong ends nothing but this. Says {@code swept} when all is well.
 */
final class SweepInNamespace {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final String MARK = "CLAUDEGATEWAY_CHILD";

  private final String session = UUID.randomUUID().toString();
  private final Map<String, Process> bystanders = new LinkedHashMap<>();
  private final Engine engine = new Engine(EngineSetup.fake());

  public static void main(String[] arguments) {
    if (!arguments(1).startsWith("sh -c ")) {
      throw new IllegalStateException("this is no namespace of its own");
    }
    try {
      new SweepInNamespace().run();
      System.out.println("swept");
      System.exit(0);
    } catch (Exception | Error failed) {
      failed.printStackTrace();
      System.exit(1);
    }
  }

  private void run() throws Exception {
    engine.stop();
    Process ours = process("earlier/1", "setsid sleep 300 & sleep 300");
    Process other = bystander("whose pid was reused", "");
    Process foreign = bystander("of another session", "");
    bystander("that nobody recorded", "");
    bystander("in a group of its own", "setsid");
    try (Connection sql = DriverManager.getConnection("jdbc:sqlite:" + engine.home.root().resolve("gateway.db"))) {
      record(sql, ours.pid(), startTime(ours.pid()), session);
      record(sql, other.pid(), startTime(other.pid()) + 1, session);
      record(sql, foreign.pid(), startTime(foreign.pid()), UUID.randomUUID());
      // What a torn or edited record may hold: no number, no process, every process, a group.
      for (Object pid : List.of("", "x", 0, 1, -1, -other.pid(), Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32)) {
        record(sql, pid, startTime(1), session);
        record(sql, pid, "", "");
      }
      record(sql, other.pid(), "", session + "\n");
      record(sql, foreign.pid(), startTime(foreign.pid()), "");
      record(sql, ProcessHandle.current().pid(), startTime(ProcessHandle.current().pid()), session);
    }
    engine.start();
    Await.gone(ours.pid(), SOON);
    Await.that("what it had started is gone", SOON, () -> ours.descendants().noneMatch(ProcessHandle::isAlive)
        && ProcessHandle.allProcesses().noneMatch(each -> arguments(each.pid()).equals("sleep 300 ")));
    Await.that("the record is empty", SOON, () -> engine.database().read(claudegateway.store.Children::all).isEmpty());
    bystanders.forEach((who, process) -> {
      if (!process.isAlive()) {
        throw new AssertionError("the process " + who + " was ended");
      }
    });
    Engine.Said said = engine.say("#say hello");
    if (!said.text().equals("hello")) {
      throw new AssertionError("the engine does not work: " + said);
    }
    engine.close();
    bystanders.values().forEach(Process::destroyForcibly);
  }

  private Process bystander(String who, String launcher) throws IOException {
    Process process = process(UUID.randomUUID() + "/earlier/1", "while :; do " + launcher + " sleep 1; done");
    bystanders.put(who, process);
    return process;
  }

  /** One that has our session's id among its arguments and a mark of its own. */
  private Process process(String mark, String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script, session);
    builder.environment().put(MARK, mark.startsWith("earlier") ? session + "/" + mark : mark);
    return builder.start();
  }

  private static void record(Connection sql, Object pid, Object startTime, Object session) throws Exception {
    try (var insert = sql.prepareStatement(
        "INSERT OR REPLACE INTO child (pid, start_time, session_uuid, started_at) VALUES (?, ?, ?, 0)")) {
      insert.setObject(1, pid);
      insert.setObject(2, startTime);
      insert.setObject(3, session.toString());
      insert.executeUpdate();
    }
  }

  /** Field 22 of proc_pid_stat(5). */
  private static long startTime(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
  }

  private static String arguments(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }
}

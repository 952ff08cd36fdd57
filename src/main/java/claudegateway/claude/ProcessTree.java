package claudegateway.claude;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What belongs to a child: its descendants, and on Linux also those that have left the tree (a tool's shell runs
 * in a group of its own and outlives a killed CLI), found by the mark in their environment.
 */
final class ProcessTree {
  private static final Path PROC = Path.of("/proc");

  /** Bytes of an environment that are looked at. */
  private static final int ENVIRONMENT_MAX = 256 << 10;

  private ProcessTree() {}

  /** A process's start as the system counts it: immune to a clock that is set, unlike {@code startInstant}. */
  static long startTime(ProcessHandle process) {
    try {
      String stat = Files.readString(PROC.resolve(process.pid() + "/stat"));
      // Field 22; the second, in parentheses, may hold blanks.
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
    } catch (IOException | RuntimeException noProc) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
  }

  /** Whether a living process has this text among its arguments. */
  static boolean hasArgument(ProcessHandle process, String argument) {
    try {
      byte[] line = Files.readAllBytes(PROC.resolve(process.pid() + "/cmdline"));
      return Arrays.asList(new String(line, StandardCharsets.UTF_8).split("\0")).contains(argument);
    } catch (IOException noProc) {
      return process.info().arguments().map(Arrays::asList).orElse(List.of()).contains(argument)
          || process.info().commandLine().orElse("").contains(argument);
    }
  }

  /** All that a session's child started and that still lives, the child itself included if it does. */
  static Set<ProcessHandle> of(Optional<ProcessHandle> child, String sessionId) {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    child.filter(ProcessHandle::isAlive).ifPresent(root -> {
      found.add(root);
      root.descendants().forEach(found::add);
    });
    found.addAll(marked(sessionId));
    found.removeIf(process -> process.pid() <= 1 || process.equals(ProcessHandle.current()));
    return found;
  }

  private static List<ProcessHandle> marked(String sessionId) {
    List<ProcessHandle> found = new ArrayList<>();
    if (!Files.isDirectory(PROC)) {
      return found;
    }
    byte[] mark = (ClaudeEnvironment.SESSION_MARK + "=" + sessionId).getBytes(StandardCharsets.UTF_8);
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (hasMark(process.resolve("environ"), mark)) {
          ProcessHandle.of(Long.parseLong(process.getFileName().toString())).ifPresent(found::add);
        }
      }
    } catch (IOException unreadable) {
      System.getLogger(ProcessTree.class.getName()).log(System.Logger.Level.WARNING,
          "cannot look for leftover tools in /proc", unreadable);
    }
    return found;
  }

  private static boolean hasMark(Path environ, byte[] mark) {
    byte[] environment;
    try (var in = Files.newInputStream(environ)) {
      environment = in.readNBytes(ENVIRONMENT_MAX);
    } catch (IOException goneOrNotOurs) {
      return false;
    }
    int start = 0;
    for (int i = 0; i <= environment.length; i++) {
      if (i == environment.length || environment[i] == 0) {
        if (Arrays.equals(environment, start, i, mark, 0, mark.length)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }
}

package claudegateway.claude;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What belongs to a child: its descendants, and on Linux also those that have left the tree (a tool's shell runs
 * in a group of its own and outlives a killed CLI), found by the mark in their environment.
 */
final class ProcessTree {
  private static final Path PROC = Path.of("/proc");

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

  /**
   * All that a child started and that still lives, the child itself included if it does.
   *
   * @param mark tells by a process's {@link Mark} whether it belongs to the child
   */
  static Set<ProcessHandle> of(Optional<ProcessHandle> child, MarkedProcesses marked, Predicate<String> mark) {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    child.filter(ProcessHandle::isAlive).ifPresent(root -> {
      found.add(root);
      root.descendants().forEach(found::add);
    });
    found.addAll(marked.find(mark));
    found.removeIf(process -> process.pid() <= 1 || process.equals(ProcessHandle.current()));
    return found;
  }
}

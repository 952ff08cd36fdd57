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
import java.util.function.Predicate;

/**
 * What belongs to a child: its descendants, and on Linux also those that have left the tree (a tool's shell runs
 * in a group of its own and outlives a killed CLI), found by the mark in their environment.
 */
final class ProcessTree {
  private static final Path PROC = Path.of("/proc");
  private static final String VARIABLE = ClaudeEnvironment.MARK + "=";

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

  /**
   * All that a child started and that still lives, the child itself included if it does.
   *
   * @param mark tells by a process's {@link Mark} whether it belongs to the child
   */
  static Set<ProcessHandle> of(Optional<ProcessHandle> child, Predicate<String> mark) {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    child.filter(ProcessHandle::isAlive).ifPresent(root -> {
      found.add(root);
      root.descendants().forEach(found::add);
    });
    found.addAll(marked(mark));
    found.removeIf(process -> process.pid() <= 1 || process.equals(ProcessHandle.current()));
    return found;
  }

  private static List<ProcessHandle> marked(Predicate<String> mark) {
    List<ProcessHandle> found = new ArrayList<>();
    if (!Files.isDirectory(PROC)) {
      return found;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (mark(process.resolve("environ")).filter(mark).isPresent()) {
          ProcessHandle.of(Long.parseLong(process.getFileName().toString())).ifPresent(found::add);
        }
      }
    } catch (IOException unreadable) {
      System.getLogger(ProcessTree.class.getName()).log(System.Logger.Level.WARNING,
          "cannot look for leftover tools in /proc", unreadable);
    }
    return found;
  }

  /** A process's mark; empty for one that is gone, is not ours to read, or has none. */
  private static Optional<String> mark(Path environ) {
    String environment;
    try (var in = Files.newInputStream(environ)) {
      environment = new String(in.readNBytes(ENVIRONMENT_MAX), StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrNotOurs) {
      return Optional.empty();
    }
    int start = environment.startsWith(VARIABLE) ? 0 : environment.indexOf("\0" + VARIABLE) + 1;
    if (!environment.startsWith(VARIABLE, start)) {
      return Optional.empty();
    }
    int end = environment.indexOf('\0', start);
    return Optional.of(environment.substring(start + VARIABLE.length(), end < 0 ? environment.length() : end));
  }
}

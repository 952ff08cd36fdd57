package claudegateway.claude;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Finds processes by their {@link Mark}, on Linux: one look at the environment of every process of the machine.
 *
 * <p>Whoever asks while a look is going on shares the one after it with all others that do: hundreds of children
 * that end at once cost two looks, not one for each. What is found was there after the question. Any thread; blocks
 * for two looks at most, some milliseconds for a hundred processes.
 */
final class MarkedProcesses {
  private static final String VARIABLE = ClaudeEnvironment.MARK + "=";

  /** Bytes of an environment that are looked at. */
  private static final int ENVIRONMENT_MAX = 256 << 10;

  private final Supplier<Map<ProcessHandle, String>> look;
  private final ReentrantLock looking = new ReentrantLock();
  private final AtomicReference<CompletableFuture<Map<ProcessHandle, String>>> next = new AtomicReference<>();

  MarkedProcesses() {
    this(() -> inFolder(Path.of("/proc")));
  }

  /** @param look what a look finds: processes and their marks */
  MarkedProcesses(Supplier<Map<ProcessHandle, String>> look) {
    this.look = look;
  }

  /** Those whose mark passes. */
  List<ProcessHandle> find(Predicate<String> mark) {
    return now().entrySet().stream().filter(each -> mark.test(each.getValue())).map(Map.Entry::getKey).toList();
  }

  private Map<ProcessHandle, String> now() {
    CompletableFuture<Map<ProcessHandle, String>> fresh = new CompletableFuture<>();
    CompletableFuture<Map<ProcessHandle, String>> asked = next.compareAndExchange(null, fresh);
    if (asked != null) {
      return asked.join();
    }
    lookFor(fresh);
    return fresh.join();
  }

  private void lookFor(CompletableFuture<Map<ProcessHandle, String>> asked) {
    looking.lock();
    try {
      // Who comes from here on may have a process that this look is past already.
      next.set(null);
      asked.complete(look.get());
    } catch (RuntimeException | Error failed) {
      asked.completeExceptionally(failed);
    } finally {
      looking.unlock();
    }
  }

  private static Map<ProcessHandle, String> inFolder(Path proc) {
    Map<ProcessHandle, String> found = new HashMap<>();
    if (!Files.isDirectory(proc)) {
      return found;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        mark(process.resolve("environ")).ifPresent(mark -> ProcessHandle.of(
            Long.parseLong(process.getFileName().toString())).ifPresent(handle -> found.put(handle, mark)));
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      System.getLogger(MarkedProcesses.class.getName()).log(System.Logger.Level.WARNING,
          "cannot look for leftover tools in " + proc, unreadable);
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

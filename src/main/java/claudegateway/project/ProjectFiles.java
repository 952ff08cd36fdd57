package claudegateway.project;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the files in folders, roughly: a number for a list, not worth waiting for. Links are not followed,
 * {@code .git} is left out. Safe for any thread.
 */
final class ProjectFiles {
  /** Files and folders that one count looks at; a larger folder counts as that many. */
  static final int ENTRIES_MAX = 10_000;

  /** How long a count is good for. */
  static final Duration FRESH = Duration.ofSeconds(30);

  private static final int CACHED_MAX = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Path, Count> counts = new LinkedHashMap<>();

  private record Count(int files, long at) {}

  /** @param until {@link System#nanoTime} at which to stop and say what was counted so far */
  int count(Path folder, long until) {
    Count known = known(folder);
    long now = System.nanoTime();
    if (known != null && (now - known.at < FRESH.toNanos() || now - until >= 0)) {
      return known.files;
    }
    Walk walk = new Walk(until);
    try {
      Files.walkFileTree(folder, walk);
    } catch (IOException unreadable) {
      return walk.files; // the folder is gone or changes while it is read: what was seen is the answer
    }
    if (!walk.late) {
      remember(folder, new Count(walk.files, now));
    }
    return walk.late && known != null ? known.files : walk.files;
  }

  private Count known(Path folder) {
    lock.lock();
    try {
      return counts.get(folder);
    } finally {
      lock.unlock();
    }
  }

  private void remember(Path folder, Count count) {
    lock.lock();
    try {
      counts.remove(folder);
      counts.put(folder, count);
      if (counts.size() > CACHED_MAX) {
        counts.pollFirstEntry();
      }
    } finally {
      lock.unlock();
    }
  }

  private static final class Walk extends SimpleFileVisitor<Path> {
    private final long until;
    private int seen;
    private int files;
    private boolean late;

    Walk(long until) {
      this.until = until;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return directory.endsWith(".git") ? FileVisitResult.SKIP_SUBTREE : next();
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      files++;
      return next();
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
      return next();
    }

    private FileVisitResult next() {
      seen++;
      late = System.nanoTime() - until >= 0;
      return late || seen >= ENTRIES_MAX ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }
  }
}

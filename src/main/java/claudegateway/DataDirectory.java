package claudegateway;

import claudegateway.StartException.Exit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder that one gateway has for itself while it runs, held by a lock that ends with the process,
 * however it ends.
 *
 * <p>The lock is POSIX's: it is the process's, and closing any other channel on the file would drop it. So
 * nothing else in the program opens that file.
 */
final class DataDirectory implements AutoCloseable {
  static final String LOCK_FILE = "gateway.lock";

  private final Path path;
  private final FileChannel lockFile;

  private DataDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /** Makes the folder, for its owner only, where it is missing, and takes it. Exit 73 or 75 when it can't. */
  static DataDirectory take(Path path) throws StartException {
    FileChannel channel = open(path);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        String holder = Files.readString(path.resolve(LOCK_FILE)).strip();
        channel.close();
        throw inUse(path, holder.isEmpty() ? "" : " (process " + holder + ")");
      }
      channel.truncate(0);
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.write(ByteBuffer.wrap(pid));
      return new DataDirectory(path, channel);
    } catch (OverlappingFileLockException thisProcess) {
      throw inUse(path, " (this process)");
    } catch (IOException unusable) {
      throw unusable(path, unusable);
    }
  }

  private static FileChannel open(Path path) throws StartException {
    try {
      Files.createDirectories(path,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException unusable) {
      throw unusable(path, unusable);
    }
  }

  private static StartException inUse(Path path, String holder) {
    return new StartException(Exit.IN_USE, "the data directory " + path + " is in use by another gateway"
        + holder + "; stop it, or choose another one with --data-dir");
  }

  private static StartException unusable(Path path, IOException why) {
    return StartException.unusable("the data directory " + path, why, "choose another one with --data-dir");
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}

package claudegateway.claude;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a child's stderr goes: a file, so that nobody has to read it; appended to, so that it can be cut while the
 * child writes. It exists for as long as the child.
 */
final class StderrFile {
  private static final String SUFFIX = ".stderr";
  private static final long SIZE_MAX = 1 << 20;
  private static final int LAST_WORDS_MAX = 500;
  private static final System.Logger LOG = System.getLogger(StderrFile.class.getName());

  private final Path file;

  StderrFile(Path folder, Mark mark) {
    this.file = folder.resolve("claude-" + mark.sessionId() + "-" + mark.number() + SUFFIX);
  }

  /** Deletes what a gateway that was killed has left in the folder. */
  static void deleteAll(Path folder) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "claude-*" + SUFFIX)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }

  ProcessBuilder.Redirect redirect() {
    return ProcessBuilder.Redirect.appendTo(file.toFile());
  }

  /** Cuts the file when it has grown beyond its bound. */
  void bound() {
    // Without "create": the child may have gone, and its file with it.
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (open.size() > SIZE_MAX) {
        open.truncate(0);
      }
    } catch (IOException gone) {
      LOG.log(Level.DEBUG, "no stderr file to bound: {0}", gone.getMessage());
    }
  }

  /** The last lines, as {@code ": …"} on one line; "" when there are none. */
  String lastWords() {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, open.length() - LAST_WORDS_MAX);
      byte[] tail = new byte[(int) (open.length() - from)];
      open.seek(from);
      open.readFully(tail);
      String words = new String(tail, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
      return words.isEmpty() ? "" : ": " + words;
    } catch (IOException none) {
      return "";
    }
  }

  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException kept) {
      LOG.log(Level.DEBUG, "stderr file stays: {0}", kept.getMessage());
    }
  }
}

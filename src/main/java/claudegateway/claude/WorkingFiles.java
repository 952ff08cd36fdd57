package claudegateway.claude;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the CLI keeps of a session beside its transcript and never deletes: {@code
 * <temporary>/claude-<uid>/<slug of the folder>/<session id>/}, where 2.1.330 writes each image that it is sent, so
 * that the model can open it as a file. Blocks on the file system.
 */
record WorkingFiles(Path temporary) {

  static WorkingFiles of(Map<String, String> environment) {
    return new WorkingFiles(Stream.of("CLAUDE_CODE_TMPDIR", "TMPDIR").map(environment::get).filter(Objects::nonNull)
        .filter(value -> !value.isBlank()).findFirst().map(Path::of).orElse(Path.of("/tmp")));
  }

  /** @throws UncheckedIOException when something stays */
  void delete(String slug, String sessionId) {
    try (DirectoryStream<Path> users = Files.newDirectoryStream(temporary, "claude-*")) {
      for (Path user : users) {
        Path ours = user.resolve(slug).resolve(sessionId);
        if (Files.isDirectory(ours, LinkOption.NOFOLLOW_LINKS)) {
          FileTree.delete(ours);
        }
      }
    } catch (IOException kept) {
      throw new UncheckedIOException(kept);
    }
  }
}

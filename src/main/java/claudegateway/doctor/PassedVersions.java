package claudegateway.doctor;

import claudegateway.claude.CliVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Versions of the CLI that a doctor has passed: those that this program was tested with, and those of a file. */
public record PassedVersions(Path file) {

  /** @param folder where what is known of the CLI is kept; need not exist */
  public static PassedVersions in(Path folder) {
    return new PassedVersions(folder.resolve("passed-versions"));
  }

  public boolean has(String version) {
    CliVersion asked = CliVersion.of(version);
    if (asked.equals(CliVersion.OLDEST) || asked.equals(CliVersion.NEWEST_KNOWN)) {
      return true;
    }
    try {
      return Files.readAllLines(file).contains(version);
    } catch (NoSuchFileException none) {
      return false;
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  public void add(String version) throws IOException {
    if (!has(version)) {
      Files.createDirectories(file.getParent());
      Files.write(file, List.of(version), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}

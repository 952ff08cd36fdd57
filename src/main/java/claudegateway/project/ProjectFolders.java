package claudegateway.project;

import claudegateway.chat.Caller;
import claudegateway.chat.ChatException;
import claudegateway.chat.Failure;
import claudegateway.chat.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Which folders a project may have. Everything lies below the project root, or, when it exists already, below
 * an allowed root; symbolic links are followed before the question is asked.
 *
 * <p>Below the project root each named caller has a folder of its own, {@code @name}, which no other caller
 * can name; what was made without keys lies directly in the root.
 */
final class ProjectFolders {
  /** Characters of a folder's name that come from a client's text. */
  static final int NAME_MAX = 64;

  /** Folders of one name: {@code app}, {@code app_2}, … */
  static final int TWINS_MAX = 1_000;

  static final int ID_MAX = 200;

  static final int PATH_MAX = 1_024;

  private static final String OWNER_MARK = "@";

  private final Path root;
  private final List<Path> allowed;

  /** @param made whether it was not there before */
  record Folder(Path path, boolean made) {}

  /** Makes the root when it is missing. Allowed roots must exist. Throws IOException when that cannot be. */
  ProjectFolders(Path root, List<Path> allowedRoots) throws IOException {
    Files.createDirectories(root);
    this.root = root.toRealPath();
    this.allowed = allowedRoots.stream().map(ProjectFolders::realPath).toList();
  }

  /** A new folder for a project of that name. */
  Folder forName(String name, Caller caller) {
    Path home = home(caller);
    String slug = safe(name);
    for (int twin = 1; twin <= TWINS_MAX; twin++) {
      Path folder = home.resolve(twin == 1 ? slug : slug + "_" + twin);
      try {
        Files.createDirectory(folder);
        return new Folder(realPath(folder), true);
      } catch (FileAlreadyExistsException taken) {
        // The next number, then.
      } catch (IOException failed) {
        throw cannot("make", folder, failed);
      }
    }
    throw refused("name", "There are too many folders named \"" + slug + "\"");
  }

  /** The folder for a project id that nobody has made a project for; made on demand. */
  Folder forId(String id, Caller caller) {
    require(!id.isBlank(), "project_id", "must not be empty");
    require(id.length() <= ID_MAX, "project_id", "is longer than " + ID_MAX + " characters");
    require(id.indexOf('\0') < 0, "project_id", "contains a null byte");
    for (String segment : id.split("[/\\\\]", -1)) {
      require(!segment.matches("\\.+"), "project_id", "Path traversal detected: an id of dots is no name");
    }
    String safe = safe(id);
    return within(home(caller), home(caller).resolve(safe.equals(id) ? id : safe + "-" + checksum(id)),
        "project_id");
  }

  /**
   * The folder that a client named.
   *
   * @param remap an absolute path outside of everything is replaced by a folder below the root that has its
   *     last segment's name, for a client that knows only its own machine's paths
   */
  Folder forPath(String text, boolean remap, Caller caller) {
    Path path = parsed(text);
    Path asked = home(caller).resolve(path).normalize();
    Path resolved = resolveExisting(asked);
    if (resolved.startsWith(root)) {
      require(!asked.equals(root) && !asked.equals(home(caller)), "path", "is the folder of all projects");
      if (isOthers(resolved, caller)) {
        throw traversal(text, "it belongs to somebody else");
      }
      return within(root, resolved, "path");
    }
    if (allowed.stream().anyMatch(resolved::startsWith)) {
      require(Files.isDirectory(resolved), "path",
          "is no existing folder; below an allowed root none is made");
      return new Folder(resolved, false);
    }
    if (remap && path.isAbsolute() && path.getFileName() != null) {
      return within(home(caller), home(caller).resolve(safe(path.getFileName().toString())), "path");
    }
    throw traversal(text, "it is outside the project root " + root
        + "; start the gateway with --allow-root to use existing folders elsewhere");
  }

  /** Whether a path would be refused for lying outside of everything. */
  boolean isForeign(String text, Caller caller) {
    Path path = parsed(text);
    Path resolved = resolveExisting(home(caller).resolve(path).normalize());
    return !resolved.startsWith(root) && allowed.stream().noneMatch(resolved::startsWith);
  }

  /** The folder of a project that exists; made again when somebody removed it and it was ours. */
  Path existing(Path folder, boolean ours) {
    if (!Files.isDirectory(folder)) {
      if (!ours || !folder.startsWith(root)) {
        throw refused("project_id", "The project's folder " + folder + " does not exist any more");
      }
      return within(root, folder, "project_id").path();
    }
    return folder;
  }

  /**
   * Removes a folder that was made below the root, with all that is in it. Links are removed, not followed.
   */
  void remove(Path folder) {
    if (!folder.startsWith(root) || folder.equals(root)
        || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
          Files.delete(file);
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failed) throws IOException {
          if (failed != null) {
            throw failed;
          }
          Files.delete(directory);
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException failed) {
      throw cannot("remove", folder, failed);
    }
  }

  private Path home(Caller caller) {
    Path home = caller.owner().isEmpty() ? root : root.resolve(ownersFolder(caller));
    try {
      Files.createDirectories(home);
      return home;
    } catch (IOException failed) {
      throw cannot("make", home, failed);
    }
  }

  private static String ownersFolder(Caller caller) {
    String safe = safe(caller.owner());
    return OWNER_MARK + (safe.equals(caller.owner()) ? safe : safe + "-" + checksum(caller.owner()));
  }

  private boolean isOthers(Path folder, Caller caller) {
    String first = root.relativize(folder).getName(0).toString();
    return first.startsWith(OWNER_MARK) && !first.equals(ownersFolder(caller));
  }

  /** Makes a folder unless it is there, and looks where it really is then. */
  private static Folder within(Path base, Path folder, String param) {
    Path meant = resolveExisting(folder);
    if (!meant.startsWith(base)) {
      throw refused(param, "Invalid path: Path traversal detected: " + folder + " leads out of " + base);
    }
    boolean made = !Files.exists(meant);
    try {
      Files.createDirectories(meant);
    } catch (FileAlreadyExistsException file) {
      throw refused(param, meant + " is not a folder");
    } catch (IOException failed) {
      throw cannot("make", meant, failed);
    }
    return new Folder(realPath(meant), made);
  }

  /** The path with the links in its existing part resolved; the rest of it does not exist, so has none. */
  private static Path resolveExisting(Path path) {
    Path existing = path;
    while (existing != null && !Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = existing.getParent();
    }
    return existing == null ? path : realPath(existing).resolve(existing.relativize(path)).normalize();
  }

  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException failed) {
      throw refused("path", path + " cannot be resolved");
    }
  }

  private static Path parsed(String text) {
    require(!text.isBlank(), "path", "must not be empty");
    require(text.length() <= PATH_MAX, "path", "is longer than " + PATH_MAX + " characters");
    require(text.indexOf('\0') < 0, "path", "contains a null byte");
    try {
      Path path = Path.of(text.strip());
      for (Path segment : path) {
        if (segment.toString().equals("..")) {
          throw traversal(text, "it contains \"..\"");
        }
      }
      return path;
    } catch (InvalidPathException invalid) {
      throw refused("path", "\"" + text + "\" is not a path");
    }
  }

  /** A name for a folder: the characters that are safe everywhere, no leading dot or dash, bounded. */
  static String safe(String text) {
    String safe = text.strip().replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.-]+", "");
    return safe.isEmpty() ? "project" : safe.substring(0, Math.min(safe.length(), NAME_MAX));
  }

  /** Tells apart ids that are alike when made safe. */
  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }

  private static void require(boolean ok, String param, String what) {
    if (!ok) {
      throw refused(param, "Invalid path: '" + param + "' " + what);
    }
  }

  private static ChatException traversal(String path, String why) {
    return refused("path", "Invalid path: Path traversal detected: \"" + path + "\" is refused, " + why);
  }

  private static ChatException refused(String param, String message) {
    return new ChatException(Failure.invalid(param, message));
  }

  private static ChatException cannot(String what, Path folder, IOException failed) {
    return new ChatException(Failure.of(Failure.Kind.INTERNAL,
        "Cannot " + what + " the folder " + folder + ": " + failed.getClass().getSimpleName()));
  }
}

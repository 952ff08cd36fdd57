package claudegateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/**
 * Keeps the driver's native library beside the database. Left alone, the driver unpacks a new copy into the
 * temporary folder at each start, which costs time, leaves a megabyte behind whenever the process is killed,
 * and fails where that folder is mounted noexec.
 */
final class NativeLibrary {
  /** Where the driver looks first (sqlite-jdbc, "SQLiteJDBCLoader"); an operator's own value wins. */
  private static final String FOLDER_PROPERTY = "org.sqlite.lib.path";

  private NativeLibrary() {}

  /** To be called before the process's first connection. Without success the driver goes its own way. */
  static void provide(Path databaseFolder) {
    if (System.getProperty(FOLDER_PROPERTY) != null) {
      return;
    }
    Path folder = databaseFolder.resolve("native").resolve("sqlite-" + SQLiteJDBCLoader.getVersion())
        .resolve(OSInfo.getNativeLibFolderPathForCurrentOS());
    try {
      unpack(folder);
      System.setProperty(FOLDER_PROPERTY, folder.toString());
    } catch (IOException refused) {
      System.getLogger(NativeLibrary.class.getName()).log(System.Logger.Level.DEBUG,
          "SQLite's library can't be kept in " + folder, refused);
    }
  }

  private static void unpack(Path folder) throws IOException {
    String name = LibraryLoaderUtil.getNativeLibName();
    Path library = folder.resolve(name);
    if (Files.exists(library)) {
      return;
    }
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, name, ".part");
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(
        LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name)) {
      if (in == null) {
        throw new IOException("the driver has no library for " + OSInfo.getNativeLibFolderPathForCurrentOS());
      }
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, library, StandardCopyOption.ATOMIC_MOVE); // whole, whoever else unpacks it now
    } finally {
      Files.deleteIfExists(part);
    }
  }
}

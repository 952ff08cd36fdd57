package claudegateway.store;

import claudegateway.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/** The file: making it, telling whose it is, connecting to it. */
final class DatabaseFile {
  /** Bytes without which a message may not fit any more, although the next small write may. */
  private static final long ROOM_MIN = 1 << 20;

  /** "clgw": marks the file as this program's (SQLite file format, header offset 68). */
  static final int APPLICATION_ID = 0x636c6777;

  /** How long a statement waits for another process's lock. */
  static final Duration BUSY_MAX = Duration.ofSeconds(5);

  /** Pages of 4 KiB in the write-ahead log after which a commit also moves them into the main file. */
  static final int CHECKPOINT_PAGES = 1_000;

  /** The write-ahead log is cut back to this many bytes once it was larger (a long read keeps it growing). */
  static final int WAL_KEPT_MAX = 64 << 20;

  /** Page cache of a connection. */
  static final int CACHE_KIB = 8 << 10;

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  private final Path path;

  private final Duration busyMax;

  DatabaseFile(Path path) {
    this(path, BUSY_MAX);
  }

  DatabaseFile(Path path, Duration busyMax) {
    this.path = path.toAbsolutePath();
    this.busyMax = busyMax;
  }

  Path path() {
    return path;
  }

  /** Whether its disk has room for another message; also when the system does not tell. */
  boolean hasRoom() {
    try {
      return Files.getFileStore(path).getUsableSpace() >= ROOM_MIN;
    } catch (IOException unknown) {
      return true;
    }
  }

  /** Makes the file readable by its owner only: it holds conversations. SQLite's side files copy its mode. */
  static void create(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
      syncFolder(file.toAbsolutePath().getParent());
    } catch (FileAlreadyExistsException exists) {
      if (!Files.isRegularFile(file)) {
        throw unwritable(file, exists);
      }
    } catch (IOException refused) {
      throw unwritable(file, refused);
    }
  }

  /** A new name is on the disk only when its folder is. */
  static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static StoreException unwritable(Path file, IOException cause) {
    return new StoreException(Kind.UNWRITABLE, "The database " + file + " can't be created: check that its"
        + " folder exists and may be written, or choose another data directory (" + cause + ").", cause);
  }

  /** Throws StoreException NOT_OURS, without touching the file, when SQLite would not know it either. */
  void requireSqlite() {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] head = in.readNBytes(MAGIC.length);
      if (head.length > 0 && !Arrays.equals(head, MAGIC)) {
        throw notOurs("is not a database");
      }
    } catch (IOException unreadable) {
      throw unwritable(path, unreadable);
    }
  }

  /** Throws StoreException NOT_OURS or NEWER before anything is changed in the file. */
  void requireOurs(Sql sql) throws SQLException {
    long application = sql.one("PRAGMA application_id", row -> row.number("application_id")).orElseThrow();
    long version = sql.one("PRAGMA user_version", row -> row.number("user_version")).orElseThrow();
    boolean empty = sql.number("SELECT count(*) AS n FROM sqlite_schema") == 0;
    boolean fresh = application == 0 && version == 0 && empty;
    if (application != APPLICATION_ID && !fresh) {
      throw notOurs("belongs to another program");
    }
    if (version > Migrations.NEWEST) {
      throw new StoreException(Kind.NEWER, "The database " + path + " was written by a newer version of this"
          + " program (schema " + version + ", this one knows " + Migrations.NEWEST + "): install that"
          + " version, or choose another data directory.");
    }
  }

  private StoreException notOurs(String what) {
    return new StoreException(Kind.NOT_OURS, "The file " + path + " " + what
        + ": move it away, or choose another data directory.");
  }

  /** A connection that may write. With synchronous=FULL a commit is on the disk when it returns. */
  Sql connect() throws SQLException {
    SQLiteConfig config = common();
    config.setSynchronous(SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setPragma(SQLiteConfig.Pragma.JOURNAL_SIZE_LIMIT, Integer.toString(WAL_KEPT_MAX));
    Sql sql = new Sql(config.createConnection("jdbc:sqlite:" + path));
    sql.set("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
    sql.set("PRAGMA fullfsync = ON"); // macOS: fsync alone leaves data in the drive's cache; no-op elsewhere
    return sql;
  }

  /** A connection that can't write. */
  Sql connectReadOnly() throws SQLException {
    SQLiteConfig config = common();
    config.setReadOnly(true);
    return new Sql(config.createConnection("jdbc:sqlite:" + path));
  }

  private SQLiteConfig common() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout((int) busyMax.toMillis());
    config.setCacheSize(-CACHE_KIB);
    // temp_store stays as it is: with MEMORY, the journal of a savepoint is a list that every further
    // statement walks from its beginning (measured: 10,000 inserts in one work take ten times as long).
    return config;
  }

  /** Write-ahead logging, so that readers never wait for the writer; remembered in the file. */
  static void useWriteAheadLog(Sql sql) throws SQLException {
    String mode = sql.one("PRAGMA journal_mode = " + JournalMode.WAL.getValue(),
        row -> row.text("journal_mode"))
        .orElse("");
    if (!mode.equalsIgnoreCase("wal")) {
      throw new SQLException("this file system can't hold a write-ahead log (journal mode " + mode + ")");
    }
  }
}

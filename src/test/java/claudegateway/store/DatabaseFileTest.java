package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import claudegateway.store.StoreException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What open() does with files that are not what it expects. */
@Timeout(60)
class DatabaseFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("gateway.db");
  }

  @Test
  void aNewFileIsMadeWithItsFolderForItsOwnerOnly() throws IOException {
    Path deep = folder.resolve("a/b/gateway.db");
    try (Database database = Database.open(deep)) {
      assertEquals(0L, database.read(sql -> Projects.count(sql, "")).longValue());
      assumeTrue(deep.getFileSystem().supportedFileAttributeViews().contains("posix"));
      for (String name : List.of("gateway.db", "gateway.db-wal", "gateway.db-shm")) {
        assertEquals("rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.resolveSibling(name))), name);
      }
    }
  }

  @Test
  void openingAgainKeepsEverything() throws SQLException {
    for (int i = 0; i < 3; i++) {
      String id = "p" + i;
      long before = i;
      try (Database database = Database.open(file)) {
        assertEquals(before, database.read(sql -> Projects.count(sql, "")).longValue());
        database.write(sql -> {
          Projects.insert(sql, Rows.project(id, ""));
          return true;
        }).join();
      }
    }
    assertEquals(Migrations.NEWEST, pragma("user_version"));
    assertEquals(DatabaseFile.APPLICATION_ID, pragma("application_id"));
  }

  @Test
  void everyScriptOfTheFolderIsAppliedInOrder() throws Exception {
    Path scripts = Path.of(Migrations.class.getResource(Migrations.SCRIPTS.getFirst()).toURI()).getParent();
    try (Stream<Path> names = Files.list(scripts)) {
      List<String> found = names.map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".sql")).sorted().toList();
      assertEquals(found, Migrations.SCRIPTS);
    }
    for (int i = 0; i < Migrations.NEWEST; i++) {
      assertTrue(Migrations.SCRIPTS.get(i).startsWith("V%03d__".formatted(i + 1)), Migrations.SCRIPTS.get(i));
    }
  }

  @Test
  void aMigrationThatFailsLeavesNothing() throws SQLException {
    try (Sql sql = new Sql(DriverManager.getConnection("jdbc:sqlite:" + file))) {
      sql.set("CREATE TABLE open_call (x)"); // the script fails on it, in its middle
      assertThrows(SQLException.class, () -> Migrations.apply(sql));
      assertEquals(1, sql.number("SELECT count(*) AS n FROM sqlite_schema"));
      assertEquals(0, sql.one("PRAGMA user_version", row -> row.number("user_version")).orElseThrow());
    }
  }

  @Test
  void aTextFileIsNotOursAndStaysAsItIs() throws IOException {
    byte[] text = "my precious notes".getBytes();
    Files.write(file, text);
    expect(Kind.NOT_OURS);
    assertArrayEquals(text, Files.readAllBytes(file));
  }

  @Test
  void anotherProgramsDatabaseIsNotOursAndStaysAsItIs() throws Exception {
    make("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
    byte[] before = Files.readAllBytes(file);
    expect(Kind.NOT_OURS);
    assertArrayEquals(before, Files.readAllBytes(file));
    Files.delete(file);
    make("PRAGMA application_id = 12345");
    expect(Kind.NOT_OURS);
  }

  @Test
  void aNewerDatabaseIsLeftAsItIs() throws Exception {
    Database.open(file).close();
    make("PRAGMA user_version = " + (Migrations.NEWEST + 1));
    byte[] before = Files.readAllBytes(file);
    assertTrue(expect(Kind.NEWER).getMessage().contains("newer version"));
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void anEmptyFileBecomesADatabase() throws IOException {
    Files.createFile(file);
    Database.open(file).close();
    Database.open(file).close();
  }

  @Test
  void aCutFileIsCorrupt() throws IOException {
    fill(file);
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(raw.length() / 2);
    }
    expect(Kind.CORRUPT);
  }

  @Test
  void anOverwrittenFirstPageIsCorrupt() throws IOException {
    fill(file);
    overwrite(file, 100, 3_000);
    expect(Kind.CORRUPT);
  }

  @Test
  void damageFurtherInIsToldByTheReadThatMeetsItAndHarmsNoOther() throws IOException {
    fill(file);
    assertEquals(List.of(), Backup.problems(file));
    overwrite(file, Files.size(file) / 2, (int) Files.size(file) / 4);
    assertFalse(Backup.problems(file).isEmpty());
    try (Database database = Database.open(file)) {
      StoreException damaged = assertThrows(StoreException.class,
          () -> database.read(sql -> sql.query("SELECT * FROM project", ProjectRow::of)));
      assertEquals(Kind.CORRUPT, damaged.kind());
      assertEquals(0, database.read(sql -> Turns.ofSession(sql, "none")).size());
    }
  }

  @Test
  void whatCantBeWrittenIsUnwritable() throws IOException {
    Files.createFile(folder.resolve("plain"));
    file = folder.resolve("plain/gateway.db"); // below a file
    expect(Kind.UNWRITABLE);
    file = Files.createDirectory(folder.resolve("directory"));
    expect(Kind.UNWRITABLE);
  }

  @Test
  void aDatabaseThatAnotherHoldsIsLockedAndWorksAgainAfterwards() throws Exception {
    Database.open(file).close();
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      assertTrue(expect(Kind.LOCKED).getMessage().contains("locked by another process"));
      statement.execute("ROLLBACK");
      try (Database database = open()) {
        statement.execute("BEGIN IMMEDIATE");
        assertEquals(Kind.LOCKED, DatabaseTest.kindOf(database.write(sql -> 1)));
        assertEquals(0, database.read(sql -> Projects.count(sql, "")).intValue(), "reading goes on");
        statement.execute("ROLLBACK");
        assertEquals(1, database.write(sql -> 1).join().intValue());
        assertTrue(database.healthy());
      }
    }
  }

  private Database open() {
    return Database.open(new DatabaseFile(file, Duration.ofMillis(200)));
  }

  private StoreException expect(Kind kind) {
    StoreException refused = assertThrows(StoreException.class, () -> open().close());
    assertEquals(kind, refused.kind(), refused.getMessage());
    assertEquals(1, refused.getMessage().lines().count());
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
    return refused;
  }

  /** A database of some hundred pages. */
  static void fill(Path file) {
    try (Database database = Database.open(file)) {
      database.write(sql -> {
        for (int i = 0; i < 2_000; i++) {
          Projects.insert(sql, Rows.project("project-" + i + "-" + "x".repeat(300), ""));
        }
        return true;
      }).join();
    }
  }

  private static void overwrite(Path file, long offset, int length) throws IOException {
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(offset);
      raw.write("garbage!".repeat(length / 8).getBytes());
    }
  }

  private void make(String statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(statements);
    }
  }

  private long pragma(String name) throws SQLException {
    try (Sql sql = new Sql(DriverManager.getConnection("jdbc:sqlite:" + file))) {
      return sql.one("PRAGMA " + name, row -> row.number(name)).orElseThrow();
    }
  }
}

package claudegateway.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.chat.Caller;
import claudegateway.chat.ChatException;
import claudegateway.chat.Failure;
import claudegateway.chat.Folders;
import claudegateway.chat.SessionView;
import claudegateway.json.Json;
import claudegateway.project.ProjectView.Draft;
import claudegateway.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectsTest {
  private static final Caller ALICE = new Caller("alice");
  private static final Caller BOB = new Caller("bob");

  @TempDir private Path temp;
  private Path root;
  private Path allowed;
  private Path outside;
  private Database database;
  private Projects projects;
  private long now = 1_770_000_000_000L;

  @BeforeEach
  void open() throws IOException {
    Path base = temp.toRealPath();
    root = base.resolve("projects");
    allowed = Files.createDirectories(base.resolve("code"));
    outside = Files.createDirectories(base.resolve("outside"));
    database = Database.open(base.resolve("gateway.db"));
    projects = new Projects(database, root, List.of(allowed), () -> Instant.ofEpochMilli(now));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Draft at(Object path) {
    return new Draft(Optional.of("App"), Optional.of(path.toString()), Optional.empty(), Optional.empty(),
        Optional.empty(), Optional.empty());
  }

  private Failure refused(Draft draft) {
    Failure failure =
        assertThrows(ChatException.class, () -> projects.create(draft, false, Caller.ANYONE)).failure();
    assertEquals(Failure.Kind.INVALID, failure.kind());
    assertEquals(0, projects.page(10, 0, Caller.ANYONE).total(), "nothing is stored");
    return failure;
  }

  @Test
  void aNewProjectHasAFolderOfItsName() throws IOException {
    ProjectView made = projects.create(
        new Draft(Optional.of("My App!"), Optional.empty(), Optional.of("about"),
        Optional.of("swift"), Optional.of("SwiftUI"), Optional.of(Json.object("a", List.of(1)))), false,
        Caller.ANYONE);
    assertEquals(root.resolve("My_App_").toString(), made.path());
    assertTrue(Files.isDirectory(root.resolve("My_App_")));
    ProjectView twin = projects.create(Draft.named("My App!"), false, Caller.ANYONE);
    assertEquals(root.resolve("My_App__2").toString(), twin.path());
    Files.writeString(root.resolve("My_App_/a.txt"), "a");
    Files.createDirectories(root.resolve("My_App_/.git/objects"));
    Files.writeString(root.resolve("My_App_/.git/HEAD"), "not counted");

    ProjectView got = new Projects(database, root, List.of(), () -> Instant.EPOCH)
        .get(made.id(), Caller.ANYONE);
    assertEquals("My App!", got.name());
    assertEquals("about", got.description());
    assertEquals(Optional.of("swift"), got.language());
    assertEquals("{\"a\":[1]}", got.metadata().toText());
    assertEquals(Instant.ofEpochMilli(now), got.createdAt());
    assertEquals(1, got.fileCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../etc/passwd", "a/../../b", "/etc/passwd", "/etc", "x/..", "..", "/"})
  void aPathThatLeavesTheRootsIsRefused(String path) {
    Failure failure = refused(at(path));
    assertEquals(Optional.of("path"), failure.param());
    assertTrue(failure.message().contains("Path traversal detected"), failure.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\0b", "."})
  void aPathThatNamesNothingIsRefused(String path) {
    assertEquals(Optional.of("path"), refused(at(path)).param());
  }

  @Test
  void saysHowToAllowAFolderElsewhere() {
    assertTrue(refused(at(outside)).message().contains("--allow-root"));
  }

  @Test
  void aLinkOutOfTheRootIsRefused() throws IOException {
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createSymbolicLink(allowed.resolve("link"), outside);
    Files.createSymbolicLink(root.resolve("dangling"), temp.resolve("nowhere"));
    for (Object path : List.of("link", "link/deeper", allowed.resolve("link"), root.resolve("link"),
        "dangling")) {
      assertEquals(Optional.of("path"), refused(at(path)).param(), path.toString());
    }
    assertThrows(ChatException.class, () -> projects.folder("link", Caller.ANYONE));
    assertFalse(Files.exists(outside.resolve("deeper")));
  }

  @Test
  void foldersInsideTheRootsAreTaken() throws IOException {
    assertEquals(root.resolve("a/b").toString(), projects.create(at("a/b"), false, Caller.ANYONE).path());
    assertEquals(root.resolve("c").toString(), projects.create(at(root.resolve("c")), false, Caller.ANYONE)
        .path());
    Path existing = Files.createDirectories(allowed.resolve("mine"));
    Files.createSymbolicLink(root.resolve("to-mine"), existing);
    assertEquals(existing.toString(), projects.create(at(existing), false, Caller.ANYONE).path());
    assertEquals(existing.toString(), projects.create(at("to-mine"), false, Caller.ANYONE).path());
    Failure none = assertThrows(ChatException.class,
        () -> projects.create(at(allowed.resolve("new")), false, Caller.ANYONE)).failure();
    assertTrue(none.message().contains("no existing folder"), none.message());
    assertFalse(Files.exists(allowed.resolve("new")), "nothing is made outside the root");
  }

  @Test
  void aForeignPathIsRemappedForWhomKnowsOnlyItsOwnMachine() {
    ProjectView made = projects.create(at("/Users/ann/Projects/My App"), true, Caller.ANYONE);
    assertEquals(root.resolve("My_App").toString(), made.path());
    ProjectView changed = projects.change(made.id(), at("/Users/ann/Projects/Other"), true, Caller.ANYONE);
    assertEquals(made.path(), changed.path(), "its files are where they were");
    assertThrows(ChatException.class,
        () -> projects.change(made.id(), at("/Users/ann/Projects/Other"), false, Caller.ANYONE));
    assertThrows(ChatException.class, () -> projects.create(at("/Users/../etc"), true, Caller.ANYONE));
  }

  @Test
  void deletingRemovesOnlyWhatWasMade() throws IOException {
    ProjectView made = projects.create(Draft.named("app"), false, Caller.ANYONE);
    Path folder = Path.of(made.path());
    Files.createDirectories(folder.resolve("src"));
    Files.writeString(folder.resolve("src/a"), "a");
    Files.writeString(outside.resolve("keep"), "k");
    Files.createSymbolicLink(folder.resolve("link"), outside);
    assertTrue(projects.delete(made.id(), Caller.ANYONE));
    assertFalse(Files.exists(folder));
    assertTrue(Files.exists(outside.resolve("keep")), "a link is not followed");

    Path users = Files.createDirectories(allowed.resolve("users"));
    Path inRoot = Files.createDirectories(root.resolve("before"));
    for (Path theirs : List.of(users, inRoot)) {
      assertFalse(projects.delete(projects.create(at(theirs), false, Caller.ANYONE).id(), Caller.ANYONE));
      assertTrue(Files.isDirectory(theirs));
    }

    ProjectView outer = projects.create(at("outer"), false, Caller.ANYONE);
    projects.create(at("outer/inner"), false, Caller.ANYONE);
    assertFalse(projects.delete(outer.id(), Caller.ANYONE));
    assertTrue(Files.isDirectory(root.resolve("outer/inner")), "another project lies in it");
    ChatException again = assertThrows(ChatException.class, () -> projects.delete(outer.id(), Caller.ANYONE));
    assertEquals(Failure.Kind.PROJECT_NOT_FOUND, again.failure().kind());
  }

  @Test
  void changesWhatIsNamedAndNothingElse() {
    ProjectView made = projects.create(new Draft(Optional.of("a"), Optional.empty(), Optional.of("d"),
        Optional.of("go"), Optional.empty(), Optional.empty()), false, Caller.ANYONE);
    now += 5_000;
    ProjectView changed = projects.change(made.id(), Draft.named("b"), false, Caller.ANYONE);
    assertEquals("b", changed.name());
    assertEquals("d", changed.description());
    assertEquals(Optional.of("go"), changed.language());
    assertEquals(made.createdAt(), changed.createdAt());
    assertEquals(made.createdAt().plusSeconds(5), changed.updatedAt());
    assertEquals(Optional.of("name"), assertThrows(ChatException.class,
        () -> projects.change(made.id(), Draft.named(" "), false, Caller.ANYONE)).failure().param());
  }

  @Test
  void countsFilesWithinBounds() throws IOException {
    Path many = Files.createDirectories(allowed.resolve("many"));
    for (int i = 0; i < ProjectFiles.ENTRIES_MAX + 50; i++) {
      Files.createFile(many.resolve("f" + i));
    }
    ProjectFiles files = new ProjectFiles();
    assertEquals(0, files.count(many, System.nanoTime()), "no time, no count");
    long later = System.nanoTime() + 60_000_000_000L;
    int counted = files.count(many, later);
    assertTrue(counted > ProjectFiles.ENTRIES_MAX - 10 && counted <= ProjectFiles.ENTRIES_MAX, "" + counted);
    Files.delete(many.resolve("f0"));
    assertEquals(counted, files.count(many, System.nanoTime()), "what was known, when there is no time");
  }

  @Test
  void listsTheNewestFirst() {
    for (int i = 0; i < 5; i++) {
      now += i % 2;
      projects.create(Draft.named("p" + i), false, Caller.ANYONE);
    }
    SessionView.Page<ProjectView> page = projects.page(2, 1, Caller.ANYONE);
    assertEquals(List.of("p3", "p2"), page.items().stream().map(ProjectView::name).toList());
    assertEquals(5, page.total());
  }

  @Test
  void unknownIdsGetFoldersAndAreProjectsFromThenOn() {
    assertEquals(root.resolve("default"), projects.folder(Folders.DEFAULT, Caller.ANYONE));
    assertEquals(root.resolve("test-project-123"), projects.folder("test-project-123", Caller.ANYONE));
    assertEquals("test-project-123", projects.get("test-project-123", Caller.ANYONE).id());
    assertEquals(2, projects.page(10, 0, Caller.ANYONE).total());
    assertEquals(root.resolve("default"), projects.folder(Folders.DEFAULT, Caller.ANYONE));
    assertEquals(2, projects.page(10, 0, Caller.ANYONE).total());
    Path slash = projects.folder("team/app", Caller.ANYONE);
    assertEquals(root, slash.getParent());
    assertNotEquals(slash, projects.folder("team_app", Caller.ANYONE), "alike ids are not the same");
    assertEquals("team/app", projects.get("team/app", Caller.ANYONE).id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "..", ".", "...", "../x", "a/../b", "a\0b", "..\\x"})
  void idsThatNameNoFolderAreRefused(String id) {
    Failure failure = assertThrows(ChatException.class, () -> projects.folder(id, Caller.ANYONE)).failure();
    assertEquals(Failure.Kind.INVALID, failure.kind());
    assertEquals(Optional.of("project_id"), failure.param());
  }

  @Test
  void anOverlongIdIsRefused() {
    assertThrows(ChatException.class, () -> projects.folder("x".repeat(201), Caller.ANYONE));
    assertEquals(ProjectFolders.NAME_MAX + 9, projects.folder("x".repeat(200), Caller.ANYONE).getFileName()
        .toString().length());
  }

  @Test
  void aRemovedFolderOfOursIsMadeAgain() throws IOException {
    ProjectView made = projects.create(Draft.named("app"), false, Caller.ANYONE);
    Files.delete(Path.of(made.path()));
    assertEquals(Path.of(made.path()), projects.folder(made.id(), Caller.ANYONE));
    assertTrue(Files.isDirectory(Path.of(made.path())));
    Path theirs = Files.createDirectories(allowed.resolve("theirs"));
    ProjectView used = projects.create(at(theirs), false, Caller.ANYONE);
    Files.delete(theirs);
    assertThrows(ChatException.class, () -> projects.folder(used.id(), Caller.ANYONE));
    assertFalse(Files.exists(theirs));
  }

  @Test
  void oneCallersProjectsAreNotAnothers() throws IOException {
    ProjectView before = projects.create(Draft.named("before"), false, Caller.ANYONE);
    ProjectView hers = projects.create(Draft.named("app"), false, ALICE);
    ProjectView his = projects.create(Draft.named("app"), false, BOB);
    assertNotEquals(hers.path(), his.path());
    for (Runnable reach : List.<Runnable>of(
        () -> projects.get(hers.id(), BOB),
        () -> projects.change(hers.id(), Draft.named("x"), false, BOB),
        () -> projects.delete(hers.id(), BOB),
        () -> projects.folder(hers.id(), BOB))) {
      assertEquals(Failure.Kind.PROJECT_NOT_FOUND, assertThrows(ChatException.class, reach::run).failure()
          .kind());
    }
    for (Object path : List.of(hers.path(), "../@alice/app", Path.of(hers.path()).getParent())) {
      assertThrows(ChatException.class, () -> projects.create(at(path), false, BOB), path.toString());
      assertThrows(ChatException.class, () -> projects.create(at(path), false, Caller.ANYONE),
          path.toString());
    }
    assertEquals(2, projects.page(10, 0, BOB).total(), "his own and the one made before keys");
    assertEquals(before.id(), projects.get(before.id(), BOB).id());
    assertFalse(projects.delete(before.id(), BOB), "not made by him, so its folder stays");
    assertTrue(Files.isDirectory(Path.of(before.path())));
  }

  @Test
  void everyCallerHasADefaultOfItsOwn() {
    Path shared = projects.folder(Folders.DEFAULT, Caller.ANYONE);
    Path hers = projects.folder(Folders.DEFAULT, ALICE);
    Path his = projects.folder(Folders.DEFAULT, BOB);
    assertEquals(3, List.of(shared, hers, his).stream().distinct().count());
    assertEquals(hers, projects.folder(Folders.DEFAULT, ALICE));
    assertEquals(Folders.DEFAULT, projects.get(Folders.DEFAULT, ALICE).id());
    assertEquals(hers.toString(), projects.get(Folders.DEFAULT, ALICE).path());
    assertNotEquals(projects.folder("x", ALICE), projects.folder("x", BOB));
  }
}

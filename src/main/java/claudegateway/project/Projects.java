package claudegateway.project;

import claudegateway.chat.Caller;
import claudegateway.chat.ChatException;
import claudegateway.chat.Failure;
import claudegateway.chat.Folders;
import claudegateway.chat.SessionView;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import claudegateway.project.ProjectFolders.Folder;
import claudegateway.store.Database;
import claudegateway.store.ProjectRow;
import claudegateway.store.SessionFilter;
import claudegateway.store.SessionRow.Origin;
import claudegateway.store.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/**
 * Projects: folders with a name, in which agents work. Any thread, virtual ones included; blocks on the
 * database and the file system.
 *
 * <p>A project id that nobody has made is accepted: it gets a folder of its own when it is first used, as
 * does {@link Folders#DEFAULT} for requests that name none. By id, methods throw ChatException: PROJECT_NOT_FOUND,
 * also for what the caller may not see.
 */
public final class Projects {
  /** UTF-16 units of a name; a description, language and framework may have ten times as many. */
  static final int NAME_MAX = 200;

  /** Time that the file counts of one answer may take altogether. */
  private static final Duration COUNTING_MAX = Duration.ofMillis(100);

  /** Rows that are looked through for another project in a folder. */
  private static final int PAGE = 500;

  private final Database database;
  private final ProjectFolders folders;
  private final ProjectFiles files = new ProjectFiles();
  private final InstantSource clock;

  private record Found(ProjectRow row, long sessions) {}

  /**
   * @param root where new folders are made; made itself when it is missing
   * @param allowedRoots existing folders below which existing folders may be used
   * @throws IOException when the root can't be made
   */
  public Projects(Database database, Path root, List<Path> allowedRoots, InstantSource clock)
      throws IOException {
    this.database = database;
    this.folders = new ProjectFolders(root, allowedRoots);
    this.clock = clock;
  }

  /**
   * Makes a project: in a new folder of its name, or in the folder that the draft's path names.
   *
   * @param remap see {@link ProjectFolders#forPath}
   */
  public ProjectView create(ProjectView.Draft draft, boolean remap, Caller caller) {
    String name = checked(draft).name().orElseThrow(() -> invalid("name", "is required"));
    Folder folder = draft.path()
        .map(path -> folders.forPath(path, remap, caller))
        .orElseGet(() -> folders.forName(name, caller));
    ProjectRow row = row(UUID.randomUUID().toString(), name, folder, draft, caller);
    try {
      write(sql -> {
        claudegateway.store.Projects.insert(sql, row);
        return row;
      });
    } catch (RuntimeException failed) {
      if (folder.made()) {
        folders.remove(folder.path());
      }
      throw failed;
    }
    return view(new Found(row, 0), countingUntil());
  }

  public ProjectView get(String id, Caller caller) {
    Found found = database.read(sql -> {
      ProjectRow row = find(sql, id, caller).orElseThrow(() -> unknown(id));
      return new Found(row, sessions(sql, row));
    });
    return view(found, countingUntil());
  }

  /** Newest first. */
  public SessionView.Page<ProjectView> page(int limit, int offset, Caller caller) {
    record Some(List<Found> found, long total) {}
    Some some = database.read(sql -> {
      List<Found> found = new ArrayList<>();
      for (ProjectRow row : claudegateway.store.Projects.page(sql, caller.owner(), limit, offset)) {
        found.add(new Found(row, sessions(sql, row)));
      }
      return new Some(found, claudegateway.store.Projects.count(sql, caller.owner()));
    });
    long until = countingUntil();
    return new SessionView.Page<>(some.found.stream().map(found -> view(found, until)).toList(), some.total);
  }

  /** @param remap a path outside of everything is ignored, not refused */
  public ProjectView change(String id, ProjectView.Draft draft, boolean remap, Caller caller) {
    checked(draft);
    ProjectRow old = database.read(sql -> find(sql, id, caller)).orElseThrow(() -> unknown(id));
    Optional<Folder> folder = draft.path()
        .filter(path -> !(remap && folders.isForeign(path, caller)))
        .map(path -> folders.forPath(path, false, caller))
        .filter(found -> !found.path().toString().equals(old.path()));
    ProjectRow row = new ProjectRow(old.id(), old.owner(), draft.name().orElse(old.name()),
        draft.description().orElse(old.description()),
        folder.map(found -> found.path().toString()).orElse(old.path()),
        folder.map(Folder::made).orElse(old.madeByGateway()), draft.language().or(old::language),
        draft.framework().or(old::framework), draft.metadata().map(Json::toText).orElse(old.metadata()),
        old.createdAt(), clock.millis());
    if (!write(sql -> claudegateway.store.Projects.update(sql, row))) {
      throw unknown(id);
    }
    return get(id, caller);
  }

  /**
   * Forgets a project; its sessions stay. A folder that was made for it, by the same caller, goes with all
   * that is in it, unless another project lies there; any other folder stays.
   *
   * @return whether the folder was removed
   */
  public boolean delete(String id, Caller caller) {
    ProjectRow row = database.read(sql -> find(sql, id, caller)).orElseThrow(() -> unknown(id));
    if (!write(sql -> claudegateway.store.Projects.delete(sql, row.id()))) {
      throw unknown(id);
    }
    Path folder = Path.of(row.path());
    boolean ours = row.madeByGateway() && row.owner().equals(caller.owner());
    if (!ours || database.read(sql -> isUsed(sql, folder, caller))) {
      return false;
    }
    folders.remove(folder);
    return true;
  }

  /**
   * The folder in which an agent of this project works, a real path. Makes the default project, the project
   * of an unknown id, and a folder of ours that somebody removed. Throws ChatException INVALID (param
   * project_id) for an id that can be no folder's name, PROJECT_NOT_FOUND for somebody else's project.
   *
   * @param caller of a session that exists already: its owner
   */
  public Path folder(String id, Caller caller) {
    Optional<ProjectRow> known = database.read(sql -> {
      Optional<ProjectRow> mine = find(sql, id, caller);
      if (mine.isEmpty() && !id.equals(Folders.DEFAULT) && claudegateway.store.Projects.find(sql, id).isPresent()) {
        throw unknown(id);
      }
      return mine;
    });
    if (known.isPresent()) {
      return folders.existing(Path.of(known.get().path()), known.get().madeByGateway());
    }
    Folder folder = folders.forId(id, caller);
    ProjectRow row = row(rowId(id, caller), id, folder, ProjectView.Draft.named(id), caller);
    write(sql -> {
      if (claudegateway.store.Projects.find(sql, row.id()).isEmpty()) {
        claudegateway.store.Projects.insert(sql, row);
      }
      return row;
    });
    return folder.path();
  }

  /**
   * A project that came to be by its use has, for a named caller, an id in the database that no other
   * caller's has. The default project of the time before keys is nobody's: a named caller gets one of its
   * own.
   */
  private static Optional<ProjectRow> find(Sql sql, String id, Caller caller) throws SQLException {
    Optional<ProjectRow> own = claudegateway.store.Projects.find(sql, rowId(id, caller));
    if (own.isPresent() || caller.owner().isEmpty() || id.equals(Folders.DEFAULT)) {
      return own.filter(row -> caller.maySee(row.owner()));
    }
    return claudegateway.store.Projects.find(sql, id).filter(row -> caller.maySee(row.owner()));
  }

  private static String rowId(String id, Caller caller) {
    return caller.owner().isEmpty() ? id : id + "@" + caller.owner();
  }

  private static String idOf(ProjectRow row) {
    String mark = "@" + row.owner();
    return !row.owner().isEmpty() && row.id().endsWith(mark)
        ? row.id().substring(0, row.id().length() - mark.length())
        : row.id();
  }

  private static boolean isUsed(Sql sql, Path folder, Caller caller) throws SQLException {
    for (int offset = 0; ; offset += PAGE) {
      List<ProjectRow> rows = claudegateway.store.Projects.page(sql, caller.owner(), PAGE, offset);
      if (rows.stream().map(row -> Path.of(row.path()))
          .anyMatch(p -> p.startsWith(folder) || folder.startsWith(p))) {
        return true;
      }
      if (rows.size() < PAGE) {
        return false;
      }
    }
  }

  private ProjectRow row(String id, String name, Folder folder, ProjectView.Draft draft, Caller caller) {
    long now = clock.millis();
    return new ProjectRow(id, caller.owner(), name, draft.description().orElse(""), folder.path().toString(),
        folder.made(), draft.language(), draft.framework(), draft.metadata().orElse(Json.Obj.EMPTY).toText(),
        now, now);
  }

  private static long sessions(Sql sql, ProjectRow row) throws SQLException {
    return claudegateway.store.Sessions.count(sql,
        new SessionFilter(row.owner(), Optional.of(idOf(row)), Optional.of(Origin.NAMED)));
  }

  private ProjectView view(Found found, long until) {
    ProjectRow row = found.row;
    Json.Obj metadata = JsonReader.parse(row.metadata()) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    return new ProjectView(idOf(row), row.name(), row.description(), row.path(), row.language(),
        row.framework(),
        metadata, Instant.ofEpochMilli(row.createdAt()), Instant.ofEpochMilli(row.updatedAt()),
        files.count(Path.of(row.path()), until), found.sessions);
  }

  private static long countingUntil() {
    return System.nanoTime() + COUNTING_MAX.toNanos();
  }

  private static ProjectView.Draft checked(ProjectView.Draft draft) {
    draft.name().ifPresent(name -> {
      if (name.isBlank() || name.length() > NAME_MAX) {
        throw invalid("name", "must have 1 to " + NAME_MAX + " characters");
      }
    });
    bounded("description", draft.description());
    bounded("language", draft.language());
    bounded("framework", draft.framework());
    return draft;
  }

  private static void bounded(String param, Optional<String> text) {
    if (text.isPresent() && text.get().length() > 10 * NAME_MAX) {
      throw invalid(param, "is longer than " + 10 * NAME_MAX + " characters");
    }
  }

  private <T> T write(Database.Work<T> work) {
    try {
      return database.write(work).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  private static ChatException invalid(String param, String what) {
    return new ChatException(Failure.invalid(param, "'" + param + "' " + what));
  }

  private static ChatException unknown(String id) {
    return new ChatException(Failure.of(Failure.Kind.PROJECT_NOT_FOUND, "Project " + id + " not found"));
  }
}

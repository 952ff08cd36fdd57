package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.store.SessionRow.Origin;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Projects, and the table of child processes. */
class ProjectsTest {
  private Sql sql;

  @BeforeEach
  void open() throws SQLException {
    sql = MemoryDatabase.open();
  }

  @AfterEach
  void close() throws SQLException {
    sql.close();
  }

  @Test
  void aProjectIsMadeChangedAndDeleted() throws SQLException {
    ProjectRow made = Rows.project("p", "me");
    Projects.insert(sql, made);
    assertEquals(Optional.of(made), Projects.find(sql, "p"));
    assertThrows(SQLException.class, () -> Projects.insert(sql, made));

    ProjectRow changed = new ProjectRow("p", "thief", "n", "d", "/x", false, Optional.empty(),
        Optional.of("UI"), "{\"k\":1}", 7, 8);
    assertTrue(Projects.update(sql, changed));
    assertEquals(Optional.of(new ProjectRow("p", "me", "n", "d", "/x", false, Optional.empty(),
        Optional.of("UI"), "{\"k\":1}", 1_000, 8)), Projects.find(sql, "p"));
    Projects.touch(sql, "p", 9);
    assertEquals(9, Projects.find(sql, "p").orElseThrow().updatedAt());
    assertFalse(Projects.update(sql, Rows.project("unknown", "")));

    Sessions.insert(sql, Rows.session("s", "p", "me", Origin.NAMED, 1));
    assertTrue(Projects.delete(sql, "p"));
    assertFalse(Projects.delete(sql, "p"));
    assertEquals(Optional.empty(), Projects.find(sql, "p"));
    assertTrue(Sessions.find(sql, "s").isPresent(), "sessions stay");
  }

  @Test
  void aPageShowsTheNewestFirstAndOnlyWhatItsCallerMaySee() throws SQLException {
    for (String id : List.of("open", "mine:me", "theirs:them", "last:me")) {
      // all in one millisecond
      Projects.insert(sql, Rows.project(id, id.contains(":") ? id.split(":")[1] : ""));
    }
    assertEquals(List.of("last:me", "mine:me", "open"),
        Projects.page(sql, "me", 10, 0).stream().map(ProjectRow::id).toList());
    assertEquals(List.of("mine:me"), Projects.page(sql, "me", 1, 1).stream().map(ProjectRow::id).toList());
    assertEquals(3, Projects.count(sql, "me"));
    assertEquals(1, Projects.count(sql, ""));
  }

  @Test
  void childrenAreRememberedUntilTheyEnd() throws SQLException {
    ChildRow first = new ChildRow(4_000_000_000L, 17, "uuid-1", 1);
    ChildRow second = new ChildRow(12, 18, "uuid-2", 2);
    Children.add(sql, first);
    Children.add(sql, second);
    Children.add(sql, second);
    assertEquals(List.of(first, second), Children.all(sql));
    Children.remove(sql, 12, "uuid-1");
    Children.remove(sql, first.pid(), "uuid-1");
    assertEquals(List.of(second), Children.all(sql));
  }
}

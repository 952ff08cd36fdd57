package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.store.SessionRow.Origin;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The queries on the way of every request read an index, and no more of it than they need. */
class PlansTest {
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
  void aPageOfSessionsIsReadOffTheIndexInOrder() throws SQLException {
    for (Optional<String> project : List.of(Optional.<String>empty(), Optional.of("p"))) {
      for (Optional<Origin> origin : List.of(Optional.<Origin>empty(), Optional.of(Origin.NAMED))) {
        Sessions.page(sql, new SessionFilter("me", project, origin), 20, 40);
        expect(project.isPresent() ? "session_newest_of_project (project_id=?" : "session_newest (owner=?");
        Sessions.count(sql, new SessionFilter("me", project, origin));
        assertTrue(plan().contains("COVERING INDEX"), plan());
      }
    }
  }

  @Test
  void countsAndSumsOfAPageTouchItsOwnRowsOnly() throws SQLException {
    Sessions.stats(sql, List.of("a", "b"));
    String plan = plan();
    assertFalse(plan.contains("SCAN turn") || plan.contains("SCAN message"), plan);
  }

  @Test
  void aHashIsFoundByItsIndex() throws SQLException {
    Turns.byLineage(sql, new byte[32]);
    expect("turn_lineage (lineage=?)");
    Turns.byAnswers(sql, new byte[32], new byte[16]);
    expect("turn_lineage (lineage=?)");
  }

  @Test
  void whatBelongsToASessionOrTurnComesInOrder() throws SQLException {
    Messages.ofSession(sql, "s", 20, 0);
    expect("(session_id=?)");
    Turns.ofSession(sql, "s");
    expect("(session_id=?)");
    Turns.lastOf(sql, "s");
    expect("(session_id=?)");
    TurnChunks.after(sql, "t", 5, 100);
    expect("(turn_id=? AND position>?)");
    Messages.usage(sql, List.of(new MessageRow(1, "s", "t", 0, MessageRow.Role.USER, "[]", 1)));
    assertTrue(plan().contains("(session_id=? AND seq>? AND seq<?)"), plan());
    assertFalse(plan().contains("SCAN"), plan());
    Messages.answerOf(sql, "t");
    assertTrue(plan().contains("message_turn (turn_id=?)"), plan());
  }

  @Test
  void whatRunsIsFoundWithoutLookingAtWhatEnded() throws SQLException {
    Turns.interruptRunning(sql, 1, "code", "message");
    assertTrue(plan().contains("turn_running"), plan());
  }

  @Test
  void staleHistoriesAreFoundOldestFirst() throws SQLException {
    Sessions.deleteHistoriesBefore(sql, 1, 10);
    String plan = plan();
    assertTrue(plan.contains("session_stale (updated_at<?)"), plan);
    assertFalse(plan.contains("TEMP B-TREE"), plan);
  }

  private void expect(String index) throws SQLException {
    String plan = plan();
    assertTrue(plan.contains(index), plan);
    assertFalse(plan.contains("SCAN"), plan);
    assertFalse(plan.contains("TEMP B-TREE"), plan);
  }

  /** Of the statement that ran last. */
  private String plan() throws SQLException {
    String query = sql.last();
    if (!query.startsWith("EXPLAIN")) {
      query = "EXPLAIN QUERY PLAN " + query;
    }
    return String.join("\n", sql.query(query, row -> row.text("detail")));
  }
}

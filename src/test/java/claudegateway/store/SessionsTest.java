package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.store.MessageRow.Role;
import claudegateway.store.SessionRow.Origin;
import claudegateway.store.SessionRow.Transcript;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionsTest {
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
  void aRowComesBackAsItWent() throws SQLException {
    SessionRow bare = new SessionRow("s1", "nowhere", "me", "", "claude-opus", Optional.empty(),
        Origin.HISTORY, "{}", Transcript.NONE, Optional.empty(), Optional.empty(), 5, 6);
    SessionRow full = new SessionRow("s2", "p", "", "Titel \ud83d\ude00 '\"", "m",
        Optional.of("sys\u2028tem"), Origin.NAMED, "{\"k\":[1]}", Transcript.PARTIAL,
        Optional.of("12:uuid"), Optional.of("s1"), 7, 8);
    Sessions.insert(sql, bare);
    Sessions.insert(sql, full);
    assertEquals(Optional.of(bare), Sessions.find(sql, "s1"));
    assertEquals(Optional.of(full), Sessions.find(sql, "s2"));
    assertEquals(Optional.empty(), Sessions.find(sql, "s3"));
    assertThrows(SQLException.class, () -> Sessions.insert(sql, bare));
  }

  @Test
  void anUpdateChangesWhatMayChange() throws SQLException {
    Sessions.insert(sql, Rows.session("s1"));
    SessionRow other = new SessionRow("s1", "p2", "thief", "new", "m2", Optional.empty(), Origin.HISTORY,
        "{}", Transcript.WHOLE, Optional.of("mark"), Optional.of("x"), 9, 99);
    assertTrue(Sessions.update(sql, other));
    SessionRow now = Sessions.find(sql, "s1").orElseThrow();
    assertEquals(new SessionRow("s1", "p2", "", "new", "m2", Optional.empty(), Origin.NAMED, "{}",
        Transcript.WHOLE, Optional.of("mark"), Optional.empty(), 1_000, 99), now);
    Sessions.touch(sql, "s1", 100);
    Sessions.transcript(sql, "s1", Transcript.PARTIAL, Optional.empty());
    now = Sessions.find(sql, "s1").orElseThrow();
    assertEquals(100, now.updatedAt());
    assertEquals(Transcript.PARTIAL, now.transcript());
    assertFalse(Sessions.update(sql, Rows.session("unknown")));
  }

  @Test
  void aPageShowsTheNewestFirstAndOnlyWhatItsCallerMaySee() throws SQLException {
    Sessions.insert(sql, Rows.session("open-old", "p", "", Origin.NAMED, 1));
    Sessions.insert(sql, Rows.session("mine", "p", "me", Origin.NAMED, 2));
    Sessions.insert(sql, Rows.session("theirs", "p", "them", Origin.NAMED, 3));
    Sessions.insert(sql, Rows.session("my-history", "p", "me", Origin.HISTORY, 4));
    Sessions.insert(sql, Rows.session("elsewhere", "q", "me", Origin.NAMED, 5));
    Sessions.insert(sql, Rows.session("open-a", "p", "", Origin.NAMED, 6));
    Sessions.insert(sql, Rows.session("open-b", "p", "", Origin.NAMED, 6)); // in the same millisecond
    expect(List.of("open-b", "open-a", "elsewhere", "my-history", "mine", "open-old"),
        SessionFilter.of("me"));
    expect(List.of("open-b", "open-a", "open-old"), SessionFilter.of(""));
    expect(List.of("open-b", "open-a", "elsewhere", "mine", "open-old"),
        new SessionFilter("me", Optional.empty(), Optional.of(Origin.NAMED)));
    expect(List.of("my-history"), new SessionFilter("me", Optional.of("p"), Optional.of(Origin.HISTORY)));
    expect(List.of("elsewhere"), new SessionFilter("me", Optional.of("q"), Optional.empty()));
    expect(List.of(), new SessionFilter("me", Optional.of("r"), Optional.empty()));
    assertEquals(List.of("elsewhere", "my-history"),
        Sessions.page(sql, SessionFilter.of("me"), 2, 2).stream().map(SessionRow::id).toList());
  }

  private void expect(List<String> ids, SessionFilter filter) throws SQLException {
    assertEquals(ids, Sessions.page(sql, filter, 20, 0).stream().map(SessionRow::id).toList());
    assertEquals(ids.size(), Sessions.count(sql, filter));
  }

  @Test
  void statsOfManySessionsInOneQuery() throws SQLException {
    String odd = "odd \"id\" \\ '";
    for (String id : List.of("s1", "s2", odd)) {
      Sessions.insert(sql, Rows.session(id));
    }
    Turns.insert(sql, new NewTurn("t0", "s1", "m", Optional.empty(), true, Optional.empty(), Optional.empty(),
        1_000));
    Turns.insert(sql, Rows.turn("t1", "s1", 2_000));
    Turns.insert(sql, Rows.turn("t2", "s1", 3_000));
    Turns.insert(sql, Rows.turn("t3", odd, 3_000));
    Turns.finish(sql, "t1", Rows.end(2_500, new TokenUsage(1, 2, 3, 4, 5, 0.5)));
    Turns.finish(sql, "t2", Rows.end(3_100, new TokenUsage(10, 20, 30, 40, 50, 0.25)));
    for (int i = 0; i < 3; i++) {
      Messages.append(sql, "s1", "t1", Role.USER, "\"x\"", 1);
    }
    Map<String, SessionStats> stats = Sessions.stats(sql, List.of("s1", "s2", odd, "unknown"));
    assertEquals(new SessionStats(3, 2, 600, new TokenUsage(11, 22, 33, 44, 55, 0.75)), stats.get("s1"));
    assertEquals(new SessionStats(0, 1, 0, TokenUsage.NONE), stats.get(odd));
    assertEquals(SessionStats.NONE, stats.get("s2"));
    assertEquals(List.of("s1", "s2", odd, "unknown"), List.copyOf(stats.keySet()));
    assertEquals(Map.of(), Sessions.stats(sql, List.of()));
  }

  @Test
  void deletingASessionLeavesNothingOfItBehind() throws SQLException {
    for (String id : List.of("s1", "s2")) {
      Sessions.insert(sql, Rows.session(id));
      Turns.insert(sql, Rows.turn("turn-" + id, id, 1));
      Messages.append(sql, id, "turn-" + id, Role.USER, "\"x\"", 1);
      OpenCalls.add(sql, new OpenCallRow("call", id, "turn-" + id, "f"));
      TurnChunks.append(sql, "turn-" + id, new ChunkRow(0, "text", new byte[] {1}));
    }
    assertTrue(Sessions.delete(sql, "s1"));
    assertFalse(Sessions.delete(sql, "s1"));
    for (String table : List.of("session", "turn", "message", "open_call", "turn_chunk")) {
      assertEquals(1, sql.number("SELECT count(*) AS n FROM " + table), table);
    }
    assertEquals("s2", OpenCalls.find(sql, "call").getFirst().sessionId());
  }

  @Test
  void oldHistoriesGoAndNothingElse() throws SQLException {
    Sessions.insert(sql, Rows.session("named", "p", "", Origin.NAMED, 1));
    Sessions.insert(sql, Rows.session("old", "p", "", Origin.HISTORY, 2));
    Sessions.insert(sql, Rows.session("older", "p", "me", Origin.HISTORY, 1));
    Sessions.insert(sql, Rows.session("running", "p", "", Origin.HISTORY, 1));
    Sessions.insert(sql, Rows.session("fresh", "p", "", Origin.HISTORY, 10));
    Turns.insert(sql, Rows.turn("t", "running", 1));
    assertEquals(List.of("older"), idsOf(Sessions.deleteHistoriesBefore(sql, 10, 1)));
    assertEquals(List.of("old"), idsOf(Sessions.deleteHistoriesBefore(sql, 10, 100)));
    assertEquals(List.of(), idsOf(Sessions.deleteHistoriesBefore(sql, 10, 100)));
    Turns.finish(sql, "t", Rows.end(2, TokenUsage.NONE));
    assertEquals(List.of("running"), idsOf(Sessions.deleteHistoriesBefore(sql, 10, 100)));
    assertEquals(2, sql.number("SELECT count(*) AS n FROM session"));
  }

  private static List<String> idsOf(List<SessionRow> rows) {
    return rows.stream().map(SessionRow::id).toList();
  }

  @Test
  void aSessionNeedsNoProject() throws SQLException {
    Sessions.insert(sql, Rows.session("s1", "no-such-project", "", Origin.NAMED, 1));
    assertEquals("no-such-project", Sessions.find(sql, "s1").orElseThrow().projectId());
  }
}

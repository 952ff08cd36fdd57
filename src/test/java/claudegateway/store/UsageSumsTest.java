package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import claudegateway.store.SessionRow.Origin;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsageSumsTest {
  private static final long FIRST = Instant.parse("2026-01-31T23:59:59.999Z").toEpochMilli();
  private static final long SECOND = FIRST + 1; // the first millisecond of February
  private Sql sql;

  /**
   * Session a of nobody in p, b of "me" in p, c of "them" in q; costs are powers of two, so that a sum tells.
   */
  @BeforeEach
  void fill() throws SQLException {
    sql = MemoryDatabase.open();
    Sessions.insert(sql, Rows.session("a", "p", "", Origin.NAMED, 1));
    Sessions.insert(sql, Rows.session("b", "p", "me", Origin.HISTORY, 1));
    Sessions.insert(sql, Rows.session("c", "q", "them", Origin.NAMED, 1));
    turn("a1", "a", "opus", FIRST, 1);
    turn("a2", "a", "haiku", SECOND, 2);
    turn("b1", "b", "opus", SECOND, 4);
    turn("c1", "c", "opus", SECOND, 8);
    turn("b2", "b", "opus", SECOND + 5, 16);
    Turns.insert(sql, new NewTurn("b0", "b", "opus", Optional.empty(), true, Optional.empty(),
        Optional.empty(), FIRST)); // inherited: paid for elsewhere
    Turns.insert(sql, Rows.turn("running", "a", SECOND));
  }

  private void turn(String id, String session, String model, long time, int n) throws SQLException {
    Turns.insert(sql, new NewTurn(id, session, model, Optional.empty(), false, Optional.empty(),
        Optional.empty(), time));
    Turns.finish(sql, id, Rows.end(time + 10, usage(n)));
  }

  private static TokenUsage usage(int n) {
    return new TokenUsage(n, 10L * n, 100L * n, 1_000L * n, 10_000L * n, n / 4.0);
  }

  @AfterEach
  void close() throws SQLException {
    sql.close();
  }

  @Test
  void everyoneSeesTheirOwnAndNobodys() throws SQLException {
    assertEquals(new UsageSum("", 2, 5, usage(1 + 2 + 4 + 16)), UsageSums.total(sql, "me", TimeRange.ALL));
    assertEquals(new UsageSum("", 1, 3, usage(1 + 2)), UsageSums.total(sql, "", TimeRange.ALL));
    assertEquals(new UsageSum("", 2, 4, usage(1 + 2 + 8)), UsageSums.total(sql, "them", TimeRange.ALL));
  }

  @Test
  void sumsByDayModelAndProject() throws SQLException {
    Turns.finish(sql, "running", Rows.end(SECOND, TokenUsage.NONE));
    assertEquals(List.of(new UsageSum("2026-01-31", 1, 1, usage(1)),
        new UsageSum("2026-02-01", 2, 4, usage(22))),
        UsageSums.byDay(sql, "me", TimeRange.ALL));
    assertEquals(List.of(new UsageSum("claude-sonnet", 1, 1, usage(0)), new UsageSum("haiku", 1, 1, usage(2)),
        new UsageSum("opus", 2, 3, usage(21))), UsageSums.byModel(sql, "me", TimeRange.ALL));
    assertEquals(List.of(new UsageSum("p", 1, 3, usage(3)), new UsageSum("q", 1, 1, usage(8))),
        UsageSums.byProject(sql, "them", TimeRange.ALL));
  }

  @Test
  void aRangeHoldsItsFirstMillisecondAndNotItsEnd() throws SQLException {
    assertEquals(usage(1), UsageSums.total(sql, "me", new TimeRange(FIRST, SECOND)).usage());
    assertEquals(usage(6), UsageSums.total(sql, "me", new TimeRange(SECOND, SECOND + 5)).usage());
    assertEquals(new UsageSum("", 0, 0, TokenUsage.NONE), UsageSums.total(sql, "me", new TimeRange(1, 2)));
    assertEquals(List.of(), UsageSums.byDay(sql, "me", new TimeRange(1, 2)));
  }

  @Test
  void deletingSessionsMakesNothingCheaper() throws SQLException {
    UsageSum total = UsageSums.total(sql, "me", TimeRange.ALL);
    List<UsageSum> days = withoutSessions(UsageSums.byDay(sql, "me", TimeRange.ALL));
    List<UsageSum> models = UsageSums.byModel(sql, "me", TimeRange.ALL);
    List<UsageSum> projects = UsageSums.byProject(sql, "me", TimeRange.ALL);
    Sessions.delete(sql, "b");
    assertEquals(total, UsageSums.total(sql, "me", TimeRange.ALL));
    Sessions.delete(sql, "a");
    Sessions.delete(sql, "c");
    assertEquals(0, sql.number("SELECT count(*) AS n FROM turn"));
    assertEquals(total, UsageSums.total(sql, "me", TimeRange.ALL));
    assertEquals(projects, UsageSums.byProject(sql, "me", TimeRange.ALL));
    assertEquals(days, withoutSessions(UsageSums.byDay(sql, "me", TimeRange.ALL)));
    assertEquals(withoutSessions(models), withoutSessions(UsageSums.byModel(sql, "me", TimeRange.ALL)));
    assertEquals(usage(1), UsageSums.total(sql, "", new TimeRange(FIRST - 86_400_000, SECOND)).usage());
    assertEquals(usage(0), UsageSums.total(sql, "", new TimeRange(FIRST, SECOND)).usage(), "whole days only");
  }

  /** A deleted session counts once, in the group of its last turn. */
  private static List<UsageSum> withoutSessions(List<UsageSum> sums) {
    return sums.stream().map(sum -> new UsageSum(sum.key(), 0, sum.turns(), sum.usage())).toList();
  }
}

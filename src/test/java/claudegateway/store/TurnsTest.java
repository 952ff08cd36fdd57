package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.store.MessageRow.Role;
import claudegateway.store.TurnRow.State;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Turns and what hangs on them: messages, chunks, open calls. */
class TurnsTest {
  private Sql sql;

  @BeforeEach
  void open() throws SQLException {
    sql = MemoryDatabase.open();
    Sessions.insert(sql, Rows.session("s1"));
    Sessions.insert(sql, Rows.session("s2"));
  }

  @AfterEach
  void close() throws SQLException {
    sql.close();
  }

  @Test
  void aTurnRunsAndEnds() throws SQLException {
    byte[] lineage = {1, 2, 3};
    assertEquals(0, Turns.insert(sql, new NewTurn("t0", "s1", "asked", Optional.of(lineage), false,
        Optional.of("u1"), Optional.empty(), 10)));
    TurnRow running = Turns.find(sql, "t0").orElseThrow();
    assertEquals(State.RUNNING, running.state());
    assertArrayEquals(lineage, running.lineage().orElseThrow());
    assertEquals(OptionalLong.empty(), running.endedAt());

    TokenUsage usage = new TokenUsage(1, 2, 3, 4, 5, 0.125);
    TurnEnd end = new TurnEnd(State.FAILED, Optional.of("answered"), Optional.of("l1"), Optional.empty(),
        Optional.of("upstream"), Optional.of("it broke"), OptionalLong.of(7), 30, usage);
    assertTrue(Turns.finish(sql, "t0", end));
    TurnRow ended = Turns.find(sql, "t0").orElseThrow();
    assertEquals(new TurnRow("t0", "s1", 0, State.FAILED, "answered", ended.lineage(),
        Optional.empty(), false,
        Optional.of("u1"), Optional.of("l1"), Optional.empty(), Optional.of("upstream"),
        Optional.of("it broke"), 10,
        OptionalLong.of(7), OptionalLong.of(30), usage), ended);
    assertFalse(Turns.finish(sql, "t0", Rows.end(40, TokenUsage.NONE)), "a turn ends once");
    assertEquals(State.FAILED, Turns.find(sql, "t0").orElseThrow().state());
  }

  @Test
  void turnsAreNumberedWithinTheirSession() throws SQLException {
    assertEquals(0, Turns.insert(sql, Rows.turn("a", "s1", 1)));
    assertEquals(0, Turns.insert(sql, Rows.turn("b", "s2", 2)));
    assertEquals(1, Turns.insert(sql, Rows.turn("c", "s1", 3)));
    assertEquals(List.of("a", "c"), Turns.ofSession(sql, "s1").stream().map(TurnRow::id).toList());
    assertEquals("c", Turns.lastOf(sql, "s1").orElseThrow().id());
    assertEquals(Optional.empty(), Turns.lastOf(sql, "s3"));
    assertThrows(SQLException.class, () -> Turns.insert(sql, Rows.turn("d", "no-session", 1)));
    assertThrows(SQLException.class, () -> Turns.insert(sql, Rows.turn("a", "s2", 1)));
  }

  @Test
  void equalHashesComeNewestFirst() throws SQLException {
    byte[] same = new byte[32];
    byte[] other = new byte[32];
    other[31] = 1;
    Turns.insert(sql, new NewTurn("old", "s1", "m", Optional.of(same), false, Optional.empty(),
        Optional.empty(), 1));
    Turns.insert(sql, new NewTurn("new", "s2", "m", Optional.of(same), true, Optional.empty(),
        Optional.empty(), 2));
    Turns.insert(sql, new NewTurn("else", "s2", "m", Optional.of(other), false, Optional.empty(),
        Optional.empty(), 3));
    Turns.insert(sql, Rows.turn("none", "s2", 4));
    assertEquals(List.of("new", "old"), Turns.byLineage(sql, same).stream().map(TurnRow::id).toList());
    assertEquals(List.of(), Turns.byLineage(sql, new byte[] {9}));
    Turns.answered(sql, "old", other);
    assertEquals(List.of("old"), Turns.byAnswers(sql, same, other).stream().map(TurnRow::id).toList());
    assertEquals(List.of(), Turns.byAnswers(sql, other, other));
  }

  @Test
  void anInheritedTurnIsFinishedAtOnce() throws SQLException {
    Turns.insert(sql, new NewTurn("t", "s1", "m", Optional.empty(), true, Optional.of("u"), Optional.of("l"),
        5));
    TurnRow turn = Turns.find(sql, "t").orElseThrow();
    assertEquals(State.FINISHED, turn.state());
    assertTrue(turn.inherited());
    assertEquals(OptionalLong.of(5), turn.endedAt());
    assertEquals(Optional.of("l"), turn.lastUuid());
  }

  @Test
  void whatRanWhenTheGatewayDiedIsInterrupted() throws SQLException {
    Turns.insert(sql, Rows.turn("done", "s1", 1));
    Turns.finish(sql, "done", Rows.end(2, TokenUsage.NONE));
    Turns.insert(sql, Rows.turn("left", "s1", 3));
    TokenUsage known = new TokenUsage(10, 1, 0, 0, 0, 0);
    Turns.progress(sql, "left", OptionalLong.of(4), known);
    List<TurnRow> left = Turns.interruptRunning(sql, 99, "turn_interrupted", "the gateway ended");
    assertEquals(List.of("left"), left.stream().map(TurnRow::id).toList());
    TurnRow turn = Turns.find(sql, "left").orElseThrow();
    assertEquals(State.INTERRUPTED, turn.state());
    assertEquals(Optional.of("turn_interrupted"), turn.errorCode());
    assertEquals(OptionalLong.of(99), turn.endedAt());
    assertEquals(OptionalLong.of(4), turn.firstTokenMs());
    assertEquals(known, turn.usage());
    assertEquals(State.FINISHED, Turns.find(sql, "done").orElseThrow().state());
    assertEquals(List.of(), Turns.interruptRunning(sql, 100, "x", "y"));
  }

  @Test
  void messagesKeepTheirOrderAndTheirBytes() throws SQLException {
    Turns.insert(sql, Rows.turn("t", "s1", 1));
    Turns.insert(sql, Rows.turn("t2", "s1", 1));
    Turns.insert(sql, Rows.turn("u", "s2", 1));
    String odd = "\"a\ud83d\ude00\u2028\\u0000\u0001\"" + "\u4e2d".repeat(50_000);
    MessageRow first = Messages.append(sql, "s1", "t", Role.USER, odd, 1);
    Messages.append(sql, "s2", "u", Role.USER, "\"other\"", 1);
    MessageRow answer = Messages.append(sql, "s1", "t", Role.ASSISTANT, "\"answer\"", 2);
    MessageRow tool = Messages.append(sql, "s1", "t2", Role.TOOL, "\"result\"", 3);
    assertEquals(List.of(first, answer, tool), Messages.ofSession(sql, "s1", 10, 0));
    assertEquals(List.of(answer), Messages.ofSession(sql, "s1", 1, 1));
    assertEquals(List.of(first, answer), Messages.ofTurn(sql, "t"));
    assertEquals(Optional.of(answer), Messages.answerOf(sql, "t"));
    assertEquals(Optional.empty(), Messages.answerOf(sql, "t2"));
    assertEquals(3, Messages.count(sql, "s1"));
    assertEquals(4, Messages.countVisible(sql, "me"));
    assertEquals(2, tool.seq());
  }

  @Test
  void chunksAreReadFromAnyPosition() throws SQLException {
    Turns.insert(sql, Rows.turn("t", "s1", 1));
    for (int i = 0; i < 5; i++) {
      TurnChunks.append(sql, "t", new ChunkRow(i * 10, i % 2 == 0 ? "text" : "call", new byte[] {(byte) i}));
    }
    List<ChunkRow> rest = TurnChunks.after(sql, "t", 10, 2);
    assertEquals(List.of(20L, 30L), rest.stream().map(ChunkRow::position).toList());
    assertEquals("call", rest.getLast().kind());
    assertArrayEquals(new byte[] {3}, rest.getLast().bytes());
    assertEquals(5, TurnChunks.after(sql, "t", -1, 100).size());
    assertThrows(SQLException.class, () -> TurnChunks.append(sql, "t", new ChunkRow(0, "text", new byte[0])));
    assertEquals(0, TurnChunks.dropEndedBefore(sql, 1_000), "the turn still runs");
    Turns.finish(sql, "t", Rows.end(50, TokenUsage.NONE));
    assertEquals(0, TurnChunks.dropEndedBefore(sql, 50));
    assertEquals(5, TurnChunks.dropEndedBefore(sql, 51));
    TurnChunks.append(sql, "t", new ChunkRow(0, "text", new byte[0]));
    TurnChunks.drop(sql, "t");
    assertEquals(List.of(), TurnChunks.after(sql, "t", -1, 100));
  }

  @Test
  void anOpenCallFindsItsSessions() throws SQLException {
    Turns.insert(sql, Rows.turn("t", "s1", 1));
    Turns.insert(sql, Rows.turn("u", "s2", 1));
    OpenCallRow parent = new OpenCallRow("call_1", "s1", "t", "get_weather");
    OpenCallRow fork = new OpenCallRow("call_1", "s2", "u", "get_weather");
    OpenCallRow second = new OpenCallRow("call_2", "s1", "t", "get_time");
    for (OpenCallRow call : List.of(parent, fork, second, parent)) {
      OpenCalls.add(sql, call); // adding one again is no fault
    }
    assertEquals(List.of(parent, fork), OpenCalls.find(sql, "call_1"));
    assertTrue(OpenCalls.remove(sql, "call_1", "s1"));
    assertFalse(OpenCalls.remove(sql, "call_1", "s1"));
    assertEquals(List.of(fork), OpenCalls.find(sql, "call_1"));
    assertEquals(List.of(second), OpenCalls.ofSession(sql, "s1"));
    OpenCalls.removeAll(sql, "s1");
    assertEquals(List.of(), OpenCalls.ofSession(sql, "s1"));
  }
}

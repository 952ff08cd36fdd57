package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.store.MessageRow.Role;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ForksTest {
  @Test
  void aForkHasTheHistoryUpToItsPointAndPaidNothing() throws SQLException {
    try (Sql sql = MemoryDatabase.open()) {
      Sessions.insert(sql, Rows.session("old"));
      Sessions.insert(sql, Rows.session("fork"));
      for (int i = 0; i < 3; i++) {
        String id = "t" + i;
        Turns.insert(sql, new NewTurn(id, "old", "m" + i, Optional.of(new byte[] {(byte) i}), false,
            Optional.of("u" + i), Optional.empty(), i));
        Messages.append(sql, "old", id, Role.USER, "\"q" + i + "\"", i);
        Messages.append(sql, "old", id, Role.ASSISTANT, "\"a" + i + "\"", i);
        OpenCalls.add(sql, new OpenCallRow("call" + i, "old", id, "f"));
        Turns.finish(sql, id, Rows.end(i, new TokenUsage(1, 1, 1, 1, 1, 1)));
      }
      Supplier<String> ids = List.of("n0", "n1").iterator()::next;
      assertEquals(2, Forks.copy(sql, "old", "fork", 1, ids));

      List<TurnRow> copies = Turns.ofSession(sql, "fork");
      assertEquals(List.of("n0", "n1"), copies.stream().map(TurnRow::id).toList());
      assertEquals(List.of(0L, 1L), copies.stream().map(TurnRow::seq).toList());
      assertTrue(copies.stream().allMatch(turn -> turn.inherited() && turn.usage().equals(TokenUsage.NONE)));
      assertArrayEquals(new byte[] {1}, copies.getLast().lineage().orElseThrow());
      assertEquals(Optional.of("u1"), copies.getLast().userUuid());
      assertEquals(Optional.of("stop"), copies.getLast().finishReason());
      assertEquals("m1", copies.getLast().model());

      List<MessageRow> messages = Messages.ofSession(sql, "fork", 10, 0);
      assertEquals(List.of("\"q0\"", "\"a0\"", "\"q1\"", "\"a1\""),
          messages.stream().map(MessageRow::content).toList());
      assertEquals(List.of(0L, 1L, 2L, 3L), messages.stream().map(MessageRow::seq).toList());
      assertEquals("n1", messages.getLast().turnId());
      assertEquals(List.of("call0", "call1"),
          OpenCalls.ofSession(sql, "fork").stream().map(OpenCallRow::toolCallId).toList());

      assertEquals(6, Messages.count(sql, "old"), "the old session is as it was");
      assertEquals(2, Turns.insert(sql, Rows.turn("next", "fork", 9)));
    }
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CallIdsTest {
  private static Message calls(String... ids) {
    return new Message(Message.Role.ASSISTANT, List.of(),
        List.of(ids).stream().map(id -> new Message.ToolCall(id, "f", "{}")).toList(), Optional.empty());
  }

  private static Message result(String id) {
    return new Message(Message.Role.TOOL, List.of(new Message.Part.Text(id)), List.of(), Optional.of(id));
  }

  @Test
  void idsThatComeAgainGetOthersWithTheirResults() {
    List<Message> messages = List.of(Message.user("q"), calls("c.0", "c.1"), result("c.1"), result("c.0"),
        calls("c.0"), result("c.0"), calls("c.0", "toolu_x"), result("unknown"));
    List<Message> unique = CallIds.unique(messages);
    assertEquals(List.of(Message.user("q"), calls("c_0", "c_1")), unique.subList(0, 2));
    assertEquals(List.of("c_1", "c_0", "r2_c_0", "unknown"),
        unique.stream().flatMap(message -> message.toolCallId().stream()).toList());
    assertEquals(calls("r3_c_0", "toolu_x"), unique.get(6));
    assertEquals(unique.subList(0, 5), CallIds.unique(messages.subList(0, 5)), "what follows changes nothing before");
  }
}

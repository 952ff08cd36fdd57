package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import claudegateway.chat.Message.Part;
import claudegateway.chat.Message.Role;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What makes two histories the same conversation, and what does not. */
final class LineageTest {
  private static final byte[] ROOT = Lineage.root(new Caller("alice"), "default");

  private static byte[] head(Message... messages) {
    return Lineage.chain(ROOT, List.of(messages)).getLast();
  }

  private static Message result(String id, String text) {
    return new Message(Role.TOOL, List.of(new Part.Text(text)), List.of(), Optional.of(id));
  }

  private static Message user(Part... parts) {
    return new Message(Role.USER, List.of(parts), List.of(), Optional.empty());
  }

  @Test
  void answersAreNotIdentity() {
    assertArrayEquals(head(Message.user("a"), Message.assistant("x"), Message.user("b")),
        head(Message.user("a"), Message.assistant(""), Message.user("b")));
    List<byte[]> chain = Lineage.chain(ROOT, List.of(Message.user("a"), Message.assistant("x")));
    assertArrayEquals(chain.getFirst(), chain.getLast());
  }

  @Test
  void whatTheModelWasGivenIs() {
    List<byte[]> different = List.of(ROOT, head(Message.user("a")), head(Message.user("b")),
        head(Message.user("a"), Message.user("b")), head(Message.user("b"), Message.user("a")),
        head(Message.user("ab")), head(user(new Part.Text("a"), new Part.Text("b"))),
        head(user(new Part.Image("image/png", "a"))), head(user(new Part.Image("image/gif", "a"))),
        head(user(new Part.Document("text/plain", "a", Optional.empty()))), head(result("1", "a")),
        head(result("2", "a")), Lineage.chain(Lineage.root(new Caller("bob"), "default"),
            List.of(Message.user("a"))).getLast(),
        Lineage.chain(Lineage.root(new Caller("alice"), "other"), List.of(Message.user("a"))).getLast());
    assertEquals(different.size(), different.stream().map(HexFormat.of()::formatHex).distinct().count());
  }

  @Test
  void resultsCountInAnyOrder() {
    Message[] one = {Message.user("a"), result("1", "x"), result("2", "y"), Message.user("b")};
    Message[] other = {Message.user("a"), result("2", "y"), result("1", "x"), Message.user("b")};
    assertArrayEquals(head(one), head(other));
    assertFalse(Arrays.equals(head(one), head(Message.user("a"), result("1", "y"), result("2", "x"),
        Message.user("b"))));
    assertEquals(4, Lineage.chain(ROOT, List.of(other)).size());
  }

  @Test
  void wordForWordIsAnotherQuestion() {
    byte[] lineage = head(Message.user("a"));
    byte[] first = Lineage.answered(Optional.empty(), lineage, Message.assistant("x"));
    assertArrayEquals(first, Lineage.answered(Optional.empty(), lineage, Message.assistant(" x\n")));
    Stream.of(Lineage.answered(Optional.empty(), lineage, Message.assistant("y")),
            Lineage.answered(Optional.of(first), lineage, Message.assistant("x")),
            Lineage.answered(Optional.empty(), ROOT, Message.assistant("x")))
        .forEach(other -> assertFalse(Arrays.equals(first, other)));
  }

  @Test
  void theAnswersOfAllTurnsAreThoseOfEachTurnAfterTheOther() {
    List<Message> history = List.of(Message.user("a"), Message.assistant("x"), Message.user("b"),
        Message.assistant("y"), Message.assistant("z"));
    List<byte[]> chain = Lineage.chain(ROOT, history);
    byte[] first = Lineage.answered(Optional.empty(), chain.get(1), Message.assistant("x"));
    assertArrayEquals(Lineage.answered(Optional.of(first), chain.get(4), Message.assistant("yz")),
        Lineage.answered(history, chain));
  }
}

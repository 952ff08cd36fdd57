package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A session that is used by its id, beside a client of the same credential that resends the very same words. */
final class SameWordsTest {

  /** Says it as a client without a session id does, and remembers the answer. */
  private static String resent(Engine engine, List<Message> memory, String text) {
    memory.add(Message.user(text));
    Engine.Said said = engine.say(Optional.empty(), memory);
    memory.add(Message.assistant(said.text()));
    return said.session();
  }

  @Test
  void whatIsResentDoesNotGoIntoASessionThatSomebodyNames() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String named = engine.say("one").session();
      engine.say(named, "two");
      List<Message> memory = new ArrayList<>();
      String own = resent(engine, memory, "one");
      assertEquals(own, resent(engine, memory, "two"));
      // Both end with the same words now.
      assertEquals(own, resent(engine, memory, "three"));
      List<Message> again = new ArrayList<>(memory.subList(0, 4));
      // The named one still ends with them, the client's own does not.
      assertNotEquals(named, resent(engine, again, "another three"));
      engine.stop();
      engine.start();
      again = new ArrayList<>(memory.subList(0, 4));
      assertNotEquals(named, resent(engine, again, "a third three"));
      assertEquals(2, engine.chat().sessions().messages(named, 10, 0, Caller.ANYONE).items().stream()
          .filter(stored -> stored.message().role() == Message.Role.USER).count());
    }
  }

  @Test
  void aNamedSessionGoesOnByItsWordsWhenThereIsNoOther() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      List<Message> memory = new ArrayList<>();
      String session = resent(engine, memory, "one");
      Engine.Said byId = engine.say(session, "two");
      memory.addAll(List.of(Message.user("two"), Message.assistant(byId.text())));
      assertEquals(session, resent(engine, memory, "three"));
    }
  }
}

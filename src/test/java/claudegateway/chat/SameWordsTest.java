package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import claudegateway.store.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations of one credential that have words in common: what is said in one is not taken for another's. */
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

  /** What the model is given when a client says this after what it remembers. */
  private static List<String> given(Engine engine, List<Message> memory, String text) {
    List<Message> messages = new ArrayList<>(memory);
    messages.add(Message.user("#echo\n" + text));
    return new ModelRecord.Request("", Echo.lines(engine.say(Optional.empty(), messages).text())).lines();
  }

  /** Under other instructions: whoever knows nothing but how it began has not been here. */
  @ParameterizedTest
  @ValueSource(strings = {"", "You"})
  void whoHasNoAnswerDoesNotGetTheOneOfSomebodyElse(String known) {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String alices = Engine.read(engine.start(Engine.request(Optional.empty(), List.of(Message.user("who am I")),
          "The user is Alice."))).session();
      List<Message> memory = List.of(Message.user("who am I"), Message.assistant(known), Message.user("#echo"));
      assertEquals(alices, Engine.read(engine.start(Engine.request(Optional.empty(), memory, "The user is Alice.")))
          .session(), "a client that was cut off");
      Engine.Said bobs = Engine.read(engine.start(Engine.request(Optional.empty(), memory, "The user is Bob.")));
      assertNotEquals(alices, bobs.session());
      assertEquals(known.isEmpty() ? List.of("user: who am I", "user: #echo")
          : List.of("user: who am I", "assistant: " + known, "user: #echo"), Echo.lines(bobs.text()));
    }
  }

  @Test
  void twoAnswersInARowCountBoth() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      Message greeting = Message.assistant("How can I help?");
      String session = resent(engine, new ArrayList<>(List.of(Message.assistant("Hello."), greeting)), "one");
      List<Message> rewritten = new ArrayList<>(List.of(greeting, greeting, Message.user("one"),
          Message.assistant("You said: one")));
      assertEquals(List.of("assistant: How can I help?", "assistant: How can I help?", "user: one",
          "assistant: You said: one", "user: #echo\ntwo"), given(engine, rewritten, "two"));
      List<Message> asItWas = new ArrayList<>(rewritten);
      asItWas.set(0, Message.assistant("Hello."));
      assertEquals(session, resent(engine, asItWas, "three"));
    }
  }

  /** A client's conversation that began with a slow answer, and has gone on. */
  private static List<Message> beginningOf(Engine engine, String slow) {
    List<Message> memory = new ArrayList<>();
    resent(engine, memory, slow);
    List<Message> beginning = List.copyOf(memory);
    resent(engine, memory, "and on");
    return beginning;
  }

  /** Another one's that begins with the same words; nobody reads its answer yet. */
  private static Turn begunAlike(Engine engine, String slow) {
    Turn turn = engine.start(Engine.request(Optional.empty(), List.of(Message.user(slow))));
    turn.accepted().join();
    return turn;
  }

  private static void assertGoesOn(Engine engine, List<Message> beginning, String slow) {
    assertEquals(List.of("user: " + slow, "assistant: slowly", "user: #echo\nelse"),
        given(engine, beginning, "else"));
  }

  @Test
  void anAnswerThatWasStoppedBeforeItSaidAnythingIsNobodyElses() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String slow = "#pause 2000\n#say slowly";
      List<Message> beginning = beginningOf(engine, slow);
      Turn stopped = begunAlike(engine, slow);
      engine.chat().conversations().stop(stopped.sessionId(), Caller.ANYONE);
      assertEquals(Optional.of(Failure.Kind.TURN_INTERRUPTED), Engine.read(stopped).failure());
      assertGoesOn(engine, beginning, slow);
    }
  }

  @Test
  void anAnswerThatHasNotBegunIsNotStoppedForSomebodyWhoHasOne() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String slow = "#pause 500\n#say slowly";
      List<Message> beginning = beginningOf(engine, slow);
      Turn running = begunAlike(engine, slow);
      assertGoesOn(engine, beginning, slow);
      assertEquals("slowly", Engine.read(running).text());
    }
  }

  @Test
  void whoWasCutOffGoesOnWhereItHeardTheBeginning() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      Turn running = engine.start(Engine.request(Optional.empty(), List.of(Message.user("#tokens 3000 2"))));
      Engine.begun(running).close();
      List<Message> heard = new ArrayList<>(List.of(Message.user("#tokens 3000 2"), Message.assistant("w0 ")));
      assertEquals(running.sessionId(), resent(engine, heard, "shorter"));
    }
  }

  @Test
  void anErrorsNoteIsNoAnswerOfAnotherConversation() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      List<Message> memory = new ArrayList<>();
      String session = resent(engine, memory, "one");
      memory.add(Message.user("#error 529 overloaded"));
      engine.say(Optional.empty(), memory);
      memory.add(Message.assistant("(an error happened)"));
      // What was said before is known by its answer: the session goes on.
      assertEquals(session, resent(engine, memory, "two"));
      List<Message> unknown = new ArrayList<>(List.of(Message.user("#error 529 overloaded")));
      engine.say(Optional.empty(), unknown);
      unknown.add(Message.assistant("an answer from elsewhere"));
      assertEquals(List.of("user: #error 529 overloaded", "assistant: an answer from elsewhere",
          "user: #echo\ntwo"), given(engine, unknown, "two"));
    }
  }

  @Test
  void aConversationIsFoundHoweverManyBeganLikeIt() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake().live(4))) {
      List<Message> first = new ArrayList<>();
      String session = resent(engine, first, "#timestamp 1");
      for (int i = 0; i < Turns.CANDIDATES_MAX; i++) {
        resent(engine, new ArrayList<>(), "#timestamp 1");
      }
      engine.stop();
      engine.start();
      assertEquals(session, resent(engine, first, "and on"));
    }
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.store.StoreException;
import claudegateway.store.TurnRow;
import claudegateway.store.Turns;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The database refuses, as on a full disk; a trigger stands for the disk. */
final class StoreRefusalTest {
  private static Engine engine;

  @BeforeAll
  static void start() {
    engine = new Engine(EngineSetup.fake());
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  private static void refuse(String table) {
    refuse(engine, table);
  }

  private static void allow(String table) {
    allow(engine, table);
  }

  private static void refuse(Engine engine, String table) {
    engine.database().write(sql -> sql.update("CREATE TRIGGER refuse_" + table + " BEFORE INSERT ON " + table
        + " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")).join();
  }

  private static void allow(Engine engine, String table) {
    engine.database().write(sql -> sql.update("DROP TRIGGER refuse_" + table)).join();
  }

  /** Who is told that the message was refused may send it again at once: the session is not busy with it. */
  @Test
  void aRefusedMessageLeavesItsSessionFree() {
    String session = engine.say("#say before").session();
    refuse("turn");
    try {
      for (int i = 0; i < 20; i++) {
        Turn turn = engine.start(Engine.request(session, "#tokens 2000 5"));
        Engine.Said refused = Engine.read(turn);
        assertEquals(Optional.of(Failure.Kind.STORE_UNAVAILABLE), refused.failure(), refused.toString());
        assertTrue(turn.accepted().isCompletedExceptionally());
      }
    } finally {
      allow("turn");
    }
    assertEquals("after", engine.say(session, "#say after").text());
    assertEquals(Optional.empty(), engine.say(session, "#echo").failure());
  }

  /** And the model does not read it twice. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aRefusedMessageIsNotWhatTheModelKnows(String version) {
    try (Engine real = new Engine(version, 0)) {
      String session = real.say("#say one").session();
      refuse(real, "turn");
      try {
        assertEquals(Optional.of(Failure.Kind.STORE_UNAVAILABLE), real.say(session, "#tokens 200 5").failure());
      } finally {
        allow(real, "turn");
      }
      assertEquals("two", real.say(session, "#say two").text());
      assertEquals(List.of("user: #say one", "assistant: one", "user: #say two"),
          new StubRecord(real.stub).last(session, "#say two").lines());
    }
  }

  /** Its message was stored: it is ended in the store when that takes it, and its session can be dropped in time. */
  @Test
  void anEndThatWasRefusedIsStoredLater() throws Exception {
    Turn turn = engine.start(Engine.request(Optional.empty(), List.of(Message.user("#tokens 100 10"))));
    try (Cursor begun = Engine.begun(turn)) {
      turn.accepted().join();
      refuse("message");
      assertEquals(Optional.of(Failure.Kind.STORE_UNAVAILABLE), Engine.read(turn, begun).failure());
    } finally {
      allow("message");
    }
    Await.that("it has ended in the store", Duration.ofSeconds(20), () -> engine.database().read(
        sql -> Turns.find(sql, turn.id())).orElseThrow().state() == TurnRow.State.FAILED);
    assertTrue(engine.chat().sessions().messages(turn.sessionId(), 10, 0, Caller.ANYONE).items().getLast()
        .message().text().startsWith("w0 w1"));
  }

  /** The process that was to be the session's is nobody else's. */
  @Test
  void aSessionThatCannotBeStoredKeepsNoProcess() {
    try (Engine own = new Engine(EngineSetup.fake().spares(1))) {
      Await.that("a spare is ready", Duration.ofSeconds(10), () -> own.chat().spares() == 1);
      refuse(own, "session");
      for (int i = 0; i < 3; i++) {
        assertThrows(StoreException.class, () -> own.chat().sessions().create(new SessionView.Draft(Optional.empty(),
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()), Caller.ANYONE));
        Await.that("a spare is ready again", Duration.ofSeconds(10), () -> own.chat().spares() == 1);
      }
      Await.that("and nothing else", Duration.ofSeconds(10), () -> own.living().size() == 1);
    }
  }

  /** Without a session of its own the conversation is told by its history: the refused message is none of it. */
  @Test
  void aRefusedMessageIsNotPartOfTheConversation() {
    Message first = Message.user("#say one");
    Engine.Said one = engine.say(Optional.empty(), List.of(first));
    List<Message> more = List.of(first, Message.assistant("one"), Message.user("#say two"));
    refuse("turn");
    Engine.Said refused;
    try {
      refused = engine.say(Optional.empty(), more);
    } finally {
      allow("turn");
    }
    assertEquals(Optional.of(Failure.Kind.STORE_UNAVAILABLE), refused.failure(), refused.toString());
    Engine.Said again = engine.say(Optional.empty(), more);
    assertEquals("two", again.text());
    assertEquals(one.session(), again.session());
  }

  /** What a running answer could not be stored for a while is stored later; a late reader misses nothing. */
  @Test
  void aCheckpointThatFailedIsDoneAgain() throws Exception {
    Turn turn = engine.start(Engine.request(Optional.empty(), List.of(Message.user("#tokens 200 10"))));
    try (Cursor cursor = Engine.begun(turn)) {
      refuse("turn_chunk");
      try {
        long from = cursor.position();
        // Seven checkpoints' time.
        while (cursor.next(Duration.ofSeconds(20)).orElseThrow().position() < from + 140) { }
      } finally {
        allow("turn_chunk");
      }
      while (!cursor.next(Duration.ofSeconds(20)).orElseThrow().event().isLast()) { }
    }
    Turn stored = new TurnStore(engine.database()).find(turn.id()).orElseThrow();
    String text = Engine.read(stored).text();
    assertTrue(text.startsWith("w0 w1 ") && text.endsWith("w198 w199 "), text);
    assertEquals(200, text.split(" ").length, text);
  }
}

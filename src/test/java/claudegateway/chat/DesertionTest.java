package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.chat.ChatRequest.OnDisconnect;
import claudegateway.chat.Failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client that leaves in the middle of an answer. */
final class DesertionTest {
  private static final Duration GRACE = Duration.ofMillis(300);
  private static Engine engine;

  @BeforeAll
  static void start() {
    engine = new Engine(EngineSetup.fake().desertedGrace(GRACE));
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @Test
  void whoCannotComeBackIsNotWaitedFor() throws Exception {
    Turn turn = engine.start(request(Optional.empty(), "#tokens 100000 5", OnDisconnect.DEFAULT));
    Engine.begun(turn).close();
    long left = System.nanoTime();
    TurnEvent end = turn.ended().get(10, TimeUnit.SECONDS);
    assertTrue(System.nanoTime() - left >= GRACE.toNanos());
    assertEquals(Kind.TURN_INTERRUPTED, assertInstanceOf(TurnEvent.Failed.class, end).failure().kind());
    assertTrue(stored(turn).getLast().startsWith("w0 w1"), "what was said is stored: " + stored(turn));
  }

  @Test
  void whoCanComeBackFindsTheWholeAnswer() throws Exception {
    String session = engine.say("#say hello").session();
    Turn turn = engine.start(request(Optional.of(session), "#tokens 200 5", OnDisconnect.DEFAULT));
    Engine.begun(turn).close();
    assertInstanceOf(TurnEvent.Finished.class, turn.ended().get(10, TimeUnit.SECONDS));
    Engine.Said again = Engine.read(turn);
    assertTrue(again.text().startsWith("w0 ") && again.text().endsWith(" w199 "), again.text());
    assertEquals(again.text(), stored(turn).getLast());
  }

  @Test
  void theRequestMaySayOtherwise() throws Exception {
    String session = engine.say("#say hello").session();
    Turn cancelled = engine.start(request(Optional.of(session), "#tokens 100000 5", OnDisconnect.CANCEL));
    Engine.begun(cancelled).close();
    assertInstanceOf(TurnEvent.Failed.class, cancelled.ended().get(10, TimeUnit.SECONDS));
    Turn continued = engine.start(request(Optional.empty(), "#tokens 100 5", OnDisconnect.CONTINUE));
    Engine.begun(continued).close();
    assertInstanceOf(TurnEvent.Finished.class, continued.ended().get(10, TimeUnit.SECONDS));
  }

  @Test
  void whoComesBackWithinTheGraceReadsOn() throws Exception {
    Turn turn = engine.start(request(Optional.empty(), "#tokens 200 5", OnDisconnect.DEFAULT));
    Cursor first = Engine.begun(turn);
    first.close();
    try (Cursor second = turn.cursor(first.position())) {
      Engine.Said rest = Engine.read(turn, second);
      assertInstanceOf(TurnEvent.Finished.class, rest.last());
      assertTrue(rest.text().endsWith(" w199 "), rest.text());
    }
  }

  @Test
  void oneOfTwoReadersMayLeave() throws Exception {
    Turn turn = engine.start(request(Optional.empty(), "#tokens 200 5", OnDisconnect.DEFAULT));
    Cursor stays = turn.cursor(0);
    Engine.begun(turn).close();
    Engine.Said said = Engine.read(turn, stays);
    assertInstanceOf(TurnEvent.Finished.class, said.last());
    assertFalse(turn.hasReaders());
  }

  @Test
  void aStatelessClientGoesOnWhereItWasCutOff() throws Exception {
    Turn turn = engine.start(request(Optional.empty(), "#tokens 100000 5", OnDisconnect.DEFAULT));
    Engine.begun(turn).close();
    Engine.Said next = engine.say(Optional.empty(),
        List.of(Message.user("#tokens 100000 5"), Message.assistant("w0 "), Message.user("#echo")));
    assertEquals(turn.sessionId(), next.session());
    List<String> lines = Echo.lines(next.text()).stream().filter(line -> !line.contains("[Request interr")).toList();
    assertEquals("user: #tokens 100000 5", lines.get(0));
    assertTrue(lines.get(1).startsWith("assistant: w0 "), lines.toString());
    assertEquals(List.of("user: #echo"), lines.subList(2, lines.size()));
  }

  private static List<String> stored(Turn turn) {
    return engine.chat().sessions().messages(turn.sessionId(), 100, 0, Caller.ANYONE).items().stream()
        .map(stored -> stored.message().text()).toList();
  }

  private static ChatRequest request(Optional<String> session, String text, OnDisconnect policy) {
    ChatRequest plain = Engine.request(session, List.of(Message.user(text)));
    return new ChatRequest(plain.sessionId(), plain.projectId(), plain.model(), plain.system(), plain.messages(),
        plain.options(), plain.tools(), plain.format(), plain.onBusy(), policy,
        plain.onOtherWriter());
  }
}

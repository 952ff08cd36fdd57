package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.store.Hold;
import claudegateway.store.TurnRow;
import claudegateway.store.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class SessionOrderTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void whatComesAfterALargeWriteWaitsForItInItsSessionOnly() {
    SessionOrder order = new SessionOrder();
    List<String> begun = new ArrayList<>();
    CompletableFuture<Void> large = new CompletableFuture<>();
    CompletableFuture<Void> next = new CompletableFuture<>();
    order.write("a", "a", true, () -> written(begun, "a large", large));
    order.write("a", "a", false, () -> written(begun, "a next", next));
    order.write("a", "branch", false, () -> written(begun, "branch", CompletableFuture.completedFuture(null)));
    order.write("b", "b", false, () -> written(begun, "b", new CompletableFuture<>()));
    assertEquals(List.of("a large", "b"), begun);
    large.completeExceptionally(new IllegalStateException("the disk is full"));
    assertEquals(List.of("a large", "b", "a next"), begun);
    assertTrue(order.isBehind());
    next.complete(null);
    assertEquals(List.of("a large", "b", "a next", "branch"), begun);
    assertFalse(order.isBehind(), "nothing is kept of what is done");
  }

  private static CompletableFuture<Void> written(List<String> begun, String name, CompletableFuture<Void> done) {
    begun.add(name);
    return done;
  }

  /** The store is held up until a long answer, its session's next turn and another session's turn wait for it. */
  @Test
  void aNewMessageDoesNotWaitForSomebodyElsesLongAnswer() throws Exception {
    try (Engine engine = new Engine(EngineSetup.fake())) {
      String longOne = engine.say("#say warm").session();
      String other = engine.say("#say warm").session();
      CountDownLatch gate = Hold.writer(engine.database());
      List<String> done = new ArrayList<>(); // the writer thread's
      int deltas = 6_000;
      Turn large = engine.start(Engine.request(longOne, "#fullspeed " + deltas + " 1000"));
      large.ended().thenRun(() -> done.add("large"));
      Turn next = startedWhenFree(engine, longOne);
      next.accepted().thenRun(() -> done.add("next"));
      Turn beside = engine.start(Engine.request(other, "#say beside"));
      beside.accepted().thenRun(() -> done.add("beside"));
      gate.countDown();
      assertEquals("next", Engine.read(next).text());
      assertEquals("beside", Engine.read(beside).text());
      assertEquals(deltas * 1_000, Engine.read(large).text().length());
      assertEquals(List.of("beside", "large", "next"), done);
      assertEquals(List.of(TurnRow.State.FINISHED, TurnRow.State.FINISHED),
          engine.database().read(sql -> List.of(Turns.find(sql, large.id()).orElseThrow().state(),
              Turns.find(sql, next.id()).orElseThrow().state())));
    }
  }

  /** Nothing of the long answer is stored yet, and still its session is free when the agent has said it. */
  private static Turn startedWhenFree(Engine engine, String session) {
    Turn[] started = new Turn[1];
    Await.that("the session is free", SOON, () -> {
      try {
        started[0] = engine.start(Engine.request(session, "#say next"));
        return true;
      } catch (ChatException busy) {
        assertEquals(Failure.Kind.SESSION_BUSY, busy.failure().kind());
        return false;
      }
    });
    return started[0];
  }
}

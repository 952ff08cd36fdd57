package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.json.Slice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The thread that appends may do the work of a cursor whose own thread waits. */
final class CursorAtOnceTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final TurnEvent END = new TurnEvent.Finished(FinishReason.STOP, Usage.NONE, List.of());

  private final Turn turn = turn();
  private final Cursor cursor = turn.cursor(0);

  private static Turn turn() {
    Turn turn = new Turn("chatcmpl-1", "S", "P", Instant.EPOCH, Turn.Archive.NONE);
    turn.accepted().complete(null);
    return turn;
  }

  private static TurnEvent text(int number) {
    return new TurnEvent.Text(Slice.of(number + " "));
  }

  /** What the cursor's own thread gets next; its state tells when it waits. */
  private final class Own {
    private final CompletableFuture<Optional<Turn.Entry>> got = new CompletableFuture<>();
    private final Thread thread;

    Own(Duration wait) {
      thread = Thread.ofPlatform().start(() -> {
        try {
          got.complete(cursor.next(wait));
        } catch (InterruptedException | RuntimeException failed) {
          got.completeExceptionally(failed);
        }
      });
    }

    Own waiting() {
      Await.that("the cursor's thread waits", SOON, () -> thread.getState() == Thread.State.TIMED_WAITING);
      return this;
    }
  }

  private void begun() throws Exception {
    turn.append(new TurnEvent.Started("m"));
    assertEquals(1, cursor.next(SOON).orElseThrow().position());
  }

  @Test
  void theAppendingThreadHandsOutWhatTheWaitingOneWouldGet() throws Exception {
    List<Thread> by = new CopyOnWriteArrayList<>();
    List<Long> positions = new CopyOnWriteArrayList<>();
    cursor.atOnce((position, _) -> {
      by.add(Thread.currentThread());
      positions.add(position);
      return true;
    });
    begun();
    Own own = new Own(SOON).waiting();
    turn.add(text(2));
    turn.add(text(3));
    assertEquals(List.of(), positions, "nobody was told yet");
    turn.announce();
    assertEquals(List.of(2L, 3L), positions);
    assertSame(Thread.currentThread(), by.getLast());
    assertFalse(own.got.isDone());
    turn.append(text(4));
    assertEquals(List.of(2L, 3L, 4L), positions);
    cursor.close();
    assertTrue(own.got.get(10, TimeUnit.SECONDS).isEmpty());
  }

  @Test
  void whatIsNotTakenIsTheOwnThreadsNextEvent() throws Exception {
    cursor.atOnce((_, event) -> !event.isLast());
    begun();
    Own own = new Own(SOON).waiting();
    turn.append(text(2));
    turn.append(END);
    Turn.Entry next = own.got.get(10, TimeUnit.SECONDS).orElseThrow();
    assertEquals(3, next.position());
    assertSame(END, next.event());
  }

  @Test
  void manyEventsAtOnceAreLeftToTheOwnThread() throws Exception {
    List<Long> taken = new CopyOnWriteArrayList<>();
    cursor.atOnce((position, _) -> taken.add(position));
    begun();
    Own own = new Own(SOON).waiting();
    for (int i = 0; i <= Cursor.BEHIND; i++) {
      turn.add(text(i));
    }
    turn.announce();
    assertEquals(2 + Cursor.BEHIND, own.got.get(10, TimeUnit.SECONDS).orElseThrow().position(), "folded into one");
    assertEquals(List.of(), taken);
  }

  @Test
  void theOwnThreadDoesNotGoOnWhileAnotherWorksForIt() throws Exception {
    CountDownLatch taking = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    cursor.atOnce((_, _) -> {
      taking.countDown();
      try {
        return goOn.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException stopped) {
        throw new AssertionError(stopped);
      }
    });
    begun();
    Own own = new Own(Duration.ofMillis(200)).waiting();
    Thread appending = Thread.ofPlatform().start(() -> turn.append(text(2)));
    assertTrue(taking.await(10, TimeUnit.SECONDS));
    cursor.close();
    Await.that("its time is over", SOON, () -> own.thread.getState() == Thread.State.WAITING);
    assertFalse(own.got.isDone());
    goOn.countDown();
    assertTrue(own.got.get(10, TimeUnit.SECONDS).isEmpty());
    assertTrue(appending.join(SOON));
    assertEquals(2, cursor.position());
  }

  @Test
  void aFaultOfTheOneThatTakesHoldsNobodyUp() throws Exception {
    Cursor other = turn.cursor(0);
    cursor.atOnce((_, _) -> {
      throw new IllegalStateException("a fault");
    });
    other.atOnce((_, _) -> true);
    begun();
    assertEquals(1, other.next(SOON).orElseThrow().position());
    Own own = new Own(SOON).waiting();
    CompletableFuture<Optional<Turn.Entry>> others = new CompletableFuture<>();
    Thread waiting = Thread.ofPlatform().start(() -> {
      try {
        others.complete(other.next(SOON));
      } catch (InterruptedException stopped) {
        others.completeExceptionally(stopped);
      }
    });
    Await.that("the other waits too", SOON, () -> waiting.getState() == Thread.State.TIMED_WAITING);
    assertThrows(IllegalStateException.class, () -> turn.append(text(2)));
    assertEquals(2, own.got.get(10, TimeUnit.SECONDS).orElseThrow().position());
    assertEquals(2, others.get(10, TimeUnit.SECONDS).orElseThrow().position());
  }

  @Test
  void everythingIsSeenOnceAndInOrderWhoeverHandsItOut() throws Exception {
    int events = 20_000;
    Random random = new Random(7);
    List<Integer> seen = new ArrayList<>();
    int[] taken = {0};
    cursor.atOnce((position, event) -> {
      boolean takes = event instanceof TurnEvent.Text && position % 5 != 0;
      if (takes) {
        taken[0]++;
        note(new Turn.Entry(position, event), seen);
      }
      return takes;
    });
    Thread appending = Thread.ofPlatform().start(() -> {
      turn.append(new TurnEvent.Started("m"));
      for (int i = 0; i < events; i++) {
        turn.add(text(i));
        if (random.nextInt(3) == 0) {
          turn.announce();
        }
        if (random.nextInt(50) == 0) {
          Thread.yield();
        }
      }
      turn.append(END);
    });
    Optional<Turn.Entry> next;
    do {
      next = cursor.next(Duration.ofMillis(1));
      next.ifPresent(entry -> note(entry, seen));
    } while (next.isEmpty() || !next.get().event().isLast());
    appending.join();
    assertEquals(events, seen.size());
    for (int i = 0; i < events; i++) {
      assertEquals(i, seen.get(i));
    }
    assertTrue(taken[0] > 0, "none was handed out by the appending thread");
  }

  /** Without a lock of its own: the cursor's promise is all that keeps the two threads apart. */
  private static void note(Turn.Entry entry, List<Integer> seen) {
    if (entry.event() instanceof TurnEvent.Text(Slice json)) {
      for (String number : json.decode().strip().split(" ")) {
        seen.add(Integer.parseInt(number));
      }
    }
  }
}

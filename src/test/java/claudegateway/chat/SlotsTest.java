package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The budget of live processes, and who is served next. */
final class SlotsTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void theCredentialsAreServedInTurn() throws Exception {
    Slots slots = new Slots(1, 100, () -> false);
    assertTrue(slots.take("x", Duration.ZERO));
    List<String> served = Collections.synchronizedList(new ArrayList<>());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String owner : List.of("a", "a", "a", "a", "b", "c")) {
        int before = slots.queued();
        threads.submit(() -> {
          if (slots.take(owner, SOON)) {
            served.add(owner);
            slots.giveBack();
          }
          return null;
        });
        Await.that("it waits", SOON, () -> slots.queued() == before + 1);
      }
      slots.giveBack();
    }
    assertEquals(List.of("a", "b", "c", "a", "a", "a"), served);
    assertEquals(0, slots.taken() + slots.queued());
  }

  @Test
  void theQueueAndTheWaitAreBounded() throws Exception {
    Slots slots = new Slots(1, 1, () -> false);
    assertTrue(slots.take("a", Duration.ZERO));
    assertFalse(slots.take("a", Duration.ofMillis(20)));
    assertEquals(0, slots.queued());
    Thread waiting = Thread.ofVirtual().start(() -> {
      try {
        slots.take("a", Duration.ofMinutes(5));
      } catch (InterruptedException expected) {
        Thread.currentThread().interrupt();
      }
    });
    Await.that("it waits", SOON, () -> slots.queued() == 1);
    long begun = System.nanoTime();
    assertFalse(slots.take("b", Duration.ofMinutes(5)), "the queue is full");
    assertTrue(System.nanoTime() - begun < SOON.toNanos());
    waiting.interrupt();
    assertTrue(waiting.join(SOON));
    assertEquals(0, slots.queued());
    assertEquals(1, slots.taken());
  }

  @Test
  void whoFindsNoneMakesAnIdleOneEnd() throws Exception {
    AtomicInteger evicted = new AtomicInteger();
    Slots[] slots = new Slots[1];
    slots[0] = new Slots(1, 10, () -> {
      evicted.incrementAndGet();
      slots[0].giveBack();
      return true;
    });
    assertTrue(slots[0].take("a", Duration.ZERO));
    assertTrue(slots[0].take("b", SOON));
    assertEquals(1, evicted.get());
    slots[0].idleAppeared();
    assertEquals(1, evicted.get(), "nobody waits");
    assertEquals(1, slots[0].taken());
  }

  @Test
  void aSpareLeavesRoom() throws Exception {
    Slots slots = new Slots(2, 10, () -> false);
    assertTrue(slots.tryTake(1));
    assertFalse(slots.tryTake(1));
    assertTrue(slots.take("a", Duration.ZERO));
    assertFalse(slots.tryTake(0));
  }

  @Test
  void noSlotIsLostOrMadeUnderLoad() {
    int max = 3;
    Slots slots = new Slots(max, 1_000, () -> false);
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        Random random = new Random(i);
        threads.submit(() -> {
          for (int round = 0; round < 50; round++) {
            if (slots.take("owner " + random.nextInt(5), Duration.ofNanos(random.nextInt(2_000_000)))) {
              most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
              Thread.yield();
              inUse.decrementAndGet();
              slots.giveBack();
            }
          }
          return null;
        });
      }
    }
    assertTrue(most.get() <= max, most + " at once");
    assertEquals(0, slots.taken());
    assertEquals(0, slots.queued());
  }
}

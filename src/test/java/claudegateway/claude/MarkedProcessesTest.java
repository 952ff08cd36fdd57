package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MarkedProcessesTest {
  private static final int ASKING = 50;
  private static final ProcessHandle SELF = ProcessHandle.current();

  private final AtomicInteger looks = new AtomicInteger();

  @Test
  void whoAsksDuringALookSharesTheOneAfterIt() throws InterruptedException {
    CountDownLatch firstBegan = new CountDownLatch(1);
    CountDownLatch firstMayEnd = new CountDownLatch(1);
    MarkedProcesses marked = new MarkedProcesses(() -> {
      int number = looks.incrementAndGet();
      if (number == 1) {
        firstBegan.countDown();
        await(firstMayEnd);
      }
      return Map.of(SELF, "look " + number);
    });
    AtomicInteger foundBySecond = new AtomicInteger();
    Thread first = Thread.ofPlatform().start(() -> marked.find("look 1"::equals));
    await(firstBegan);
    List<Thread> asking = new ArrayList<>();
    for (int i = 0; i < ASKING; i++) {
      asking.add(Thread.ofPlatform().start(
          () -> foundBySecond.addAndGet(marked.find("look 2"::equals).size())));
    }
    // One of them waits to begin the second look, the others for what it finds.
    Await.that("all wait for the look that goes on", Duration.ofSeconds(10), () -> asking.stream().filter(
        thread -> LockSupport.getBlocker(thread) instanceof ForkJoinPool.ManagedBlocker).count() == ASKING - 1);
    firstMayEnd.countDown();
    first.join();
    for (Thread thread : asking) {
      thread.join();
    }
    assertEquals(2, looks.get());
    assertEquals(ASKING, foundBySecond.get(), "each was told what the second look found");
  }

  @Test
  void eachQuestionThatComesAloneIsALookOfItsOwn() {
    MarkedProcesses marked = new MarkedProcesses(() -> Map.of(SELF, "look " + looks.incrementAndGet()));
    assertEquals(List.of(SELF), marked.find("look 1"::equals));
    assertEquals(List.of(), marked.find("look 1"::equals));
    assertEquals(List.of(SELF), marked.find("look 3"::equals));
  }

  @Test
  void aLookThatFailsIsTheFailureOfThoseThatAskedForItOnly() {
    MarkedProcesses marked = new MarkedProcesses(() -> {
      if (looks.incrementAndGet() == 1) {
        throw new IllegalStateException("no /proc today");
      }
      return Map.of(SELF, "a");
    });
    assertEquals("no /proc today",
        assertThrows(CompletionException.class, () -> marked.find(_ -> true)).getCause().getMessage());
    assertEquals(List.of(SELF), marked.find("a"::equals));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BeatTest {
  private static final Duration OFTEN = Duration.ofMillis(5);
  /** None of these tests lives so long. */
  private static final Duration NEVER = Duration.ofHours(1);

  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
  private final Semaphore runs = new Semaphore(0);

  @AfterEach
  void stop() {
    clock.shutdownNow();
  }

  @Test
  void itRunsOnAsLongAsThereIsAReasonAndAgainWhenThereIsANewOne() throws Exception {
    AtomicBoolean reason = new AtomicBoolean(true);
    Beat beat = new Beat(clock, OFTEN, NEVER, () -> {
      runs.release();
      return reason.get();
    });
    awaitRuns(5);
    reason.set(false);
    for (int i = 0; i < 3; i++) {
      awaitRest();
      beat.hurry();
      awaitRuns(1);
    }
  }

  /** The run that goes on may have looked already: the reason counts for the next. */
  @Test
  void whatHurriesDuringARunIsHeard() throws Exception {
    CountDownLatch looked = new CountDownLatch(1);
    CountDownLatch hurried = new CountDownLatch(1);
    Beat beat = new Beat(clock, OFTEN, NEVER, () -> {
      runs.release();
      looked.countDown();
      assertTrue(awaited(hurried));
      return false;
    });
    assertTrue(awaited(looked));
    beat.hurry();
    hurried.countDown();
    awaitRuns(2);
  }

  @Test
  void manyThatHurryStartOneRunAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Beat beat = new Beat(clock, Duration.ofNanos(1), NEVER, () -> {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      runs.release();
      inside.decrementAndGet();
      return false;
    });
    for (int i = 0; i < 10_000; i++) {
      beat.hurry();
    }
    awaitRuns(1);
    assertEquals(1, most.get());
    awaitRest();
    beat.hurry();
    awaitRuns(1);
  }

  @Test
  void aRunThatThrowsIsNotTheLast() throws Exception {
    throwing(() -> {
      throw new IllegalStateException("as this test wants it");
    });
  }

  /** For want of memory or of a thread, say: that passes. */
  @Test
  void anErrorIsNotTheLastEither() throws Exception {
    throwing(() -> {
      throw new OutOfMemoryError("as this test wants it");
    });
  }

  private void throwing(Runnable fault) throws InterruptedException {
    Beat beat = new Beat(clock, OFTEN, NEVER, () -> {
      runs.release();
      fault.run();
      return true;
    });
    awaitRuns(1);
    awaitRest();
    beat.hurry();
    awaitRuns(1);
  }

  private void awaitRuns(int count) throws InterruptedException {
    assertTrue(runs.tryAcquire(count, 20, TimeUnit.SECONDS), "it does not run");
  }

  /** Until no run has come for twenty times the time between two. */
  private void awaitRest() throws InterruptedException {
    while (runs.tryAcquire(100, TimeUnit.MILLISECONDS)) {
      runs.drainPermits();
    }
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      return false;
    }
  }
}

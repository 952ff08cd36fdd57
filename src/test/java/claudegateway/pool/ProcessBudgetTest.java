package claudegateway.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.pool.ProcessBudget.Charge;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The budget of live processes and of their memory, and who is served next. */
final class ProcessBudgetTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int PLENTY = 1_000;

  private static ProcessBudget processes(int max, int queueMax) {
    return new ProcessBudget(max, PLENTY, queueMax, () -> false);
  }

  private static ProcessBudget memory(long max) {
    return new ProcessBudget(PLENTY, max, PLENTY, () -> false);
  }

  private static Charge at(ProcessBudget budget, long size) throws InterruptedException {
    return budget.take("x", size, Duration.ZERO).orElseThrow();
  }

  @Test
  void theCredentialsAreServedInTurn() throws Exception {
    ProcessBudget budget = processes(1, 100);
    Charge first = at(budget, 1);
    List<String> served = Collections.synchronizedList(new ArrayList<>());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String owner : List.of("a", "a", "a", "a", "b", "c")) {
        int before = budget.queued();
        threads.submit(() -> {
          Optional<Charge> charge = budget.take(owner, 1, SOON);
          charge.ifPresent(_ -> served.add(owner));
          charge.ifPresent(Charge::close);
          return null;
        });
        Await.that("it waits", SOON, () -> budget.queued() == before + 1);
      }
      first.close();
    }
    assertEquals(List.of("a", "b", "c", "a", "a", "a"), served);
    assertEquals(0, budget.processes() + budget.queued() + budget.bytes());
  }

  @Test
  void theQueueAndTheWaitAreBounded() throws Exception {
    ProcessBudget budget = processes(1, 1);
    at(budget, 1);
    assertEquals(Optional.empty(), budget.take("a", 1, Duration.ofMillis(20)));
    assertEquals(0, budget.queued());
    Thread waiting = Thread.ofVirtual().start(() -> {
      try {
        budget.take("a", 1, Duration.ofMinutes(5));
      } catch (InterruptedException expected) {
        Thread.currentThread().interrupt();
      }
    });
    Await.that("it waits", SOON, () -> budget.queued() == 1);
    long begun = System.nanoTime();
    assertEquals(Optional.empty(), budget.take("b", 1, Duration.ofMinutes(5)), "the queue is full");
    assertTrue(System.nanoTime() - begun < SOON.toNanos());
    waiting.interrupt();
    assertTrue(waiting.join(SOON));
    assertEquals(0, budget.queued());
    assertEquals(1, budget.processes());
  }

  @Test
  void aSpareLeavesRoomForOneMore() throws Exception {
    ProcessBudget few = processes(3, 10);
    assertTrue(few.tryTake(1).isPresent());
    assertTrue(few.tryTake(1).isPresent());
    assertEquals(Optional.empty(), few.tryTake(1));
    at(few, 1);
    ProcessBudget small = memory(10);
    assertEquals(Optional.empty(), small.tryTake(6));
    assertTrue(small.tryTake(5).isPresent());
    assertEquals(Optional.empty(), small.tryTake(3));
  }

  @Test
  void memoryIsCountedAndCorrected() throws Exception {
    ProcessBudget budget = memory(1_000);
    Charge starting = at(budget, 600);
    assertEquals(Optional.empty(), budget.take("x", 500, Duration.ofMillis(1)));
    starting.become(400);
    Charge second = at(budget, 500);
    assertEquals(900, budget.bytes());
    second.become(700);
    assertEquals(1_100, budget.bytes());
    assertEquals(Optional.empty(), budget.take("x", 1, Duration.ofMillis(1)), "more than was allowed is in use");
    second.close();
    second.close();
    second.become(5);
    second.leaves();
    assertEquals(400, budget.bytes());
    assertEquals(1, budget.processes());
  }

  @Test
  void whoNeedsMoreThanThereIsRunsAlone() throws Exception {
    ProcessBudget budget = memory(100);
    Charge other = at(budget, 10);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<Charge> huge = new CompletableFuture<>();
      threads.submit(() -> huge.complete(budget.take("a", 5_000, SOON).orElseThrow()));
      Await.that("it waits", SOON, () -> budget.queued() == 1);
      CompletableFuture<Charge> small = new CompletableFuture<>();
      threads.submit(() -> small.complete(budget.take("b", 1, SOON).orElseThrow()));
      Await.that("both wait", SOON, () -> budget.queued() == 2);
      other.close();
      Charge alone = huge.join();
      assertEquals(1, budget.queued(), "nobody overtakes it, nobody is beside it");
      alone.close();
      small.join().close();
    }
    assertEquals(0, budget.bytes());
  }

  /** Idle processes and their charges, which are gone a moment after they were told to end. */
  private static final class Idle {
    private final Queue<Charge> charges = new ConcurrentLinkedQueue<>();
    private final Queue<Charge> leaving = new ConcurrentLinkedQueue<>();

    boolean evict() {
      Charge next = charges.poll();
      if (next != null) {
        next.leaves();
        leaving.add(next);
      }
      return next != null;
    }

    int evicted() {
      return leaving.size();
    }
  }

  @Test
  void asManyEndAsAreInTheWay() throws Exception {
    Idle idle = new Idle();
    ProcessBudget budget = new ProcessBudget(PLENTY, 1_000, 10, idle::evict);
    for (int i = 0; i < 5; i++) {
      idle.charges.add(at(budget, 200));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<Charge> big = new CompletableFuture<>();
      threads.submit(() -> big.complete(budget.take("a", 500, SOON).orElseThrow()));
      Await.that("three are told to end", SOON, () -> idle.evicted() == 3);
      budget.idleAppeared();
      assertEquals(3, idle.evicted(), "those that go are counted on");
      idle.leaving.forEach(Charge::close);
      big.join().close();
    }
    assertEquals(400, budget.bytes());
  }

  @Test
  void anIdleOneEndsWhenTheLivingHaveGrown() throws Exception {
    Idle idle = new Idle();
    ProcessBudget budget = new ProcessBudget(PLENTY, 1_000, 10, idle::evict);
    Charge busy = at(budget, 400);
    idle.charges.add(at(budget, 400));
    busy.become(601);
    assertEquals(1, idle.evicted());
    idle.leaving.forEach(Charge::close);
    idle.charges.add(busy);
    busy.become(5_000);
    assertEquals(1, idle.evicted(), "one alone may need more than there is");
  }

  @Test
  void whoFindsNoProcessMakesAnIdleOneEnd() throws Exception {
    Queue<Charge> idle = new ArrayDeque<>();
    AtomicInteger evicted = new AtomicInteger();
    ProcessBudget budget = new ProcessBudget(1, PLENTY, 10, () -> {
      evicted.incrementAndGet();
      idle.remove().close();
      return true;
    });
    idle.add(at(budget, 1));
    assertTrue(budget.take("b", 1, SOON).isPresent());
    assertEquals(1, evicted.get());
    budget.idleAppeared();
    assertEquals(1, evicted.get(), "nobody waits");
    assertEquals(1, budget.processes());
  }

  @Test
  void nothingIsLostOrMadeUnderLoad() {
    int processesMax = 4;
    long bytesMax = 20;
    ProcessBudget budget = new ProcessBudget(processesMax, bytesMax, PLENTY, () -> false);
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicLong bytes = new AtomicLong();
    AtomicLong mostBytes = new AtomicLong();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        Random random = new Random(i);
        threads.submit(() -> {
          for (int round = 0; round < 50; round++) {
            long size = 1 + random.nextInt(12);
            Optional<Charge> charge = budget.take("owner " + random.nextInt(5), size,
                Duration.ofNanos(random.nextInt(2_000_000)));
            if (charge.isPresent()) {
              most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
              mostBytes.accumulateAndGet(bytes.addAndGet(size), Math::max);
              Thread.yield();
              if (random.nextBoolean()) {
                bytes.addAndGet(1 - size);
                charge.get().become(1);
                size = 1;
              }
              inUse.decrementAndGet();
              bytes.addAndGet(-size);
              charge.get().close();
            }
          }
          return null;
        });
      }
    }
    assertTrue(most.get() > 1 && most.get() <= processesMax, most + " at once");
    assertTrue(mostBytes.get() <= bytesMax, mostBytes + " bytes at once");
    assertEquals(0, budget.processes() + budget.bytes() + budget.queued());
  }
}

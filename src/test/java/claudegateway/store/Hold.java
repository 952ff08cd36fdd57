package claudegateway.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps the database's own threads in a work, until a latch is counted down. */
public final class Hold {
  private Hold() {}

  /** The writer, so that what is queued then is one group. @return the latch */
  public static CountDownLatch writer(Database database) {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    database.write(sql -> {
      started.countDown();
      await(gate);
      return null;
    });
    await(started);
    return gate;
  }

  /** All readers. @return the threads that wait for them */
  static List<Thread> readers(Database database, CountDownLatch gate) {
    CountDownLatch held = new CountDownLatch(Database.READERS);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Database.READERS; i++) {
      threads.add(Thread.ofVirtual().start(() -> database.read(sql -> {
        held.countDown();
        await(gate);
        return true;
      })));
    }
    await(held);
    return threads;
  }

  static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}

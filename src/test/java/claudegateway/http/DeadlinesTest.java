package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {
  private static final Duration LIMIT = Duration.ofMillis(50);

  private final Set<TimeLimit> running = ConcurrentHashMap.newKeySet();

  /** The first that comes when it sleeps, and one when it is awake. */
  @Test
  void aCallThatComesWhileNobodyLooksIsEndedInTime() throws Exception {
    try (Deadlines deadlines = new Deadlines(running)) {
      for (int i = 0; i < 2; i++) {
        Await.that("it sleeps", Duration.ofSeconds(20), deadlines::isAsleep);
        assertTrue(isEnded(deadlines));
        assertTrue(isEnded(deadlines));
      }
    }
  }

  /** What blocks here is interrupted when its time is over. */
  private boolean isEnded(Deadlines deadlines) throws InterruptedException {
    TimeLimit limit = new TimeLimit();
    limit.begin(LIMIT);
    running.add(limit);
    deadlines.added();
    try {
      new CountDownLatch(1).await(20, TimeUnit.SECONDS);
      return false;
    } catch (InterruptedException over) {
      return !limit.end();
    } finally {
      running.remove(limit);
    }
  }
}

package claudegateway.chat;

import claudegateway.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A time that stands still until it is moved; and it is seen how often the engine looks what is to be done by then. */
final class EngineClock implements InstantSource {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final AtomicLong looks = new AtomicLong();

  @Override
  public Instant instant() {
    looks.addAndGet(Thread.currentThread().getName().startsWith("chat-clock") ? 1 : 0);
    return now.get();
  }

  /** The time it is then. */
  Instant plus(Duration later) {
    return now.updateAndGet(time -> time.plus(later));
  }

  /** What was to be done has been done: a pass looks a few times. */
  void awaitLooks(int more) {
    long before = looks.get();
    Await.that("it was looked at several times", SOON, () -> looks.get() > before + more);
  }
}

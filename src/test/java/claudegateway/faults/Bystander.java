package claudegateway.faults;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A client that streams while something happens to others; each delta carries the time of its writing, in the
 * nanoseconds of the clock that {@link System#nanoTime} reads on Linux.
 */
final class Bystander implements AutoCloseable {
  /** A delay that a reader notices; the machine's own hiccups stay below it. */
  private static final double WORST_MAX_MILLIS = 2_000;

  private static final int DELTAS = 100;
  private static final int EVERY_MILLIS = 10;

  private final Tally tally;
  private final Talk talk;
  private final String session;
  private final Thread thread;
  private final CountDownLatch begun = new CountDownLatch(1);
  private volatile boolean enough;
  private double worst;

  Bystander(GatewayProcess gateway, Tally tally) throws Exception {
    this.tally = tally;
    talk = gateway.talk();
    session = talk.newSession("bystander");
    thread = Thread.ofPlatform().name("bystander").start(this::run);
    begun.await();
  }

  private void run() {
    try {
      while (!enough) {
        int[] pieces = new int[1];
        Talk.Said said = talk.stream(session, "#timestamp " + DELTAS + " " + EVERY_MILLIS, text -> {
          long seen = System.nanoTime();
          begun.countDown();
          // The first piece is the role's, without text.
          for (String time : text.isEmpty() ? new String[0] : text.strip().split(" ")) {
            worst = Math.max(worst, (seen - Long.parseLong(time)) / 1e6);
            pieces[0]++;
          }
        });
        if (!said.whole()) {
          tally.wrong("a bystander's answer: " + said);
          return;
        }
        if (pieces[0] != DELTAS) {
          tally.lost("a bystander got " + pieces[0] + " of " + DELTAS + " deltas");
        }
      }
    } catch (InterruptedException | RuntimeException failed) {
      tally.wrong("a bystander: " + failed);
    } finally {
      begun.countDown();
    }
  }

  /** Lets it finish its answer and reports the worst delay. */
  @Override
  public void close() {
    enough = true;
    if (!joins(Duration.ofSeconds(60))) {
      tally.stuck("a bystander's stream");
    }
    tally.bystander(worst);
    if (worst > WORST_MAX_MILLIS) {
      tally.stuck("a bystander waited %.0f ms for a delta".formatted(worst));
    }
    talk.close();
  }

  private boolean joins(Duration limit) {
    try {
      return thread.join(limit);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

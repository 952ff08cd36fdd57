package claudegateway.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A client that streams while something happens to others; each delta carries the time of its writing, in the
 * nanoseconds of the clock that {@link System#nanoTime} reads on Linux.
 */
final class Bystander implements AutoCloseable {
  /** One delta in a hundred may be later: a busy machine's hiccups. */
  private static final double P99_MAX_MILLIS = 500;

  /** Not even one may be as late as this. */
  private static final double WORST_MAX_MILLIS = 5_000;

  private static final int DELTAS = 100;
  private static final int EVERY_MILLIS = 10;

  private final Tally tally;
  private final Talk talk;
  private final String session;
  private final Thread thread;
  private final CountDownLatch begun = new CountDownLatch(1);
  private volatile boolean enough;
  private final List<Double> delaysMillis = new ArrayList<>();

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
            delaysMillis.add((seen - Long.parseLong(time)) / 1e6);
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
    talk.close();
    List<Double> sorted = delaysMillis.stream().sorted().toList();
    if (sorted.isEmpty()) {
      tally.stuck("a bystander got no delta");
      return;
    }
    double worst = sorted.getLast();
    double p99 = sorted.get((sorted.size() - 1) * 99 / 100);
    tally.bystander(worst);
    tally.note("bystander: %d deltas, p99 %.0f ms, worst %.0f ms".formatted(sorted.size(), p99, worst));
    if (p99 > P99_MAX_MILLIS || worst > WORST_MAX_MILLIS) {
      tally.stuck("a bystander's deltas came late: p99 %.0f ms, worst %.0f ms".formatted(p99, worst));
    }
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

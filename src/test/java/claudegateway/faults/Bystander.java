package claudegateway.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that streams while something happens to others; each delta carries the time of its writing, in the
 * nanoseconds of the clock that {@link System#nanoTime} reads on Linux.
 */
final class Bystander implements AutoCloseable {
  /** One delta in a hundred may be later, beside what the machine itself is late. */
  private static final double P99_MAX_MILLIS = 500;

  /** Not even one may be as late as this, beside that. */
  private static final double WORST_MAX_MILLIS = 5_000;

  /**
   * A delta waits for a processor four times (the agent, the gateway's reader, its writer, the client); the thread
   * that measures how late the machine is, a shared one perhaps, waits once.
   */
  private static final int TURNS_AT_PROCESSOR = 4;

  private static final long LOOK_NANOS = 10_000_000;

  private static final int DELTAS = 100;
  private static final int EVERY_MILLIS = 10;

  private final Tally tally;
  private final Talk talk;
  private final String session;
  private final Thread thread;
  private final CountDownLatch begun = new CountDownLatch(1);
  private volatile boolean enough;
  private final List<Double> delaysMillis = new ArrayList<>();
  private final List<Double> lateMillis = new ArrayList<>();
  private final Thread machine = Thread.ofPlatform().name("machine").daemon(true).start(this::look);
  private final double p99MaxMillis;

  Bystander(GatewayProcess gateway, Tally tally) throws Exception {
    this(gateway, tally, P99_MAX_MILLIS);
  }

  /** @param p99MaxMillis where more than usual is on its way */
  Bystander(GatewayProcess gateway, Tally tally, double p99MaxMillis) throws Exception {
    this.tally = tally;
    this.p99MaxMillis = p99MaxMillis;
    talk = gateway.talk();
    session = talk.newSession("bystander");
    thread = Thread.ofPlatform().name("bystander").start(this::run);
    begun.await();
  }

  /** How much later than it wanted a thread runs that does nothing else. */
  private void look() {
    while (!enough) {
      long begun = System.nanoTime();
      LockSupport.parkNanos(LOOK_NANOS);
      lateMillis.add(Math.max(0, System.nanoTime() - begun - LOOK_NANOS) / 1e6);
    }
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
    if (!joins(thread, Duration.ofSeconds(60)) || !joins(machine, Duration.ofSeconds(60))) {
      tally.stuck("a bystander's stream");
    }
    talk.close();
    List<Double> sorted = delaysMillis.stream().sorted().toList();
    if (sorted.isEmpty()) {
      tally.stuck("a bystander got no delta");
      return;
    }
    List<Double> late = lateMillis.stream().sorted().toList();
    String seen = "p99 %.0f ms, worst %.0f ms; the machine itself p99 %.0f ms, worst %.0f ms".formatted(
        percentile(sorted, 99), sorted.getLast(), percentile(late, 99), late.getLast());
    tally.bystander(sorted.getLast());
    tally.note("bystander: " + sorted.size() + " deltas, " + seen);
    if (percentile(sorted, 99) > p99MaxMillis + TURNS_AT_PROCESSOR * percentile(late, 99)
        || sorted.getLast() > WORST_MAX_MILLIS + TURNS_AT_PROCESSOR * late.getLast()) {
      tally.stuck("a bystander's deltas came late: " + seen);
    }
  }

  private static double percentile(List<Double> sorted, int percent) {
    return sorted.get((sorted.size() - 1) * percent / 100);
  }

  private static boolean joins(Thread thread, Duration limit) {
    try {
      return thread.join(limit);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

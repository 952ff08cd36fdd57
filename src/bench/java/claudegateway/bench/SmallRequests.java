package claudegateway.bench;

import claudegateway.store.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Requests that are no chat: as many as go through, and how long they take while a hundred streams run. */
final class SmallRequests implements Part {
  private static final int CONNECTIONS = 32;
  private static final int SESSIONS = 10_000;
  private static final int STREAMS = 100;
  private static final int PACED_A_SECOND = 500;
  private static final int PACED_CONNECTIONS = 16;
  private static final int LIMIT_SECONDS = 60;

  /** @param weight so many times longer it takes than a simple one, and so many times less often it is asked */
  private record Asked(String name, String path, int weight) {}

  private static final List<Asked> ASKED = List.of(new Asked("GET /health", "/health", 1),
      new Asked("GET /v1/models", "/v1/models", 1),
      new Asked("GET /v1/sessions, 20 of 10,000", "/v1/sessions?limit=20", 10));

  @Override
  public void run(Lab lab, Report report) throws InterruptedException {
    Path data = lab.freshData();
    try (Database database = Database.open(data.resolve("gateway.db"))) {
      StoredPast.sessions(database, SESSIONS);
    }
    GatewayProcess gateway = lab.fakeGateway(data, "--spares", "0", "--max-concurrent-sessions", "200");
    report.part("Small requests, " + CONNECTIONS + " connections", "1/s", "p50 ms", "p99 ms",
        "µs of CPU");
    double rateOfSimple = Double.MAX_VALUE;
    for (Asked asked : ASKED) {
      Samples times = new Samples();
      flood(gateway, asked.path, lab.pick(40_000, 10_000) / asked.weight, new Samples());
      int requests = lab.pick(100_000, 10_000) / asked.weight;
      double before = Machine.cpuMicros(gateway.jvm());
      double rate = flood(gateway, asked.path, requests, times);
      report.row(asked.name, rate, times.median(), times.percentile(99),
          (Machine.cpuMicros(gateway.jvm()) - before) / requests);
      if (asked.weight == 1) {
        rateOfSimple = Math.min(rateOfSimple, rate);
      }
    }
    report.verdict("small requests", rateOfSimple, "1/s", Target.atLeast(20_000));
    besideStreams(lab, report, gateway);
    lab.close(gateway);
  }

  private static void besideStreams(Lab lab, Report report, GatewayProcess gateway) throws InterruptedException {
    int seconds = lab.pick(5, 1);
    List<Talk> talks = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      talks.add(lab.keep(gateway.talk(Talk.Kind.SESSION_ID)));
    }
    Speaker.greet(talks);
    report.part("The same, " + PACED_A_SECOND + "/s beside " + STREAMS + " streams of 50 deltas/s", "1/s", "p50 ms",
        "p99 ms");
    int speaking = ASKED.size() * seconds + lab.pick(2, 1);
    List<Answer> answers = talks.stream()
        .map(talk -> talk.ask("#tokens " + 50 * speaking + " 20", Answer.Listener.NONE)).toList();
    for (Answer answer : answers) {
      Speaker.begun(answer);
    }
    for (Asked asked : ASKED) {
      Samples times = new Samples();
      paced(gateway, asked.path, PACED_A_SECOND * seconds, times);
      report.row(asked.name, PACED_A_SECOND, times.median(), times.percentile(99));
      if (asked.path.equals("/health")) {
        report.verdict("GET /health beside 100 streams, p99", times.percentile(99), "ms", Target.atMost(20));
      }
    }
    if (answers.stream().anyMatch(answer -> answer.done().isDone())) {
      report.note("the streams ended before the last requests: this machine is too slow for them");
    }
    for (Answer answer : answers) {
      Speaker.whole(answer);
    }
  }

  /** Each connection asks again as soon as it is answered. @return requests a second */
  private static double flood(GatewayProcess gateway, String path, int requests, Samples times)
      throws InterruptedException {
    byte[] request = Client.get(path);
    AtomicLong left = new AtomicLong(requests);
    CountDownLatch busy = new CountDownLatch(CONNECTIONS);
    AtomicReference<String> failure = new AtomicReference<>();
    List<Connection> connections = new ArrayList<>();
    long begun = System.nanoTime();
    for (int i = 0; i < CONNECTIONS; i++) {
      Connection connection = gateway.connect();
      connections.add(connection);
      new Asker(connection, request, failure) {
        @Override
        void answered(long nanos) {
          times.addNanosAsMillis(nanos);
          if (left.decrementAndGet() >= CONNECTIONS) {
            ask(System.nanoTime());
          } else {
            busy.countDown();
          }
        }
      }.ask(System.nanoTime());
    }
    await(busy, failure);
    double seconds = (System.nanoTime() - begun) / 1e9;
    connections.forEach(Connection::close);
    return requests / seconds;
  }

  /** Requests leave at their time, whether the one before is answered or not; a late one counts from its time. */
  private static void paced(GatewayProcess gateway, String path, int requests, Samples times)
      throws InterruptedException {
    byte[] request = Client.get(path);
    AtomicReference<String> failure = new AtomicReference<>();
    CountDownLatch open = new CountDownLatch(requests);
    java.util.concurrent.BlockingQueue<Asker> free = new java.util.concurrent.LinkedBlockingQueue<>();
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < PACED_CONNECTIONS; i++) {
      Connection connection = gateway.connect();
      connections.add(connection);
      free.add(new Asker(connection, request, failure) {
        @Override
        void answered(long nanos) {
          times.addNanosAsMillis(nanos);
          free.add(this);
          open.countDown();
        }
      });
    }
    long next = System.nanoTime();
    for (int i = 0; i < requests; i++) {
      next += 1_000_000_000L / PACED_A_SECOND;
      while (System.nanoTime() < next) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
      free.take().ask(next);
    }
    await(open, failure);
    connections.forEach(Connection::close);
  }

  private static void await(CountDownLatch latch, AtomicReference<String> failure) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!latch.await(100, TimeUnit.MILLISECONDS)) {
      if (failure.get() != null || System.nanoTime() > deadline) {
        throw new IllegalStateException("small requests: " + failure.get());
      }
    }
  }

  /** Asks over one connection and takes the time. */
  private abstract static class Asker extends Connection.Whole {
    private final Connection connection;
    private final byte[] request;
    private final AtomicReference<String> failure;
    private long dueNanos;

    Asker(Connection connection, byte[] request, AtomicReference<String> failure) {
      this.connection = connection;
      this.request = request;
      this.failure = failure;
    }

    abstract void answered(long nanos);

    void ask(long due) {
      dueNanos = due;
      connection.send(request, this);
    }

    @Override
    void whole(int status, int bytes) {
      if (status == 200) {
        answered(System.nanoTime() - dueNanos);
      } else {
        failure.set("HTTP " + status);
      }
    }

    @Override
    public void broken(String why) {
      failure.set(why);
    }
  }
}

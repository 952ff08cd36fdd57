package claudegateway.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Malformed requests from a grammar, each from the seed and its number: {@code --seed} repeats them. */
final class Fuzz implements Fault {
  private static final int THREADS = 8;

  /** What is declared to be answered so: no SSH, no tools, and no free process. */
  private static final List<Integer> DECLARED = List.of(501, 503);

  private static final int ANSWER_MAX_MILLIS = 10_000;

  @Override
  public String name() {
    return "client: malformed requests";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
    try (GatewayProcess gateway = GatewayProcess.started(); Talk talk = gateway.talk()) {
      // What the first requests load and cache for good is no growth.
      all(gateway, plan, -500, 0, statuses, new Tally());
      talk.say("", "#say warm");
      Vitals before = Vitals.of(gateway);
      statuses.clear();
      try (Bystander bystander = new Bystander(gateway, tally)) {
        all(gateway, plan, 0, plan.times(2_000, 10_000), statuses, tally);
      }
      if (gateway.output().contains("fault of this program")) {
        tally.wrong("the log has a fault of the program");
      }
      tally.note("statuses (0 = the connection was closed): " + statuses);
      before.compare(gateway, tally);
      gateway.stopAndLook(tally);
    }
  }

  private static void all(GatewayProcess gateway, Plan plan, int from, int to, Map<Integer, Integer> statuses,
      Tally tally) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = from; i < to; i++) {
        int number = i;
        running.add(threads.submit(() -> {
          statuses.merge(one(gateway.port(), plan, number, tally), 1, Integer::sum);
          return null;
        }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
  }

  private static int one(int port, Plan plan, int number, Tally tally) throws IOException {
    byte[] request = new RequestGrammar(plan.random(1_000_000 + number)).request();
    try (Socket socket = Sockets.open(port)) {
      socket.setSoTimeout(ANSWER_MAX_MILLIS);
      long begun = System.nanoTime();
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput();
      } catch (IOException refusedBeforeItWasAllSent) {
        begun = System.nanoTime();
      }
      String answer = Sockets.read(socket, 64 << 10);
      tally.injected();
      int status = Sockets.status(answer);
      if (status >= 500 && !DECLARED.contains(status)) {
        tally.wrong("request " + number + " got " + brief(answer.getBytes(StandardCharsets.ISO_8859_1)) + " for "
            + brief(request));
      }
      if (System.nanoTime() - begun > ANSWER_MAX_MILLIS * 1_000_000L) {
        tally.stuck("request " + number + " was not answered: " + brief(request));
      }
      return status;
    }
  }

  private static String brief(byte[] request) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(request, 0, Math.min(request.length, 600));
    return out.toString(StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?");
  }
}

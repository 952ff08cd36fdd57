package claudegateway.faults;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients that leave, dawdle, keep silent or hurry; one gateway for all, looked at before and after. */
final class ClientFaults implements Fault {
  /** HttpLimits.headTime is 20 s, and the server looks every few. */
  private static final Duration SLOWLORIS_MAX = Duration.ofSeconds(35);

  private static final Duration BESIDE_MAX = Duration.ofSeconds(3);
  private static final int PIPELINED = 50;

  /** Agents that write at full speed, as no model does: twenty at once would be a fault of the machine's. */
  private static final int AT_ONCE = 5;
  private static final int LEAVING = 10;

  /** How a client misbehaves. */
  private enum Kind { LEAVES, READS_SLOWLY, NEVER_READS, SLOWLORIS, IDLE, PIPELINES }

  private final Kind kind;

  private ClientFaults(Kind kind) {
    this.kind = kind;
  }

  static List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      all.add(new ClientFaults(kind));
    }
    return all;
  }

  @Override
  public String name() {
    return switch (kind) {
      case LEAVES -> "client: leaves in mid-stream";
      case READS_SLOWLY -> "client: reads one byte per second";
      case NEVER_READS -> "client: never reads";
      case SLOWLORIS -> "client: half a request, then silence";
      case IDLE -> "client: idle connections";
      case PIPELINES -> "client: pipelines " + PIPELINED + " requests";
    };
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.started(); Talk talk = gateway.talk()) {
      talk.say("", "#say warm");
      Vitals before = Vitals.of(gateway);
      try (Bystander bystander = new Bystander(gateway, tally)) {
        switch (kind) {
          case LEAVES -> leave(gateway, plan, tally);
          case READS_SLOWLY -> hold(gateway, plan.times(5, 20), Duration.ofSeconds(plan.times(4, 60)), 1, tally);
          case NEVER_READS -> hold(gateway, plan.times(5, 20), Duration.ofSeconds(plan.times(4, 60)), 0, tally);
          case SLOWLORIS -> silent(gateway, 500, "POST /v1/chat/completions HTTP/1.1\r\nHost: local", true, tally);
          case IDLE -> silent(gateway, 2_000, "", false, tally);
          case PIPELINES -> pipeline(gateway, plan.times(3, 30), tally);
        }
      }
      before.compare(gateway, tally);
      gateway.stopAndLook(tally);
    }
  }

  private static void leave(GatewayProcess gateway, Plan plan, Tally tally) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(LEAVING)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < plan.times(LEAVING, 100); i++) {
        String last = "w" + plan.random(i).nextInt(50) + " ";
        running.add(threads.submit(() -> {
          leaveAt(gateway, last, tally);
          return null;
        }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
  }

  private static void leaveAt(GatewayProcess gateway, String last, Tally tally) throws Exception {
    try (Talk talk = gateway.talk()) {
      String session = talk.newSession("leaves");
      try (Socket socket = Sockets.open(gateway.port())) {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(Sockets.request(session, "#tokens 500 10"));
        if (!Sockets.await(socket, last)) {
          tally.wrong("a stream ended before its client left");
        }
      }
      tally.injected();
      again(talk, session, tally);
      // Who named a session can come back, so the answer is finished for it.
      if (!talk.messages(session).get(1).endsWith(" w499 ")) {
        tally.lost("the answer whose client left: " + talk.messages(session).get(1));
      }
      talk.delete("/v1/sessions/" + session);
    }
  }

  /** The session can go on as soon as its deserted turn has ended. */
  private static void again(Talk talk, String session, Tally tally) throws Exception {
    Talk.Answer answer = talk.sayWhenFree(session, "#say again");
    if (!answer.content().equals("again")) {
      tally.stuck("the session of a client that left: " + answer);
    }
  }

  private static void hold(GatewayProcess gateway, int clients, Duration length, int bytesPerSecond, Tally tally)
      throws Exception {
    List<Socket> sockets = new ArrayList<>();
    List<String> sessions = new ArrayList<>();
    try (Talk talk = gateway.talk()) {
      for (int i = 0; i < clients; i++) {
        sessions.add(talk.newSession("slow"));
        Socket socket = Sockets.open(gateway.port(), 4_096);
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(Sockets.request(sessions.getLast(), "#fullspeed 6000 1000"));
        sockets.add(socket);
        tally.injected();
        if (sessions.size() % AT_ONCE == 0) {
          LargeAnswers.awaitTurns(talk, sessions, tally);
        }
      }
      for (int second = 0; second < length.toSeconds(); second++) {
        for (Socket socket : sockets) {
          readOne(socket, bytesPerSecond);
        }
        Thread.sleep(1_000);
        beside(talk, tally);
      }
      for (Socket socket : sockets) {
        socket.close();
      }
      for (String session : sessions) {
        again(talk, session, tally);
        talk.delete("/v1/sessions/" + session);
      }
    }
  }

  private static void readOne(Socket socket, int bytes) throws IOException {
    if (bytes > 0 && socket.getInputStream().available() > 0) {
      socket.getInputStream().readNBytes(bytes);
    }
  }

  /** @param closed whether the gateway must close them itself */
  private static void silent(GatewayProcess gateway, int connections, String head, boolean closed, Tally tally)
      throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try (Talk talk = gateway.talk()) {
      for (int i = 0; i < connections; i++) {
        Socket socket = Sockets.open(gateway.port());
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        sockets.add(socket);
        tally.injected();
      }
      beside(talk, tally);
      int open = 0;
      long deadline = System.nanoTime() + SLOWLORIS_MAX.toNanos();
      for (Socket socket : closed ? sockets : List.<Socket>of()) {
        socket.setSoTimeout((int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        open += ended(socket) ? 0 : 1;
      }
      if (open > 0) {
        tally.stuck(open + " connections are open " + SLOWLORIS_MAX.toSeconds() + " s after half a request");
      }
      beside(talk, tally);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static boolean ended(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        continue;
      }
      return true;
    } catch (java.net.SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private static void beside(Talk talk, Tally tally) throws Exception {
    long begun = System.nanoTime();
    Talk.Answer answer = talk.get("/health");
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    if (answer.status() != 200 || took.compareTo(BESIDE_MAX) > 0) {
      tally.stuck("another client's request: " + answer.status() + " after " + took.toMillis() + " ms");
    }
  }

  private static void pipeline(GatewayProcess gateway, int times, Tally tally) throws IOException {
    for (int i = 0; i < times; i++) {
      try (Socket socket = Sockets.open(gateway.port())) {
        socket.setSoTimeout(10_000);
        StringBuilder requests = new StringBuilder();
        for (int n = 1; n <= PIPELINED; n++) {
          requests.append("GET /v1/models/nobody-").append(n).append(" HTTP/1.1\r\nHost: localhost\r\n")
              .append(n == PIPELINED ? "Connection: close\r\n\r\n" : "\r\n");
        }
        socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.ISO_8859_1));
        tally.injected();
        String answers = Sockets.read(socket, 1 << 20);
        int at = 0;
        for (int n = 1; n <= PIPELINED && at >= 0; n++) {
          at = answers.indexOf("nobody-" + n + "'", at) >= 0 ? answers.indexOf("nobody-" + n + "'", at)
              : answers.indexOf("nobody-" + n, at);
        }
        if (at < 0) {
          tally.lost("answers of pipelined requests: " + answers.split("HTTP/1.1 ").length + " of " + PIPELINED);
        }
      }
    }
  }
}

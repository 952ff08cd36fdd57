package claudegateway.faults;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Answers of many megabytes, streamed and whole, whose clients read nothing for a while, and then all. */
final class LargeAnswers implements Fault {
  private static final int DELTAS = 20_000;
  private static final int DELTA_BYTES = 1_000;

  /** Live objects for each client that does not read: the log's end, what was read ahead, buffers. */
  private static final long HEAP_OF_CLIENT_MAX = 8L << 20;

  /** Beside that, as in {@link Vitals}. */
  private static final long HEAP_GROWTH_MAX = 12L << 20;

  /** A bystander's next message waits for the disk behind all that. */
  private static final double BYSTANDER_P99_MAX_MILLIS = 4_000;

  private static final Duration TURNS_MAX = Duration.ofSeconds(60);
  private static final Duration STORED_MAX = Duration.ofSeconds(20);

  @Override
  public String name() {
    return "client: never reads 20 MB answers, then does";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    int clients = plan.times(6, 16);
    try (GatewayProcess gateway = GatewayProcess.started(); Talk talk = gateway.talk()) {
      talk.say("", "#say warm");
      Vitals before = Vitals.of(gateway);
      List<Socket> sockets = new ArrayList<>();
      try (Bystander bystander = new Bystander(gateway, tally, BYSTANDER_P99_MAX_MILLIS)) {
        List<String> sessions = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
          sessions.add(talk.newSession("large"));
          Socket socket = Sockets.open(gateway.port(), 4_096);
          socket.setSoTimeout(20_000);
          // HTTP/1.0: the body comes as it is, until the connection ends.
          socket.getOutputStream().write(Sockets.request("HTTP/1.0", Talk.ask(sessions.getLast(),
              "#fullspeed " + DELTAS + " " + DELTA_BYTES).with("stream", Json.of(streamed(i)))));
          sockets.add(socket);
          tally.injected();
        }
        awaitTurns(talk, sessions, tally);
        look(gateway, before, clients, tally);
        for (int i = 0; i < clients; i++) {
          readAll(sockets.get(i), streamed(i), tally);
          sockets.get(i).close();
        }
        for (String session : sessions) {
          talk.delete("/v1/sessions/" + session);
        }
      }
      before.compare(gateway, tally);
      gateway.stopAndLook(tally);
    }
  }

  /** The answers are on their way into the store for some seconds more. */
  private static void look(GatewayProcess gateway, Vitals before, int clients, Tally tally) throws Exception {
    long most = before.heapBytes() + HEAP_GROWTH_MAX + clients * HEAP_OF_CLIENT_MAX;
    long deadline = System.nanoTime() + STORED_MAX.toNanos();
    Vitals held = Vitals.of(gateway);
    while (held.heapBytes() > most && System.nanoTime() < deadline) {
      Thread.sleep(500);
      held = Vitals.of(gateway);
    }
    tally.note(clients + " unread answers: " + held);
    if (held.heapBytes() > most) {
      tally.stuck("heap for clients that do not read: " + before + " -> " + held);
    }
  }

  private static boolean streamed(int client) {
    return client % 2 == 0;
  }

  /** Until the model has said everything: that its readers do not read holds it up no longer than the store. */
  static void awaitTurns(Talk talk, List<String> sessions, Tally tally) throws Exception {
    long deadline = System.nanoTime() + TURNS_MAX.toNanos();
    for (String session : sessions) {
      while (talk.get("/v1/chat/status/" + session).body().isTrue("is_running")) {
        if (System.nanoTime() > deadline) {
          tally.stuck("a turn whose client does not read");
          return;
        }
        Thread.sleep(100);
      }
    }
  }

  private static void readAll(Socket socket, boolean streamed, Tally tally) throws IOException {
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    long text = 0;
    if (streamed) {
      for (String line : body.split("\n")) {
        if (line.startsWith("data: {")) {
          text += content(line.substring("data: ".length()), "delta");
        }
      }
    } else {
      text = content(body, "message");
    }
    if (Sockets.status(answer) != 200 || text != (long) DELTAS * DELTA_BYTES
        || streamed && !body.endsWith("data: [DONE]\n\n")) {
      tally.lost("a large answer: status " + Sockets.status(answer) + ", " + text + " characters, ends "
          + body.substring(Math.max(0, body.length() - 200)).strip());
    }
  }

  private static int content(String json, String where) {
    return ((Json.Obj) JsonReader.parse(json)).array("choices").stream().mapToInt(choice -> ((Json.Obj) choice)
        .object(where).flatMap(said -> said.string("content")).orElse("").length()).sum();
  }
}

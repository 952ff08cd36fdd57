package claudegateway.bench;

import claudegateway.json.Json;
import claudegateway.store.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What it costs to find a conversation by its words, in a database with a past: the first token of a request that
 * resends its history, over one that names its session; the fake CLI answers both in no time.
 */
final class HistoryMatch implements Part {
  private static final int SESSIONS = 1_000;
  private static final int TURNS_EACH = 100;
  private static final int LONG_MESSAGES = 2_000;
  private static final String PROMPT = "#say fine";

  @Override
  public void run(Lab lab, Report report) throws InterruptedException {
    Path data = lab.freshData();
    try (Database database = Database.open(data.resolve("gateway.db"))) {
      StoredPast.turns(database, SESSIONS, TURNS_EACH);
    }
    GatewayProcess gateway = lab.fakeGateway(data, "--spares", "0", "--max-concurrent-sessions", "20");
    report.part("History, ms to the first token, " + SESSIONS * TURNS_EACH + " turns stored", "by id", "resent",
        "difference");
    double small = measure(lab, report, gateway, "a short conversation", List.of());
    double large = measure(lab, report, gateway, LONG_MESSAGES + " messages", messages());
    report.verdict("history match, short conversation", small, "ms", Target.atMost(1));
    report.verdict("history match, " + LONG_MESSAGES + " messages", large, "ms", Target.atMost(5));
    lab.close(gateway);
  }

  /** A conversation that should be short is begun anew after ten turns: each turn makes it longer. */
  private static double measure(Lab lab, Report report, GatewayProcess gateway, String label, List<Json> past)
      throws InterruptedException {
    Samples byId = new Samples();
    Samples resent = new Samples();
    int conversations = past.isEmpty() ? lab.pick(10, 4) : 1;
    int turns = lab.pick(100, 24) / conversations;
    for (int conversation = -1; conversation < conversations; conversation++) {
      Talk named = gateway.talk(Talk.Kind.SESSION_ID).remembering(past);
      Talk stateless = gateway.talk(Talk.Kind.RESENT_HISTORY).remembering(past);
      int warm = conversation < 0 ? lab.pick(40, 12) : 2;
      for (int i = -warm; i < (conversation < 0 ? 0 : turns); i++) {
        long one = named.say(PROMPT).firstTokenNanos();
        long other = stateless.say(PROMPT).firstTokenNanos();
        if (i >= 0) {
          byId.addNanosAsMillis(one);
          resent.addNanosAsMillis(other);
        }
      }
      named.close();
      stateless.close();
    }
    double difference = resent.median() - byId.median();
    report.row(label, byId.median(), resent.median(), difference);
    return difference;
  }

  private static List<Json> messages() {
    List<Json> messages = new ArrayList<>();
    for (int i = 0; i < LONG_MESSAGES; i += 2) {
      messages.add(Json.object("role", "user", "content", "Question " + i + ". " + "It is about a thing. ".repeat(8)));
      messages.add(Json.object("role", "assistant", "content", "Answer " + i + ". " + "This is the thing. ".repeat(8)));
    }
    return messages;
  }
}

package claudegateway.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;

/** Another process holds the database's lock; its file is damaged, or from a later version of the program. */
final class DatabaseFaults implements Fault {
  private static final Duration TOLD_MAX = Duration.ofSeconds(45);
  private static final int EXIT_DATA = 73;

  @Override
  public String name() {
    return "system: database locked, corrupt, newer";
  }

  @Override
  public void inject(Plan plan, Tally tally) throws Exception {
    try (GatewayProcess gateway = GatewayProcess.started()) {
      String session;
      try (Talk talk = gateway.talk()) {
        session = talk.newSession("locked");
        talk.say(session, "#say before");
        for (int i = 0; i < plan.times(1, 5); i++) {
          locked(gateway, talk, session, tally);
        }
      }
      gateway.stopAndLook(tally);
      Path good = gateway.data().resolve("good.copy");
      Files.copy(gateway.database(), good);
      change(gateway.database(), "PRAGMA user_version = 999");
      refuses(gateway, "newer", tally);
      Files.write(gateway.database(), garbled(Files.readAllBytes(good), 0));
      refuses(gateway, "file", tally);
      Files.write(gateway.database(), garbled(Files.readAllBytes(good), 100));
      refuses(gateway, "file", tally);
      Files.copy(good, gateway.database(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      gateway.start();
      try (Talk talk = gateway.talk()) {
        if (!talk.messages(session).contains("assistant: before")) {
          tally.lost("a message of the restored database");
        }
      }
    }
  }

  private static void locked(GatewayProcess gateway, Talk talk, String session, Tally tally) throws Exception {
    Talk.Answer refused;
    long begun = System.nanoTime();
    try (Connection sql = open(gateway.database()); Statement statement = sql.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      tally.injected();
      refused = talk.sayWhenFree(session, "#say while it is locked");
      statement.execute("ROLLBACK");
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    tally.note("a message while the database was locked: " + refused.status() + " " + refused.code() + " after "
        + took.toMillis() + " ms");
    if (refused.status() != 503 || took.compareTo(TOLD_MAX) > 0) {
      tally.wrong("a message while the database was locked: " + refused);
    }
    Talk.Answer after = talk.sayWhenFree(session, "#say after");
    if (!after.content().equals("after")) {
      tally.stuck("the session after the lock: " + after);
    }
  }

  /** It must say so and leave the file as it is. */
  private static void refuses(GatewayProcess gateway, String word, Tally tally) throws Exception {
    byte[] before = Files.readAllBytes(gateway.database());
    tally.injected();
    int code = gateway.startInVain();
    if (code != EXIT_DATA || !gateway.output().contains(gateway.database().toString())) {
      tally.wrong("exit " + code + ": " + gateway.output());
    }
    if (!Arrays.equals(before, Files.readAllBytes(gateway.database()))) {
      tally.lost("a database that is not understood was written to (" + word + ")");
    }
  }

  private static byte[] garbled(byte[] database, int from) {
    byte[] garbled = database.clone();
    Arrays.fill(garbled, from, Math.min(garbled.length, from + 4_000), (byte) 0x5a);
    return garbled;
  }

  private static void change(Path database, String statement) throws Exception {
    try (Connection sql = open(database)) {
      sql.createStatement().execute(statement);
    }
  }

  private static Connection open(Path database) throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + database);
  }
}

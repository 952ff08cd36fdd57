package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import claudegateway.Await;
import claudegateway.json.Slice;
import claudegateway.store.Database;
import claudegateway.store.Rows;
import claudegateway.store.Sessions;
import claudegateway.store.TurnChunks;
import claudegateway.store.Turns;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointsTest {
  private static final int TURNS = 100;

  @TempDir Path folder;

  /** Whenever a turn ends between two checkpoints or in one: the store has each event once, in order. */
  @Test
  void aTurnThatEndsDuringACheckpointIsStoredOnce() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    AtomicBoolean enough = new AtomicBoolean();
    try (Database database = withSession()) {
      Checkpoints checkpoints = new Checkpoints(database);
      Thread clock = Thread.ofPlatform().start(() -> {
        while (!enough.get()) {
          checkpoints.run();
        }
      });
      try {
        for (int i = 0; i < TURNS; i++) {
          stored(database, checkpoints, "turn " + i, 4_000_000 + random.nextInt(3_000_000), seed);
        }
      } finally {
        enough.set(true);
        clock.join();
      }
    }
  }

  /** Its beginning is neither in memory nor in the store any more; its end is not waited for in vain. */
  @Test
  void theRestOfATurnWhoseSessionWasDeletedIsGivenUp() throws Exception {
    try (Database database = withSession()) {
      Checkpoints checkpoints = new Checkpoints(database);
      Turn turn = begun(database, checkpoints, "turn");
      Slice piece = Slice.of("x".repeat(1_000));
      while (turn.position() * piece.length() < Turn.MEMORY_MAX + (4 << 20)) {
        turn.append(new TurnEvent.Text(piece));
      }
      Await.that("it is checkpointed", Duration.ofSeconds(20), () -> {
        checkpoints.run();
        return database.read(sql -> TurnChunks.lastPosition(sql, "turn")).equals(Optional.of(turn.position()));
      });
      turn.append(new TurnEvent.Text(piece));
      checkpoints.end(turn);
      database.write(sql -> Sessions.delete(sql, "s")).join();
      checkpoints.rest(turn).get(20, TimeUnit.SECONDS);
    }
  }

  /** Each has its turn, those first that waited longest; one that holds much in memory is never put off. */
  @Test
  void ofManyTurnsAPassStoresSome() {
    try (Database database = withSession()) {
      Checkpoints checkpoints = new Checkpoints(database);
      int some = Checkpoints.TURNS_MAX;
      List<Turn> turns = IntStream.range(0, 2 * some + 1).mapToObj(i -> begun(database, checkpoints, "turn " + i))
          .toList();
      turns.forEach(turn -> turn.append(new TurnEvent.Text(Slice.of("w"))));
      for (int stored : List.of(some, 2 * some, turns.size(), turns.size())) {
        checkpoints.run();
        assertEquals(stored, stored(database, turns).size());
      }

      turns.forEach(turn -> turn.append(new TurnEvent.Text(Slice.of("w"))));
      checkpoints.run();
      Turn just = turns.stream().filter(turn -> stored(database, turn) == turn.position()).findFirst().orElseThrow();
      long before = just.position();
      Slice piece = Slice.of("x".repeat(1_000));
      while (!just.isPressing()) {
        just.append(new TurnEvent.Text(piece));
      }
      checkpoints.run();
      Await.that("it is stored again", Duration.ofSeconds(20), () -> stored(database, just) > before);
    }
  }

  private static List<Turn> stored(Database database, List<Turn> turns) {
    return turns.stream().filter(turn -> stored(database, turn) > 0).toList();
  }

  /** Behind all that was written before. */
  private static long stored(Database database, Turn turn) {
    database.write(_ -> true).join();
    return database.read(sql -> TurnChunks.lastPosition(sql, turn.id())).orElse(0L);
  }

  private Database withSession() {
    Database database = Database.open(folder.resolve("gateway.db"));
    database.write(sql -> {
      Sessions.insert(sql, Rows.session("s"));
      return true;
    }).join();
    return database;
  }

  private static Turn begun(Database database, Checkpoints checkpoints, String id) {
    Turn turn = new Turn(id, "s", "p", Instant.now(), checkpoints);
    database.write(sql -> {
      Turns.insert(sql, Rows.turn(id, "s", 1));
      return true;
    }).join();
    checkpoints.begin(turn);
    return turn;
  }

  private static void stored(Database database, Checkpoints checkpoints, String id, long nanos, long seed) {
    Turn turn = begun(database, checkpoints, id);
    for (long begun = System.nanoTime(); System.nanoTime() - begun < nanos && turn.position() < 50_000; ) {
      turn.append(new TurnEvent.Text(Slice.of("w")));
    }
    checkpoints.end(turn);
    database.write(sql -> {
      Checkpoints.appendRest(sql, turn);
      return true;
    }).join();
    List<Long> positions = new ArrayList<>();
    for (List<Turn.Entry> more = checkpoints.read(id, 0); !more.isEmpty();
        more = checkpoints.read(id, positions.getLast())) {
      more.forEach(entry -> positions.add(entry.position()));
    }
    assertEquals(turn.position(), positions.size(), "seed " + seed);
    assertEquals(LongStream.rangeClosed(1, turn.position()).boxed().toList(), positions, "seed " + seed);
  }
}

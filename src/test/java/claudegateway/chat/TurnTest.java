package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import claudegateway.json.Slice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A turn is a log; every reader is a cursor on it. */
final class TurnTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final TurnEvent END = new TurnEvent.Finished(FinishReason.STOP, Usage.NONE, List.of());

  private static Turn turn(Turn.Archive archive) {
    Turn turn = new Turn("chatcmpl-1", "S", "P", Instant.EPOCH, archive);
    turn.accepted().complete(null);
    return turn;
  }

  private static TurnEvent text(String text) {
    return new TurnEvent.Text(Slice.of(text));
  }

  /** All events from a position on; their texts joined. Throws when a position does not grow. */
  private static String read(Turn turn, long after) {
    StringBuilder all = new StringBuilder();
    try (Cursor cursor = turn.cursor(after)) {
      long position = after;
      while (true) {
        Turn.Entry entry = cursor.next(SOON).orElseThrow(() -> new AssertionError("nothing after " + all.length()));
        assertTrue(entry.position() > position, entry.position() + " after " + position);
        position = entry.position();
        if (entry.event() instanceof TurnEvent.Text(Slice json)) {
          all.append(json.decode());
        }
        if (entry.event().isLast()) {
          return all.toString();
        }
      }
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** The store has dropped it, or the session was deleted while somebody read slowly. */
  @Test
  void whatIsNoLongerKeptIsAnEndAndNotAWait() throws Exception {
    Turn turn = turn(Turn.Archive.NONE);
    for (int i = 0; i < 10_000; i++) {
      turn.append(text(i + " "));
    }
    turn.append(END);
    turn.storedUpTo(Long.MAX_VALUE);
    try (Cursor cursor = turn.cursor(0)) {
      Turn.Entry only = cursor.next(SOON).orElseThrow();
      assertInstanceOf(TurnEvent.Failed.class, only.event());
      assertEquals(turn.position(), only.position());
      assertEquals(Optional.empty(), cursor.next(Duration.ZERO));
    }
    try (Cursor last = turn.cursor(turn.position() - 1)) {
      assertEquals(END, last.next(SOON).orElseThrow().event());
    }
  }

  @Test
  void endedTurnsAreForgottenInTime() {
    Turn turn = turn(Turn.Archive.NONE);
    RecentTurns kept = new RecentTurns(2, Duration.ofHours(1));
    kept.add(turn);
    assertEquals(Optional.of(turn), kept.find(turn.id()));
    RecentTurns forgotten = new RecentTurns(2, Duration.ZERO);
    forgotten.add(turn);
    assertEquals(Optional.empty(), forgotten.find(turn.id()));
  }

  @Test
  void manyReadersSeeTheSameWhileItIsWritten() {
    Turn turn = turn(Turn.Archive.NONE);
    int deltas = 20_000;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<String>> readers = IntStream.range(0, 50)
          .mapToObj(i -> CompletableFuture.supplyAsync(() -> read(turn, 0), threads)).toList();
      StringBuilder said = new StringBuilder();
      turn.append(new TurnEvent.Started("m"));
      for (int i = 0; i < deltas; i++) {
        said.append(i).append(' ');
        turn.append(text(i + " "));
      }
      turn.append(END);
      readers.forEach(reader -> assertEquals(said.toString(), reader.join()));
    }
    assertEquals(deltas + 2, turn.position());
    assertFalse(turn.hasReaders());
  }

  @Test
  void aPositionIsWhereToGoOn() throws Exception {
    Turn turn = turn(Turn.Archive.NONE);
    Random random = new Random(5);
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      turn.append(text("<" + i + ">"));
      said.append("<").append(i).append(">");
    }
    turn.append(END);
    for (int round = 0; round < 100; round++) {
      StringBuilder joined = new StringBuilder();
      long position = 0;
      try (Cursor cut = turn.cursor(0)) {
        for (int events = random.nextInt(20); events > 0 && cut.position() <= 500; events--) {
          Turn.Entry entry = cut.next(SOON).orElseThrow();
          if (entry.event() instanceof TurnEvent.Text(Slice json)) {
            joined.append(json.decode());
          }
        }
        position = cut.position();
      }
      assertEquals(said.toString(), joined + (position > 500 ? "" : read(turn, position)));
    }
  }

  @Test
  void whoIsBehindGetsPiecesOfTheSameKindFolded() throws Exception {
    Turn turn = turn(Turn.Archive.NONE);
    for (int i = 0; i < 20; i++) {
      turn.append(text("a"));
    }
    turn.append(new TurnEvent.Thinking(Slice.of("t")));
    turn.append(new TurnEvent.ToolArguments(0, Slice.of("0")));
    turn.append(new TurnEvent.ToolArguments(1, Slice.of("1")));
    turn.append(new TurnEvent.ToolArguments(1, Slice.of("1")));
    turn.append(END);
    try (Cursor cursor = turn.cursor(0)) {
      assertEquals(new Turn.Entry(20, text("a".repeat(20))), cursor.next(SOON).orElseThrow());
      assertEquals(21, cursor.next(SOON).orElseThrow().position());
      assertEquals(new Turn.Entry(22, new TurnEvent.ToolArguments(0, Slice.of("0"))), cursor.next(SOON).orElseThrow());
      assertEquals(new Turn.Entry(24, new TurnEvent.ToolArguments(1, Slice.of("11"))), cursor.next(SOON).orElseThrow());
      assertEquals(new Turn.Entry(25, END), cursor.next(SOON).orElseThrow());
    }
  }

  @Test
  void aFoldedEventIsBounded() throws Exception {
    Turn turn = turn(Turn.Archive.NONE);
    for (int i = 0; i < 100; i++) {
      turn.append(text("x".repeat(1_000)));
    }
    turn.append(END);
    try (Cursor cursor = turn.cursor(0)) {
      Turn.Entry entry = cursor.next(SOON).orElseThrow();
      while (!entry.event().isLast()) {
        assertTrue(((TurnEvent.Text) entry.event()).json().length() <= Cursor.FOLD_MAX);
        entry = cursor.next(SOON).orElseThrow();
      }
    }
  }

  @Test
  void nothingIsHandedOutBeforeTheMessageIsCommitted() throws Exception {
    Turn turn = new Turn("chatcmpl-1", "S", "P", Instant.EPOCH, Turn.Archive.NONE);
    turn.append(text("early"));
    try (Cursor cursor = turn.cursor(0)) {
      assertEquals(Optional.empty(), cursor.next(Duration.ofMillis(20)));
      turn.accepted().complete(null);
      assertEquals(1, cursor.next(SOON).orElseThrow().position());
    }
  }

  @Test
  void closingWakesWhoWaits() throws Exception {
    Turn turn = turn(Turn.Archive.NONE);
    Cursor cursor = turn.cursor(0);
    CompletableFuture<Optional<Turn.Entry>> waiting = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try {
        waiting.complete(cursor.next(Duration.ofMinutes(5)));
      } catch (InterruptedException stopped) {
        waiting.completeExceptionally(stopped);
      }
    });
    cursor.close();
    assertEquals(Optional.empty(), waiting.get(10, TimeUnit.SECONDS));
    assertTrue(cursor.isClosed());
  }

  @Test
  void itEndsOnceAndTakesNothingAfterwards() {
    Turn turn = turn(Turn.Archive.NONE);
    assertTrue(turn.append(END));
    assertFalse(turn.append(text("late")));
    assertFalse(turn.append(new TurnEvent.Failed(Failure.of(Failure.Kind.INTERNAL, "late"))));
    assertEquals(END, turn.ended().join());
    assertEquals(1, turn.position());
  }

  @Test
  void aPositionBehindTheEndIsNowhere() throws Exception {
    Turn turn = turn(Turn.Archive.NONE);
    turn.append(text("a"));
    turn.append(END);
    for (long after : new long[] {2, 3, 1L << 32, (1L << 32) + 1, Long.MAX_VALUE}) {
      try (Cursor cursor = turn.cursor(after)) {
        assertEquals(Optional.empty(), cursor.next(Duration.ofMillis(5)), "after " + after);
      }
    }
  }

  @Test
  void onlyTheLastReaderDeserts() {
    Turn turn = turn(Turn.Archive.NONE);
    AtomicInteger deserted = new AtomicInteger();
    turn.onDeserted(deserted::incrementAndGet);
    Cursor one = turn.cursor(0);
    Cursor two = turn.cursor(0);
    one.close();
    one.close();
    assertEquals(0, deserted.get());
    two.close();
    assertEquals(1, deserted.get());
    turn.append(END);
    turn.cursor(0).close();
    assertEquals(1, deserted.get());
  }

  /** The store's view is the archive; memory holds what it does not have yet, and not much more. */
  @Test
  void whatIsStoredIsDroppedFromMemoryAndReadBack() {
    ConcurrentSkipListMap<Long, Turn.Entry> stored = new ConcurrentSkipListMap<>();
    AtomicInteger readBack = new AtomicInteger();
    Turn turn = turn((_, after) -> {
      readBack.incrementAndGet();
      return stored.tailMap(after, false).values().stream().limit(100).toList();
    });
    int events = 6_000;
    String piece = "y".repeat(8_000);
    for (int i = 1; i <= events; i++) {
      turn.append(text(piece));
      if (i % 100 == 0) {
        TurnCodec.decode(TurnCodec.encode(turn.peek(turn.position() - 100, Integer.MAX_VALUE)))
            .forEach(entry -> stored.put(entry.position(), entry));
        turn.storedUpTo(turn.position());
      }
    }
    assertTrue(8_000L * events > Turn.MEMORY_MAX);
    turn.append(END);
    assertEquals((long) events * piece.length(), read(turn, 0).length());
    assertTrue(readBack.get() > 0);
    assertEquals((events - 5_000L) * piece.length(), read(turn, 5_000).length());
  }

  /** A child that says more than the store takes waits for it; the log does not grow meanwhile. */
  @Test
  void whoWritesWaitsForTheStoreAndNotForEver() throws Exception {
    Turn turn = turn(Turn.Archive.NONE);
    String piece = "z".repeat(1 << 20);
    long written = 0;
    while (!turn.isFull()) {
      turn.append(text(piece));
      written += piece.length();
    }
    assertTrue(written <= Turn.MEMORY_MAX + Turn.BACKLOG_MAX + piece.length(), "bytes: " + written);
    assertFalse(turn.awaitRoom(Duration.ofMillis(20)), "nobody stores it");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> turn.awaitRoom(SOON));
      turn.storedUpTo(turn.position());
      assertTrue(waiting.get(20, TimeUnit.SECONDS));
    }
    assertFalse(turn.isFull());
  }

  @Test
  void aPeekEndsWithTheEventThatIsOneTooMany() {
    Turn turn = turn(Turn.Archive.NONE);
    for (int i = 0; i < 10; i++) {
      turn.append(text("x".repeat(10_000)));
    }
    Turn.Run run = turn.peek(0, 25_000);
    assertEquals(List.of(1L, 3L, 3L), List.of(run.first(), run.last(), (long) run.events().size()));
    assertEquals(10, turn.peek(9, 1).first());
    assertEquals(10, turn.peek(9, 1).last());
    assertTrue(turn.peek(Long.MAX_VALUE, 1).isEmpty());
  }

  @Test
  void aPeekIsWithoutTheEndAndWithoutWhatIsGone() {
    Turn turn = turn(Turn.Archive.NONE);
    for (int i = 0; i < 3; i++) {
      turn.append(text("x".repeat(Turn.MEMORY_MAX / 2)));
    }
    turn.storedUpTo(1);
    turn.append(END);
    assertTrue(turn.peek(0, Integer.MAX_VALUE).isEmpty(), "the first one is with the store");
    assertEquals(List.of(text("x".repeat(Turn.MEMORY_MAX / 2)), text("x".repeat(Turn.MEMORY_MAX / 2))),
        turn.peek(1, Integer.MAX_VALUE).events());
  }

  @Test
  void chunksOfEventsAreReadBackAsTheyWere() {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      List<Turn.Entry> entries = new ArrayList<>();
      long position = random.nextLong(1, 1L << 40);
      for (int i = random.nextInt(1, 30); i > 0; i--) {
        entries.add(new Turn.Entry(position++, event(random)));
      }
      Turn.Run run = new Turn.Run(entries.getFirst().position(), entries.stream().map(Turn.Entry::event).toList());
      assertEquals(entries, TurnCodec.decode(TurnCodec.encode(run)));
    }
  }

  private static TurnEvent event(Random random) {
    String text = random.ints(random.nextInt(20), 0, 0x2FFF).mapToObj(Character::toString).reduce("", String::concat);
    return switch (random.nextInt(6)) {
      case 0 -> new TurnEvent.Started(text);
      case 1 -> new TurnEvent.Thinking(Slice.of(text));
      case 2 -> new TurnEvent.ToolCall(random.nextInt(9), text, "name");
      case 3 -> new TurnEvent.ToolArguments(random.nextInt(9), Slice.of(text));
      case 4 -> new TurnEvent.Activity("tool_use", Json.object("id", text, "input", Json.object("n", 1)));
      default -> text(text);
    };
  }
}

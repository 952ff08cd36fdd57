package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.Git;
import claudegateway.claude.ClaudeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that waited tells its conversation nothing that is no longer so. */
final class OutdatedSpareTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final EngineClock clock = new EngineClock();

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aConversationIsToldWhatIsThereWhenItBegins(String version) throws IOException {
    try (Engine engine = new Engine(EngineSetup.real(version).spares(1).time(clock))) {
      Path work = engine.home.work();
      ClaudeProcess spare = spare(engine, Optional.empty());
      Git git = Git.init(work);
      Files.writeString(work.resolve("CLAUDE.md"), "See @rules.md");
      Files.writeString(work.resolve("rules.md"), "the first rule");
      git.commit("the first commit");
      String sent = begins(engine, spare, false);
      assertTrue(sent.contains("the first rule"), sent);
      assertTrue(sent.contains("the first commit"), sent);

      spare = spare(engine, Optional.of(spare));
      sent = begins(engine, spare, true);
      assertTrue(sent.contains("the first rule"), sent);

      spare = spare(engine, Optional.of(spare));
      Files.writeString(work.resolve("rules.md"), "the other rule");
      sent = begins(engine, spare, false);
      assertTrue(sent.contains("the other rule"), sent);
      assertFalse(sent.contains("the first rule"), sent);

      spare = spare(engine, Optional.of(spare));
      git.commit("the second commit");
      assertTrue(begins(engine, spare, false).contains("the second commit"), sent);

      ClaudeProcess before = spare(engine, Optional.of(spare));
      Instant end = clock.instant().plusSeconds(900);
      Await.that("it is replaced, because of what is not committed", SOON, () -> {
        Instant later = clock.plus(clock.instant().isBefore(end) ? Duration.ofSeconds(1) : Duration.ZERO);
        // One after the other: the first may be there before git has been asked at all.
        write(work.resolve("novel" + later.getEpochSecond() / 30 + ".txt"));
        return !before.isAlive();
      });
      assertTrue(begins(engine, spare(engine, Optional.of(before)), true).contains("?? novel"));
    }
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "new");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The request for a conversation that begins, with the spare or without. */
  private static String begins(Engine engine, ClaudeProcess spare, boolean with) {
    Engine.Said said = Engine.read(engine.start(Engine.request(Optional.empty(),
        List.of(Message.user("#say hello")), Optional.empty(), ChatRequest.Tools.NONE)));
    assertEquals("hello", said.text());
    assertEquals(with, said.session().equals(spare.sessionId()), "with the process that waited");
    return engine.stub.received().getLast().body().toText();
  }

  /** What changes all the time does not keep the machine busy, and running turns have better use for it. */
  @Test
  void anOutdatedOneIsReplacedInTime() throws IOException {
    try (Engine engine = new Engine(EngineSetup.fake().spares(1).time(clock))) {
      ClaudeProcess first = spare(engine, Optional.empty());
      change(engine, "one");
      stays(first, engine, Duration.ofSeconds(9));
      ClaudeProcess second = isReplaced(first, engine, Duration.ofSeconds(6));
      change(engine, "two");
      stays(second, engine, Duration.ofSeconds(19));
      ClaudeProcess third = isReplaced(second, engine, Duration.ofSeconds(6));
      engine.say("#say a conversation");
      ClaudeProcess fourth = spare(engine, Optional.of(third));
      change(engine, "three");
      ClaudeProcess fifth = isReplaced(fourth, engine, Duration.ofSeconds(16));

      Turn running = engine.start(Engine.request(Optional.empty(), List.of(Message.user("#tokens 100000 5"))));
      ClaudeProcess sixth = spare(engine, Optional.of(fifth));
      change(engine, "four");
      stays(sixth, engine, Duration.ofSeconds(59));
      isReplaced(sixth, engine, Duration.ofSeconds(6));
      engine.chat().conversations().stop(running.id(), Caller.ANYONE);
    }
  }

  private static void change(Engine engine, String instructions) throws IOException {
    Files.writeString(engine.home.work().resolve("CLAUDE.md"), instructions);
  }

  private void stays(ClaudeProcess spare, Engine engine, Duration later) {
    clock.plus(later);
    clock.awaitLooks(8);
    assertTrue(spare.isAlive());
    assertEquals(1, engine.chat().spares());
  }

  private ClaudeProcess isReplaced(ClaudeProcess spare, Engine engine, Duration later) {
    clock.plus(later);
    return spare(engine, Optional.of(spare));
  }

  /** The process that waits, another one than before. */
  private static ClaudeProcess spare(Engine engine, Optional<ClaudeProcess> before) {
    AtomicReference<ClaudeProcess> found = new AtomicReference<>();
    Await.that("a spare is ready", SOON, () -> {
      engine.spares().stream().filter(one -> before.filter(one::equals).isEmpty()).findFirst().ifPresent(found::set);
      return engine.chat().spares() == 1 && found.get() != null && found.get().isAlive();
    });
    before.ifPresent(other -> assertNotEquals(other.pid(), found.get().pid()));
    return found.get();
  }
}

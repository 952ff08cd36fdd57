package claudegateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class LogTest {

  @Test
  void theOldestGoFirst() {
    Log<String> log = new Log<>(3, 10, String::length);
    List.of("1", "22", "333", "4444").forEach(log::add);
    assertEquals(List.of("22", "333", "4444"), log.entries(), "three entries at most");
    log.add("55555");
    assertEquals(List.of("4444", "55555"), log.entries(), "ten bytes at most");
    log.add("x".repeat(50));
    assertEquals(1, log.entries().size(), "the last one always stays");
  }

  @Test
  void waitingEndsWhenTheConditionHolds() throws Exception {
    Log<String> log = new Log<>(3, 10, String::length);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<String>> waiting =
          threads.submit(() -> log.await(all -> all.size() == 2, Duration.ofSeconds(30)));
      log.add("a");
      log.add("b");
      assertEquals(List.of("a", "b"), waiting.get());
    }
  }

  @Test
  void waitingEndsInTime() {
    Log<String> log = new Log<>(3, 10, String::length);
    log.add("only this");
    IllegalStateException late = assertThrows(IllegalStateException.class,
        () -> log.await(all -> all.size() == 2, Duration.ofMillis(20)));
    assertTrue(late.getMessage().contains("only this"), "says what there was: " + late.getMessage());
  }
}

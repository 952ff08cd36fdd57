package claudegateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.http.AccessRecord;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The process's loggers are one for all: nothing else runs meanwhile. */
@Isolated
final class LogsTest {
  private static final System.Logger LOG = System.getLogger("claudegateway.chat.Something");
  private static final System.Logger SAID = System.getLogger(Logs.PROMPTS);
  private static final System.Logger OTHER = System.getLogger("somebody.else");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private List<Json.Obj> objects() {
    return lines().stream().map(line -> (Json.Obj) JsonReader.parse(line.getBytes(StandardCharsets.UTF_8))).toList();
  }

  @Test
  void aLineOfTextSaysWhenHowBadAndWhere() {
    try (Logs _ = Logs.start(out, Level.INFO, false, false)) {
      LOG.log(Level.WARNING, "claude {0} does not stop", 17);
      LOG.log(Level.DEBUG, "not asked for");
      OTHER.log(Level.INFO, "of no interest");
      OTHER.log(Level.WARNING, "of interest");
    }
    assertEquals(2, lines().size(), lines().toString());
    assertTrue(lines().getFirst().matches(
        "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARNING chat.Something: claude 17 does not stop"), lines().getFirst());
    assertTrue(lines().getLast().endsWith("somebody.else: of interest"), lines().getLast());
  }

  @Test
  void nothingThatIsQuotedForgesALineOrATerminalCode() {
    try (Logs _ = Logs.start(out, Level.INFO, false, false)) {
      LOG.log(Level.INFO, "said: a\n12:00:00.000 ERROR x: forged\u001b[2J");
      LOG.log(Level.ERROR, "failed", new IllegalStateException("two\nlines"));
    }
    assertTrue(lines().getFirst().endsWith("said: a\\n12:00:00.000 ERROR x: forged\\x1b[2J"), lines().getFirst());
    assertTrue(lines().stream().skip(2).allMatch(line -> line.startsWith("    ")), lines().toString());
    assertTrue(lines().get(2).endsWith("IllegalStateException: two"), lines().toString());
  }

  @Test
  void aRequestsFiguresAreFieldsInJson() {
    AccessRecord request = new AccessRecord("r-1", "POST", "/v1/chat/completions", "createChatCompletion", 200,
        false, 512, Duration.ofMillis(20), Duration.ofMillis(70), "phone", "127.0.0.1",
        Map.of("first_token_ms", "19", "session", "s\"1", "cost_usd", "0.000120"));
    try (Logs _ = Logs.start(out, Level.INFO, true, false)) {
      System.getLogger("claudegateway.http.access").log(Level.INFO, "{0}", request);
      LOG.log(Level.ERROR, "failed", new IllegalStateException("why"));
    }
    Json.Obj line = objects().getFirst();
    assertEquals(List.of("info", "claudegateway.http.access", "r-1", "phone", "s\"1"),
        List.of(line.string("level").orElseThrow(), line.string("logger").orElseThrow(),
            line.string("request_id").orElseThrow(), line.string("key").orElseThrow(),
            line.string("session").orElseThrow()));
    assertEquals(List.of(200L, 70L, 19L), List.of(line.integer("status").orElseThrow(),
        line.integer("total_ms").orElseThrow(), line.integer("first_token_ms").orElseThrow()));
    assertEquals(0.00012, line.number("cost_usd").orElseThrow());
    Json.Obj failed = objects().getLast();
    assertEquals("java.lang.IllegalStateException: why", failed.string("error").orElseThrow());
    assertTrue(failed.string("trace").orElseThrow().contains("LogsTest"));
  }

  @Test
  void whatWasSaidIsLoggedOnlyWhenAskedFor() {
    try (Logs _ = Logs.start(out, Level.TRACE, true, false)) {
      SAID.log(Level.TRACE, "my secret plan");
      assertFalse(SAID.isLoggable(Level.TRACE));
    }
    assertEquals(List.of(), lines());
    try (Logs _ = Logs.start(out, Level.WARNING, true, true)) {
      SAID.log(Level.TRACE, "my secret plan");
    }
    assertEquals("my secret plan", objects().getFirst().string("message").orElseThrow());
  }

  @Test
  void aReaderThatDoesNotReadHoldsNobodyUp() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    OutputStream stuck = new OutputStream() {
      @Override
      public void write(int one) {
        out.write(one);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        blocked.countDown();
        try {
          goOn.await();
        } catch (InterruptedException stopped) {
          throw new AssertionError(stopped);
        }
        out.write(bytes, offset, length);
      }
    };
    LineHandler handler = new LineHandler(stuck, new TextFormat());
    LogRecord record = new LogRecord(java.util.logging.Level.INFO, "one of many");
    handler.publish(record);
    blocked.await();
    for (int i = 0; i < LineHandler.QUEUE_MAX + 5; i++) {
      handler.publish(record);
    }
    goOn.countDown();
    Await.that("the loss is told", Duration.ofSeconds(10),
        () -> out.toString(StandardCharsets.UTF_8).contains("5 log lines were dropped"));
    handler.close();
    assertEquals(LineHandler.QUEUE_MAX + 2, lines().size());
  }
}

package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs({OS.LINUX, OS.MAC})
class SendRoomTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final CompletableFuture<EventStream> streaming = new CompletableFuture<>();
  private final CountDownLatch fill = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  private void handle(Exchange exchange) throws Exception {
    exchange.body();
    exchange.onClientGone(() -> {});
    EventStream stream = exchange.eventStream();
    stream.comment("hello");
    streaming.complete(stream);
    fill.await();
    try {
      byte[] much = new byte[64 << 10];
      while (end.getCount() > 0) {
        stream.event(much);
      }
    } catch (ClientGoneException closed) {
      end.await();
    }
  }

  @Test
  void aStreamHasRoomUntilItsClientDoesNotRead() throws Exception {
    try (Server server = Server.start(HttpSettings.loopback(0), this::handle)) {
      assertTrue(server.watchesClients());
      try (RawClient client = new RawClient(new Socket("127.0.0.1", server.port()))) {
        client.send("POST", "/", "", "{}");
        EventStream stream = streaming.get(10, TimeUnit.SECONDS);
        Await.that("the socket was found and has room", SOON, stream::hasRoom);
        fill.countDown();
        Await.that("it is full", SOON, () -> !stream.hasRoom());
      }
      end.countDown();
    }
  }

  /** Answers are often over within the time between two looks. */
  @Test
  void aNewStreamIsLookedForAtOnce() throws Exception {
    BlockingQueue<Long> found = new LinkedBlockingQueue<>();
    Handler handler = exchange -> {
      exchange.body();
      long begun = System.nanoTime();
      exchange.onClientGone(() -> {});
      EventStream stream = exchange.eventStream();
      stream.comment("hello");
      Await.that("the socket was found and has room", SOON, stream::hasRoom);
      found.add(System.nanoTime() - begun);
      stream.end();
    };
    try (Server server = Server.start(HttpSettings.loopback(0), handler)) {
      assertTrue(server.watchesClients());
      long soonest = Long.MAX_VALUE;
      for (int i = 0; i < 20; i++) {
        try (RawClient client = new RawClient(new Socket("127.0.0.1", server.port()))) {
          client.send("POST", "/", "", "{}");
          soonest = Math.min(soonest, found.poll(10, TimeUnit.SECONDS));
        }
      }
      assertTrue(soonest < ClientWatch.TICK_MILLIS * 1_000_000 / 2, "the soonest was found after " + soonest + " ns");
    }
  }
}

package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static Server start(Handler handler) throws IOException {
    return Server.start(HttpSettings.loopback(0), new Errors().before(handler));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void eachEventIsOneChunkAndTheLastComesWithTheEnd() throws Exception {
    CountDownLatch firstRead = new CountDownLatch(1);
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        stream.event(utf8("{\"n\":1}"));
        firstRead.await();
        stream.comment("heartbeat");
        stream.append(utf8("data: 2\n\n")).append(utf8("xxdata: 3\n\nxx"), 2, 9).flush();
        stream.append(utf8("data: [DONE]\n\n")).end();
      }
    }); RawClient client = new RawClient(server.port())) {
      client.send("GET", "/", "", "");
      client.skipHead();
      assertEquals("data: {\"n\":1}\n\n", client.chunk());
      firstRead.countDown();
      assertEquals(": heartbeat\n\n", client.chunk());
      assertEquals("data: 2\n\ndata: 3\n\n", client.chunk());
      assertEquals("data: [DONE]\n\n", client.chunk());
      assertEquals("", client.chunk());
      assertEquals(200, client.send("GET", "/", "", "").read("GET").status());
    }
  }

  /** Some clients keep no partial event between two reads. */
  @Test
  void eachEventArrivesInOneRead() throws Exception {
    BlockingQueue<String> read = new LinkedBlockingQueue<>();
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        for (int i = 0; i < 20; i++) {
          stream.event(new byte[1_100]);
          read.take();
        }
        stream.append(utf8("data: [DONE]\n\n")).end();
      }
    }); RawClient client = new RawClient(server.port())) {
      client.send("GET", "/", "", "");
      byte[] buffer = new byte[10_000];
      for (int i = 0; i < 20; i++) {
        int n = client.socket.getInputStream().read(buffer);
        String piece = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        assertTrue(piece.endsWith("\n\n\r\n"), "read " + i + " has " + n + " bytes");
        read.add(piece);
      }
      int n = client.socket.getInputStream().read(buffer);
      assertTrue(new String(buffer, 0, n, StandardCharsets.ISO_8859_1).endsWith("[DONE]\n\n\r\n0\r\n\r\n"));
    }
  }

  @Test
  void anOldProxyGetsAStreamThatEndsWithItsConnection() throws Exception {
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        stream.event(utf8("x"));
        stream.end();
      }
    }); RawClient client = new RawClient(server.port())) {
      client.write("GET / HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      String all = new String(client.in.readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(all.endsWith("\r\n\r\ndata: x\n\n"), all);
      assertFalse(all.toLowerCase(java.util.Locale.ROOT).contains("keep-alive"), all);
    }
  }

  @Test
  void theHeadIsWhatProxiesAndBrowsersNeed() throws Exception {
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        stream.event(utf8("x"));
        stream.end();
      }
    })) {
      RawClient.Answer answer = RawClient.ask(server, "GET", "/", "");
      assertEquals("text/event-stream; charset=utf-8", answer.header("Content-Type"));
      assertEquals("no-cache", answer.header("Cache-Control"));
      assertEquals("no", answer.header("X-Accel-Buffering"));
      assertEquals("nosniff", answer.header("X-Content-Type-Options"));
      assertNull(answer.header("Content-Length"));
    }
  }

  @Test
  void untilTheFirstEventAFailureIsAStatus() throws Exception {
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        assertFalse(stream.begun());
        throw HttpError.conflict("session_busy", "busy");
      }
    })) {
      RawClient.Answer answer = RawClient.ask(server, "GET", "/", "");
      assertEquals(409, answer.status());
      assertEquals("application/json", answer.header("Content-Type"));
    }
  }

  @Test
  void beginSendsTheHeadBeforeAnyEvent() throws Exception {
    CountDownLatch headRead = new CountDownLatch(1);
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        stream.begin();
        assertTrue(stream.begun());
        headRead.await();
        stream.end();
      }
    }); RawClient client = new RawClient(server.port())) {
      client.send("GET", "/", "", "");
      client.skipHead();
      headRead.countDown();
      assertEquals("", client.chunk());
    }
  }

  @Test
  void aStreamThatFailsDoesNotLookComplete() throws Exception {
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        stream.event(utf8("half"));
        throw new IllegalStateException("a fault in mid-stream");
      }
    }); RawClient client = new RawClient(server.port())) {
      client.send("GET", "/", "", "");
      client.skipHead();
      assertEquals("data: half\n\n", client.chunk());
      assertEquals(-1, client.in.read());
    }
  }

  @Test
  void headOfAStreamEndsAtOnce() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        assertThrows(ClientGoneException.class, () -> stream.event(utf8("never read")));
        over.countDown();
      }
    }); RawClient client = new RawClient(server.port())) {
      assertEquals(200, client.send("HEAD", "/", "", "").read("HEAD").status());
      assertTrue(over.await(5, TimeUnit.SECONDS));
      assertEquals(200, client.send("HEAD", "/", "", "").read("HEAD").status());
    }
  }

  @Test
  void aLargeEventArrivesWhole() throws Exception {
    String large = "ä".repeat(500_000);
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        stream.event(utf8(large));
        stream.append(utf8("data: [DONE]\n\n")).end();
      }
    })) {
      assertEquals("data: " + large + "\n\ndata: [DONE]\n\n", RawClient.ask(server, "GET", "/", "").text());
    }
  }

  @Test
  void aClientThatLeftIsNoticedByWriting() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    CountDownLatch left = new CountDownLatch(1);
    try (Server server = start(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        stream.event(utf8("first"));
        left.await();
        for (int i = 0; i < 1_000; i++) {
          stream.event(utf8("more"));
          Thread.sleep(1);
        }
        seen.add("wrote on and on");
      } catch (ClientGoneException gone) {
        seen.add(exchange.clientGone() ? "gone" : "not known");
        throw gone;
      }
    })) {
      try (RawClient client = new RawClient(server.port())) {
        client.send("GET", "/", "", "");
        client.skipHead().chunk();
      }
      left.countDown();
      assertEquals("gone", seen.poll(5, TimeUnit.SECONDS));
      assertTrue(server.awaitIdle(Duration.ofSeconds(5)));
    }
  }

  @Test
  void aClientThatDoesNotReadIsCutOffAndTheThreadGoesOnUnhurt() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    Handler handler = new Errors().before(exchange -> {
      try (EventStream stream = exchange.eventStream()) {
        byte[] piece = new byte[100_000];
        while (true) {
          stream.append(piece).flush();
        }
      } catch (ClientGoneException gone) {
        seen.add(Thread.currentThread().isInterrupted() ? "interrupted" : "gone");
        throw gone;
      }
    });
    HttpLimits limits = HttpLimits.DEFAULT.withWriteStall(Duration.ofMillis(300));
    try (Server server = Server.start(HttpSettings.loopback(0).withLimits(limits), handler);
        RawClient client = new RawClient(server.port())) {
      client.send("GET", "/", "", "");
      assertEquals("gone", seen.poll(10, TimeUnit.SECONDS));
      assertTrue(server.awaitIdle(Duration.ofSeconds(5)));
    }
  }

  @Test
  void aPlainAnswerThatNobodyReadsIsCutOffToo() throws Exception {
    HttpLimits limits = HttpLimits.DEFAULT.withWriteStall(Duration.ofMillis(300));
    try (Server server = Server.start(HttpSettings.loopback(0).withLimits(limits),
            exchange -> exchange.json(200, new byte[64 << 20]));
        RawClient client = new RawClient(server.port())) {
      client.send("GET", "/", "", "");
      client.skipHead();
      assertTrue(server.awaitIdle(Duration.ofSeconds(10)));
      assertTrue(client.in.readAllBytes().length < 64 << 20);
    }
  }

  @Test
  void manyClientsThatDoNotReadAreAllCutOff() throws Exception {
    HttpLimits limits = HttpLimits.DEFAULT.withWriteStall(Duration.ofMillis(300));
    byte[] large = new byte[16 << 20];
    RawClient[] clients = new RawClient[60];
    try (Server server = Server.start(HttpSettings.loopback(0).withLimits(limits),
        exchange -> exchange.json(200, large))) {
      for (int i = 0; i < clients.length; i++) {
        clients[i] = new RawClient(server.port()).send("GET", "/", "", "");
      }
      for (RawClient client : clients) {
        client.skipHead();
      }
      assertTrue(server.awaitIdle(Duration.ofSeconds(10)));
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aSlowReaderThatReadsIsNotCutOff() throws Exception {
    HttpLimits limits = HttpLimits.DEFAULT.withWriteStall(Duration.ofMillis(500));
    int size = 16 << 20;
    try (Server server = Server.start(HttpSettings.loopback(0).withLimits(limits),
            exchange -> exchange.json(200, new byte[size]));
        RawClient client = new RawClient(server.port())) {
      client.send("GET", "/", "", "");
      client.skipHead();
      int read = 0;
      for (int i = 0; read < size; i++) {
        read += client.in.readNBytes(Math.min(size - read, 1 << 20)).length;
        Thread.sleep(100);
        assertTrue(i < 100, "the answer does not end");
      }
      assertEquals(size, read);
    }
  }

  @Test
  void aSlowAnswerMayBeginWithWhiteSpace() throws Exception {
    try (Server server = start(exchange -> {
      try (ResponseStream stream = exchange.stream(200, "application/json")) {
        stream.append(utf8(" ")).flush();
        stream.append(utf8("{}")).end();
      }
    })) {
      RawClient.Answer answer = RawClient.ask(server, "GET", "/", "");
      assertEquals(" {}", answer.text());
      assertEquals("application/json", answer.header("Content-Type"));
    }
  }
}

package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Request bodies: sizes, framing, and clients that are too slow. */
class BodyTest {
  private static final Handler SIZE = new Errors().before(exchange -> {
    byte[] body = exchange.body();
    exchange.json(200, Json.object("size", body.length));
  });

  private static HttpLimits limits(int bodyMax, long bodiesMax, long idleMillis, long timeMillis) {
    return new HttpLimits(bodyMax, bodiesMax, 1_000, 10_000, 100, Duration.ofMillis(600),
        Duration.ofMillis(idleMillis), Duration.ofMillis(timeMillis), Duration.ofSeconds(5), 64L << 20,
        Duration.ofSeconds(5));
  }

  private static Server start(HttpLimits limits, Handler handler) throws IOException {
    return Server.start(HttpSettings.loopback(0).withLimits(limits), handler);
  }

  private static String code(RawClient.Answer answer) {
    return answer.status() + " " + answer.text().replaceFirst(".*\"code\":\"([^\"]*)\".*", "$1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4_095, 65_535, 65_536, 65_537, 131_073, 3_000_000})
  void bodiesArriveWholeInBothFramings(int size) throws Exception {
    byte[] sent = new byte[size];
    new Random(size).nextBytes(sent);
    byte[][] received = new byte[1][];
    Handler handler = exchange -> {
      received[0] = exchange.body();
      assertEquals(received[0], exchange.body());
      exchange.empty(204);
    };
    try (Server server = start(HttpLimits.DEFAULT, handler);
        RawClient client = new RawClient(server.port())) {
      client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + size + "\r\n\r\n");
      client.socket.getOutputStream().write(sent);
      assertEquals(204, client.read("POST").status());
      assertArrayEquals(sent, received[0]);
      client.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int at = 0; at < size; at += 50_000) {
        int piece = Math.min(50_000, size - at);
        client.write(Integer.toHexString(piece) + "\r\n");
        client.socket.getOutputStream().write(sent, at, piece);
        client.write("\r\n");
      }
      assertEquals(204, client.write("0\r\n\r\n").read("POST").status());
      assertArrayEquals(sent, received[0]);
    }
  }

  @Test
  void theLargestBodyIsTakenAndTheNextByteIsNot() throws Exception {
    try (Server server = start(limits(1_000, 1 << 20, 5_000, 5_000), SIZE)) {
      assertEquals("{\"size\":1000}", RawClient.ask(server, "POST", "/", "", "x".repeat(1_000)).text());
      assertEquals("413 request_too_large", code(RawClient.ask(server, "POST", "/", "", "x".repeat(1_001))));
      String chunked = "3e8\r\n" + "x".repeat(1_000) + "\r\n1\r\nx\r\n0\r\n\r\n";
      assertEquals("413 request_too_large",
          code(RawClient.ask(server, "POST", "/", "Transfer-Encoding: chunked\r\n", chunked)));
    }
  }

  /** The client writes all before it reads anything, as most do: closing early would reset its connection. */
  @Test
  void aClientThatGoesOnSendingCanReadTheRefusal() throws Exception {
    try (Server server = start(limits(1 << 20, 8 << 20, 5_000, 5_000), SIZE);
        RawClient client = new RawClient(server.port())) {
      client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + (24 << 20) + "\r\n\r\n");
      OutputStream out = client.socket.getOutputStream();
      byte[] piece = new byte[1 << 20];
      for (int i = 0; i < 24; i++) {
        out.write(piece);
      }
      assertEquals("413 request_too_large", code(client.read("POST")));
      assertEquals("{\"size\":2}", client.send("POST", "/", "", "{}").read("POST").text());
    }
  }

  @Test
  void theRefusalComesBeforeTheRestIsSent() throws Exception {
    try (Server server = start(limits(1_000, 1 << 20, 5_000, 5_000), SIZE);
        RawClient client = new RawClient(server.port())) {
      client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n");
      assertEquals("413 request_too_large", code(client.read("POST")));
    }
  }

  @Test
  void anAnswerThatDoesNotWaitForTheBodyCanBeRead() throws Exception {
    Handler hasty = new Errors().before(exchange -> {
      throw HttpError.unauthorized("missing_api_key", "no");
    });
    try (Server server = start(limits(32 << 20, 64 << 20, 5_000, 5_000), hasty);
        RawClient client = new RawClient(server.port())) {
      String body = "x".repeat(3 << 20);
      assertEquals(401, client.send("POST", "/", "", body).read("POST").status());
      assertEquals(401, client.send("POST", "/", "", body).read("POST").status());
    }
  }

  @Test
  void aPausingClientGets408() throws Exception {
    try (Server server = start(limits(1_000, 1 << 20, 300, 5_000), SIZE);
        RawClient client = new RawClient(server.port())) {
      client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
      RawClient.Answer answer = client.read("POST");
      assertEquals("408 request_timeout", code(answer));
      assertEquals("close", answer.header("Connection"));
      assertEquals(-1, client.in.read());
      assertTrue(server.awaitIdle(Duration.ofSeconds(5)));
    }
  }

  @Test
  void aClientThatTricklesGets408() throws Exception {
    try (Server server = start(limits(1_000, 1 << 20, 300, 900), SIZE);
        RawClient client = new RawClient(server.port())) {
      client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
      for (int i = 0; client.socket.getInputStream().available() == 0; i++) {
        assertTrue(i < 60, "trickled for too long");
        client.write("x");
        Thread.sleep(100);
      }
      assertEquals("408 request_timeout", code(client.read("POST")));
    }
  }

  @Test
  void aSlowHeadIsCutOff() throws Exception {
    try (Server server = start(limits(1_000, 1 << 20, 5_000, 5_000), SIZE);
        RawClient client = new RawClient(server.port())) {
      client.write("POST / HTTP/1.1\r\nHost: x\r\nX-Half: ");
      long start = System.nanoTime();
      assertEquals(-1, client.in.read());
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(4).toNanos());
    }
  }

  @Test
  void aClientThatLeavesInItsBodyIsNoFault() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Handler handler = new Errors().before(exchange -> {
      try {
        assertThrows(ClientGoneException.class, exchange::body);
      } finally {
        over.countDown();
      }
      throw new ClientGoneException("seen", null);
    });
    try (Server server = start(HttpLimits.DEFAULT, handler)) {
      try (RawClient client = new RawClient(server.port())) {
        client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
      }
      assertTrue(over.await(5, TimeUnit.SECONDS));
      assertTrue(server.awaitIdle(Duration.ofSeconds(5)));
    }
  }

  @Test
  void allBodiesTogetherAreBounded() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    Handler handler = new Errors().before(exchange -> {
      int size = exchange.body().length;
      inside.countDown();
      go.await();
      exchange.json(200, Json.object("size", size));
    });
    try (Server server = start(limits(1 << 20, 1_500_000, 5_000, 5_000), handler);
        RawClient first = new RawClient(server.port())) {
      String body = "x".repeat(1_000_000);
      first.send("POST", "/", "", body);
      assertTrue(inside.await(5, TimeUnit.SECONDS));
      RawClient.Answer second = RawClient.ask(server, "POST", "/", "", body);
      assertEquals("503 overloaded", code(second));
      assertEquals("1", second.header("Retry-After"));
      go.countDown();
      assertEquals("{\"size\":1000000}", first.read("POST").text());
      assertTrue(server.awaitIdle(Duration.ofSeconds(5)));
      assertEquals("{\"size\":1000000}", RawClient.ask(server, "POST", "/", "", body).text());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "-1\r\n\r\n"})
  void brokenChunksEndTheConnection(String body) throws Exception {
    try (Server server = start(HttpLimits.DEFAULT, SIZE); RawClient client = new RawClient(server.port())) {
      client.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
      client.socket.shutdownOutput();
      byte[] rest = client.in.readAllBytes();
      assertTrue(!new String(rest, StandardCharsets.UTF_8).contains(" 500 "), new String(rest));
      assertTrue(server.awaitIdle(Duration.ofSeconds(5)));
    }
  }
}

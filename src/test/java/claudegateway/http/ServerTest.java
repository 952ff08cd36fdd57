package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerTest {
  private static Server start(Handler handler) throws IOException {
    return Server.start(HttpSettings.loopback(0), handler);
  }

  @Test
  void answersJsonOnEveryAddressWithOnePort() throws Exception {
    try (Server server = start(exchange -> exchange.json(200, Json.object("path", exchange.path())))) {
      for (String host : List.of("127.0.0.1", "::1")) {
        InetAddress address = InetAddress.ofLiteral(host);
        if (NetworkInterface.getByInetAddress(address) != null) {
          try (RawClient client = new RawClient(new Socket(address, server.port()))) {
            RawClient.Answer answer = client.send("GET", "/a", "", "").read("GET");
            assertEquals("{\"path\":\"/a\"}", answer.text());
            assertEquals("application/json", answer.header("Content-Type"));
          }
        }
      }
    }
  }

  @Test
  void keepsTheConnectionForManyRequests() throws Exception {
    try (Server server = start(exchange -> exchange.json(200, exchange.body()));
        RawClient client = new RawClient(server.port())) {
      for (int i = 0; i < 50; i++) {
        String body = "{\"n\":" + i + "}";
        assertEquals(body, client.send("POST", "/", "", body).read("POST").text());
      }
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    try (Server server = start(exchange -> exchange.json(200, Json.object("p", exchange.path())));
        RawClient client = new RawClient(server.port())) {
      for (int i = 0; i < 10; i++) {
        client.send("GET", "/" + i, "", "");
      }
      for (int i = 0; i < 10; i++) {
        assertEquals("{\"p\":\"/" + i + "\"}", client.read("GET").text());
      }
    }
  }

  @Test
  void headHasTheLengthButNoBody() throws Exception {
    try (Server server = start(exchange -> exchange.json(200, "12345".getBytes(StandardCharsets.UTF_8)));
        RawClient client = new RawClient(server.port())) {
      assertEquals("5", client.send("HEAD", "/", "", "").read("HEAD").header("Content-Length"));
      assertEquals("12345", client.send("GET", "/", "", "").read("GET").text());
    }
  }

  @Test
  void ignoresAnOfferOfHttp2() throws Exception {
    try (Server server = start(exchange -> exchange.json(200, exchange.body()))) {
      RawClient.Answer answer = RawClient.ask(server, "POST", "/", "Connection: Upgrade, HTTP2-Settings\r\n"
          + "Upgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n", "{}");
      assertEquals(200, answer.status());
      assertEquals("{}", answer.text());
    }
  }

  @Test
  void repliesToExpectContinue() throws Exception {
    try (Server server = start(exchange -> exchange.json(200, exchange.body()));
        RawClient client = new RawClient(server.port())) {
      client.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertEquals("HTTP/1.1 100 Continue", client.line());
      client.skipHead().write("{}");
      assertEquals("{}", client.read("POST").text());
    }
  }

  @Test
  void aPortInUseIsSaidClearly() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      PortInUseException refused = assertThrows(PortInUseException.class,
          () -> Server.start(HttpSettings.loopback(other.getLocalPort()), exchange -> {}));
      String message = refused.getMessage();
      assertTrue(message.contains("port " + other.getLocalPort() + " is in use"), message);
    }
  }

  @Test
  void aPortInUseByAServerOnAllAddressesIsNoticed() throws Exception {
    try (ServerSocket other = new ServerSocket(0)) {
      assertThrows(PortInUseException.class,
          () -> Server.start(HttpSettings.loopback(other.getLocalPort()), exchange -> {}));
    }
  }

  @Test
  void anAddressOfAnotherMachineIsSaidClearly() {
    IOException refused = assertThrows(IOException.class,
        () -> Server.start(HttpSettings.on(List.of("192.0.2.1"), 0), exchange -> {}));
    assertTrue(refused.getMessage().contains("192.0.2.1"), refused.getMessage());
  }

  @Test
  void addressesNeedACommonPort() {
    assertThrows(IllegalArgumentException.class, () -> new HttpSettings(List.of(
        new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress("::1", 2)), 1, Optional.empty(),
        HttpLimits.DEFAULT));
  }

  @Test
  void runningExchangesFinishAfterTheServerStoppedAccepting() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Server server = start(exchange -> {
      inside.countDown();
      go.await();
      exchange.json(200, Json.object("done", true));
    });
    try (server;
        RawClient client = new RawClient(server.port());
        RawClient later = new RawClient(server.port())) {
      client.send("GET", "/", "", "");
      assertTrue(inside.await(5, TimeUnit.SECONDS));
      assertEquals(1, server.active());
      server.stopAccepting();
      assertFalse(server.awaitIdle(Duration.ofMillis(20)));
      assertRefusedSoon(server.port());
      RawClient.Answer refused = later.send("GET", "/", "", "").read("GET");
      assertEquals(503, refused.status());
      assertEquals("close", refused.header("Connection"));
      assertTrue(refused.text().contains("shutting_down"), refused.text());
      go.countDown();
      assertEquals("{\"done\":true}", client.read("GET").text());
      assertTrue(server.awaitIdle(Duration.ofSeconds(5)));
    }
  }

  private static void assertRefusedSoon(int port) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (System.nanoTime() < until) {
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        Thread.sleep(5);
      } catch (IOException refused) {
        return;
      }
    }
    throw new AssertionError("still accepts");
  }

  @Test
  void connectionsBeyondTheLimitAreClosed() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    HttpLimits one = new HttpLimits(1, 1, 1_000, 10_000, 1, Duration.ofSeconds(5), Duration.ofSeconds(5),
        Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ofSeconds(5));
    try (Server server = Server.start(HttpSettings.loopback(0).withLimits(one), exchange -> {
          inside.countDown();
          go.await();
          exchange.empty(204);
        });
        RawClient first = new RawClient(server.port());
        RawClient second = new RawClient(server.port())) {
      first.send("GET", "/", "", "");
      assertTrue(inside.await(5, TimeUnit.SECONDS));
      second.send("GET", "/", "", "");
      assertThrows(IOException.class, () -> second.read("GET"));
      go.countDown();
      assertEquals(204, first.read("GET").status());
      assertEquals(204, askUntilServed(server).status());
    }
  }

  /** The first call's thread may take a moment to be gone. */
  private static RawClient.Answer askUntilServed(Server server) throws IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (true) {
      try {
        return RawClient.ask(server, "GET", "/", "");
      } catch (IOException closed) {
        if (System.nanoTime() > until) {
          throw closed;
        }
      }
    }
  }

  @Test
  void aHandlerWithoutAnErrorFilterStillAnswers() throws Exception {
    try (Server server = start(exchange -> {
      throw HttpError.conflict("session_busy", "busy");
    })) {
      assertEquals(409, RawClient.ask(server, "GET", "/", "").status());
    }
  }

  @Test
  void requestLinesThatAreNoneAreRefusedOrCutOff() throws Exception {
    try (Server server = start(exchange -> exchange.empty(204))) {
      for (String line : List.of("GET", "GET /", "GET / x y", "GET /%zz HTTP/1.1", "\u0000\u0001\u0002",
          "GET /[ HTTP/1.1")) {
        try (RawClient client = new RawClient(server.port())) {
          client.write(line + "\r\n\r\n");
          client.socket.shutdownOutput();
          String answer = new String(client.in.readAllBytes(), StandardCharsets.ISO_8859_1);
          assertTrue(answer.matches("(?s)|HTTP/1.1 (400|204).*"), line + " -> " + answer);
        }
      }
      assertEquals(204, RawClient.ask(server, "GET", "/", "").status());
    }
  }
}

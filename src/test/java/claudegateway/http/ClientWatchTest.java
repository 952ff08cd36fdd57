package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.json.Json;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class ClientWatchTest {
  private static final long WITHIN_MILLIS = 1_000;
  /** Several looks long. */
  private static final long STAYS_MILLIS = 900;

  private final BlockingQueue<String> gone = new LinkedBlockingQueue<>();
  private final CountDownLatch watching = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  /** Watches; /stream has sent a first event by then; answers when the test or the callback says so. */
  private void handle(Exchange exchange) throws Exception {
    EventStream stream = exchange.path().startsWith("/stream") ? exchange.eventStream() : null;
    if (stream != null) {
      stream.comment("hello");
    }
    exchange.body();
    exchange.onClientGone(() -> {
      gone.add(exchange.path());
      end.countDown();
    });
    watching.countDown();
    end.await();
    if (stream == null) {
      exchange.json(200, Json.object("gone", exchange.clientGone()));
    } else {
      stream.event("{}".getBytes());
      stream.end();
    }
  }

  private void leaves(String path, boolean reset) throws Exception {
    for (String host : List.of("127.0.0.1", "::1")) {
      InetAddress address = InetAddress.ofLiteral(host);
      if (NetworkInterface.getByInetAddress(address) != null) {
        ClientWatchTest once = new ClientWatchTest();
        try (Server server = Server.start(HttpSettings.loopback(0), once::handle)) {
          assertTrue(server.watchesClients());
          RawClient client = new RawClient(new Socket(address, server.port()));
          client.send("POST", path, "", "{}");
          assertTrue(once.watching.await(5, TimeUnit.SECONDS));
          if (reset) {
            client.socket.setSoLinger(true, 0);
          }
          client.close();
          assertEquals(path, once.gone.poll(WITHIN_MILLIS, TimeUnit.MILLISECONDS), host);
        }
      }
    }
  }

  @Test
  void noticesAClientThatLeavesWhileItWaitsForAPlainAnswer() throws Exception {
    leaves("/plain", false);
  }

  @Test
  void noticesAClientThatLeavesAStream() throws Exception {
    leaves("/stream", false);
  }

  @Test
  void noticesAResetConnection() throws Exception {
    leaves("/plain", true);
    leaves("/stream", true);
  }

  @Test
  void noticesAClientOfAServerThatListensOnAllAddresses() throws Exception {
    try (Server server = Server.start(HttpSettings.on(List.of("0.0.0.0"), 0), this::handle)) {
      RawClient client = new RawClient(server.port());
      client.send("GET", "/plain", "", "");
      assertTrue(watching.await(5, TimeUnit.SECONDS));
      client.close();
      assertEquals("/plain", gone.poll(WITHIN_MILLIS, TimeUnit.MILLISECONDS));
    }
  }

  @Test
  void noticesTheEndOfATlsConnectionAlthoughItsLastWordsWait(@TempDir Path folder) throws Exception {
    TestTls tls = TestTls.create(folder);
    try (Server server = Server.start(HttpSettings.loopback(0).withTls(tls.server()), this::handle)) {
      SSLSocket socket = tls.connect(server.port());
      RawClient client = new RawClient(socket);
      client.send("GET", "/plain", "", "");
      assertTrue(watching.await(5, TimeUnit.SECONDS));
      client.close();
      assertEquals("/plain", gone.poll(WITHIN_MILLIS, TimeUnit.MILLISECONDS));
    }
  }

  @Test
  void neverReportsAClientThatStays() throws Exception {
    try (Server server = Server.start(HttpSettings.loopback(0), this::handle);
        RawClient client = new RawClient(server.port())) {
      client.send("GET", "/plain", "", "");
      assertTrue(watching.await(5, TimeUnit.SECONDS));
      assertEquals(null, gone.poll(STAYS_MILLIS, TimeUnit.MILLISECONDS));
      end.countDown();
      assertEquals("{\"gone\":false}", client.read("GET").text());
    }
  }

  @Test
  void neverReportsAClientThatHasSentItsNextRequestAlready() throws Exception {
    try (Server server = Server.start(HttpSettings.loopback(0), this::handle);
        RawClient client = new RawClient(server.port())) {
      client.send("GET", "/plain", "", "").send("GET", "/stream", "", "");
      assertTrue(watching.await(5, TimeUnit.SECONDS));
      assertEquals(null, gone.poll(STAYS_MILLIS, TimeUnit.MILLISECONDS));
      end.countDown();
      assertEquals(200, client.read("GET").status());
    }
  }

  @Test
  void reportsTheOneThatLeftAmongManyThatStayAndComeAndGo() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    Handler handler = exchange -> {
      if (!exchange.path().equals("/quick")) {
        exchange.onClientGone(() -> gone.add(exchange.path()));
        inside.incrementAndGet();
        end.await();
      }
      exchange.json(200, Json.object());
    };
    try (Server server = Server.start(HttpSettings.loopback(0), handler)) {
      RawClient[] clients = new RawClient[60];
      for (int i = 0; i < clients.length; i++) {
        clients[i] = new RawClient(server.port()).send("GET", "/" + i, "", "");
      }
      Await.that("all requests are inside", Duration.ofSeconds(20), () -> inside.get() == clients.length);
      for (int i = 0; i < clients.length; i += 20) {
        clients[i].close();
        for (int quick = 0; quick < 20; quick++) {
          assertEquals(200, RawClient.ask(server, "GET", "/quick", "").status());
        }
        assertEquals("/" + i, gone.poll(WITHIN_MILLIS, TimeUnit.MILLISECONDS));
      }
      assertEquals(null, gone.poll(STAYS_MILLIS, TimeUnit.MILLISECONDS));
      end.countDown();
      for (int i = 1; i < clients.length; i += 20) {
        assertEquals(200, clients[i].read("GET").status());
      }
    }
  }

  @Test
  void aClientThatClosesAfterItsAnswerIsNotReported() throws Exception {
    Handler handler = exchange -> {
      exchange.onClientGone(() -> gone.add("gone"));
      exchange.json(200, Json.object());
    };
    try (Server server = Server.start(HttpSettings.loopback(0), handler)) {
      for (int i = 0; i < 200; i++) {
        assertEquals(200, RawClient.ask(server, "GET", "/", "").status());
      }
      assertEquals(null, gone.poll(STAYS_MILLIS, TimeUnit.MILLISECONDS));
    }
  }
}

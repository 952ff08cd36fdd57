package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import claudegateway.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
  private TestTls tls;
  private Server server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    tls = TestTls.create(folder);
    Router router = new Router()
        .route("POST", "/echo", "echo", exchange -> exchange.json(200, exchange.body()))
        .route("GET", "/stream", "stream", exchange -> {
          try (EventStream stream = exchange.eventStream()) {
            stream.event(new byte[] {'a'});
            stream.event(new byte[] {'b'});
            stream.end();
          }
        })
        .route("GET", "/tls", "tls", exchange -> exchange.json(200, Json.object("tls", exchange.tls())));
    AccessPolicy policy =
        new AccessPolicy(Set.of("gateway.example"), Set.of(), List.of(), false, false, 0, 1);
    server = Server.start(HttpSettings.loopback(0).withTls(tls.server()),
        Pipeline.of(policy, router, Filter.NONE, List.of()));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void speaksTls(String version) throws Exception {
    SSLSocket socket = tls.connect(server.port());
    socket.setEnabledProtocols(new String[] {version});
    try (RawClient client = new RawClient(socket)) {
      String body = "x".repeat(100_000);
      assertEquals(body, client.send("POST", "/echo", "", body).read("POST").text());
      assertEquals("data: a\n\ndata: b\n\n", client.send("GET", "/stream", "", "").read("GET").text());
      assertEquals("{\"tls\":true}", client.send("GET", "/tls", "", "").read("GET").text());
      assertEquals(version, socket.getSession().getProtocol());
    }
  }

  @Test
  void refusesOldTls() throws Exception {
    SSLSocket socket = tls.connect(server.port());
    socket.setEnabledProtocols(new String[] {"TLSv1.1"});
    assertThrows(IOException.class, socket::startHandshake);
    socket.close();
  }

  @Test
  void asksBrowsersToStayWithTlsExceptForLocalhost() throws Exception {
    try (RawClient client = new RawClient(tls.connect(server.port()))) {
      assertNotNull(client.send("GET", "/tls", "Host: gateway.example\r\n", "").read("GET")
          .header("Strict-Transport-Security"));
      assertNull(client.send("GET", "/tls", "Host: localhost:1\r\n", "").read("GET")
          .header("Strict-Transport-Security"));
      assertNull(client.send("GET", "/tls", "Host: 127.0.0.1\r\n", "").read("GET")
          .header("Strict-Transport-Security"));
    }
  }

  @Test
  void plainHttpToATlsPortDisturbsNobody() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      client.in.readAllBytes();
    }
    speaksTls("TLSv1.3");
  }
}

package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filters that need no keys, in their pipeline. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FiltersTest {
  private static final byte[] LARGE =
      Json.object("text", "all work and no play ".repeat(200)).toBytes();

  private final BlockingQueue<AccessRecord> log = new LinkedBlockingQueue<>();
  private Server server;

  @BeforeAll
  void start() throws Exception {
    Router router = new Router()
        .open("GET", "/health", "health", exchange -> exchange.json(200, Json.object("ok", true)))
        .route("GET", "/large", "large", exchange -> exchange.json(200, LARGE))
        .route("GET", "/page", "page", exchange -> exchange.send(200, "text/html", LARGE))
        .route("GET", "/stream", "stream", exchange -> {
          try (EventStream stream = exchange.eventStream()) {
            stream.event(LARGE);
            stream.end();
          }
        })
        .route("GET", "/fault", "fault", exchange -> {
          throw new IllegalStateException("the secret of the stack trace");
        })
        .route("GET", "/silent", "silent", exchange -> {})
        .route("GET", "/noted", "noted", exchange -> {
          exchange.note("session", "s\n1");
          exchange.json(200, Json.object());
        })
        .route("GET", "/echo", "echo", exchange -> {
          exchange.header("X-Echo", exchange.query("text").orElse(""));
          exchange.empty(204);
        })
        .route("POST", "/post", "post", exchange -> exchange.json(200, exchange.body()));
    AccessPolicy policy = new AccessPolicy(Set.of("Gateway.Example:8000"),
        Set.of("https://app.example", "null"), List.of(), false, false, 0, 1);
    server = Server.start(HttpSettings.loopback(0),
        Pipeline.of(policy, router, Filter.NONE, List.of(log::add)));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private RawClient.Answer get(String target, String headers) throws Exception {
    return RawClient.ask(server, "GET", target, headers);
  }

  private static String code(RawClient.Answer answer) {
    return answer.text().replaceFirst(".*\"code\":\"([^\"]*)\".*", "$1");
  }

  // Names

  @ParameterizedTest
  @ValueSource(strings = {"a", "my-id_1.2:3"})
  void takesAHarmlessRequestId(String id) throws Exception {
    assertEquals(id, get("/health", "X-Request-ID: " + id + "\r\n").header("X-Request-ID"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "<script>", "ä", "%0a"})
  void replacesAnyOther(String id) throws Exception {
    String made = get("/health", "X-Request-ID: " + id + "\r\n").header("X-Request-ID");
    assertTrue(made.matches("req_[0-9a-f]{24}"), made);
  }

  @Test
  void replacesALongOneAndMakesEachOneNew() throws Exception {
    String first = get("/health", "X-Request-ID: " + "x".repeat(129) + "\r\n").header("X-Request-ID");
    assertTrue(first.startsWith("req_"), first);
    assertNotEquals(first, get("/health", "").header("X-Request-ID"));
  }

  // Headers

  @Test
  void securityHeadersAreOnAnswersAndRefusals() throws Exception {
    for (String target : List.of("/health", "/nothing", "/fault")) {
      RawClient.Answer answer = get(target, "");
      assertEquals("nosniff", answer.header("X-Content-Type-Options"));
      assertEquals("DENY", answer.header("X-Frame-Options"));
      assertEquals("no-store", answer.header("Cache-Control"));
      assertNull(answer.header("Strict-Transport-Security"));
    }
  }

  @Test
  void aHeaderValueCannotBreakOut() throws Exception {
    RawClient.Answer answer = get("/echo?text=a%0d%0aSet-Cookie:%20x%E2%82%AC", "");
    assertEquals(204, answer.status());
    assertEquals("a??Set-Cookie: x?", answer.header("X-Echo"));
    assertNull(answer.header("Set-Cookie"));
  }

  // Host

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:8000", "localhost.", "app.localhost:1", "127.0.0.1",
      "127.0.0.1:8000", "192.168.1.7:8000", "[::1]", "[::1]:8000", "[fe80::1%25en0]",
      "gateway.example", "gateway.EXAMPLE:99"})
  void answersForKnownHosts(String host) throws Exception {
    assertEquals(200, get("/health", "Host: " + host + "\r\n").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
      "gateway.example.evil", "[evil]", "evil.example:8000", "0x7f.1", "notlocalhost",
      "127.0.0.1@evil.example"})
  void refusesOtherHosts(String host) throws Exception {
    RawClient.Answer answer = get("/health", "Host: " + host + "\r\n");
    assertEquals(421, answer.status());
    assertEquals("host_not_allowed", code(answer));
  }

  @Test
  void wantsExactlyOneHost() throws Exception {
    assertEquals(400, get("/health", "Host: localhost\r\nHost: localhost\r\n").status());
    try (RawClient client = new RawClient(server.port())) {
      assertEquals(400, client.write("GET /health HTTP/1.1\r\n\r\n").read("GET").status());
    }
    try (RawClient client = new RawClient(server.port())) {
      assertEquals(200, client.write("GET /health HTTP/1.0\r\n\r\n").read("GET").status());
    }
  }

  // Peer

  @ParameterizedTest
  @ValueSource(strings = {"Forwarded: for=1.2.3.4", "X-Forwarded-For: 1.2.3.4", "x-forwarded-for: ",
      "X-Real-IP: 1.2.3.4", "Via: 1.1 proxy"})
  void withoutKeysProxiedRequestsAreRefused(String header) throws Exception {
    RawClient.Answer answer = get("/health", header + "\r\n");
    assertEquals(403, answer.status());
    assertEquals("remote_access_denied", code(answer));
    assertTrue(answer.text().contains("API_KEYS"), answer.text());
  }

  // Origin

  @ParameterizedTest
  @CsvSource({"https://app.example,localhost", "HTTPS://APP.example:443,localhost", "null,localhost",
      "http://localhost:8000,localhost:8000", "http://localhost,localhost:80",
      "https://127.0.0.1:1,127.0.0.1:1"})
  void allowsListedAndSameOrigins(String origin, String host) throws Exception {
    RawClient.Answer answer = get("/health", "Host: " + host + "\r\nOrigin: " + origin + "\r\n");
    assertEquals(200, answer.status());
    assertEquals(origin, answer.header("Access-Control-Allow-Origin"));
    assertEquals("Origin", answer.header("Vary"));
  }

  @ParameterizedTest
  @CsvSource({"https://evil.example,localhost", "http://app.example,localhost",
      "https://app.example:8443,localhost", "http://localhost:3000,localhost:8000",
      "https://app.example.evil,localhost"})
  void refusesOtherOrigins(String origin, String host) throws Exception {
    RawClient.Answer answer = get("/health", "Host: " + host + "\r\nOrigin: " + origin + "\r\n");
    assertEquals(403, answer.status());
    assertEquals("origin_not_allowed", code(answer));
    assertNull(answer.header("Access-Control-Allow-Origin"));
  }

  @Test
  void answersAPreflight() throws Exception {
    RawClient.Answer answer = RawClient.ask(server, "OPTIONS", "/post", "Origin: https://app.example\r\n"
        + "Access-Control-Request-Method: POST\r\n"
        + "Access-Control-Request-Headers: authorization,content-type\r\n");
    assertEquals(204, answer.status());
    assertTrue(answer.header("Access-Control-Allow-Methods").contains("POST"));
    assertEquals("authorization,content-type", answer.header("Access-Control-Allow-Headers"));
    assertEquals("https://app.example", answer.header("Access-Control-Allow-Origin"));
  }

  @Test
  void refusesAPreflightFromElsewhere() throws Exception {
    assertEquals(403, RawClient.ask(server, "OPTIONS", "/post", "Origin: https://evil.example\r\n"
        + "Access-Control-Request-Method: POST\r\n").status());
  }

  @Test
  void secFetchHeadersWithoutOriginAreNoBrowser() throws Exception {
    assertEquals(200, get("/health", "Sec-Fetch-Mode: cors\r\nSec-Fetch-Site: cross-site\r\n").status());
  }

  // Bodies

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json"})
  void takesJsonBodies(String type) throws Exception {
    assertEquals("{}", RawClient.ask(server, "POST", "/post", "Content-Type: " + type + "\r\n", "{}").text());
  }

  @Test
  void takesABodyWithoutAType() throws Exception {
    assertEquals("{}", RawClient.ask(server, "POST", "/post", "", "{}").text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x", "text/json5", "application/jsonx"})
  void refusesBodiesOfAnotherType(String type) throws Exception {
    RawClient.Answer answer = RawClient.ask(server, "POST", "/post", "Content-Type: " + type + "\r\n", "{}");
    assertEquals(415, answer.status());
    assertEquals("unsupported_media_type", code(answer));
  }

  @Test
  void theTypeOfNoBodyIsNobodysBusiness() throws Exception {
    String headers = "Content-Type: text/plain\r\nContent-Length: 0\r\n";
    assertEquals(200, RawClient.ask(server, "POST", "/post", headers).status());
  }

  @Test
  void refusesACompressedBody() throws Exception {
    assertEquals(415, RawClient.ask(server, "POST", "/post", "Content-Encoding: gzip\r\n", "{}").status());
  }

  // Compression and tags

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "gzip, deflate", "br;q=1.0, GZIP;q=0.8", "*"})
  void gzipsLargeJsonWhenAsked(String accepted) throws Exception {
    RawClient.Answer answer = get("/large", "Accept-Encoding: " + accepted + "\r\n");
    assertEquals("gzip", answer.header("Content-Encoding"));
    assertEquals("Accept-Encoding", answer.header("Vary"));
    assertTrue(answer.body().length < LARGE.length / 5);
    assertArrayEquals(LARGE, new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "identity", "gzip;q=0", "gzip; q=0.0", "br"})
  void doesNotGzipUnasked(String accepted) throws Exception {
    RawClient.Answer answer = get("/large", "Accept-Encoding: " + accepted + "\r\n");
    assertNull(answer.header("Content-Encoding"));
    assertArrayEquals(LARGE, answer.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/page", "/stream"})
  void neverGzipsSmallOrOtherAnswersOrStreams(String target) throws Exception {
    RawClient.Answer answer = get(target, "Accept-Encoding: gzip\r\n");
    assertEquals(200, answer.status());
    assertNull(answer.header("Content-Encoding"));
  }

  @Test
  void answers304ToWhoHasItAlready() throws Exception {
    String tag = get("/large", "").header("ETag");
    assertEquals(tag, get("/large", "Accept-Encoding: gzip\r\n").header("ETag"));
    for (String known : List.of(tag, "W/\"other\", " + tag, tag.substring(2), "*")) {
      RawClient.Answer answer = get("/large", "If-None-Match: " + known + "\r\n");
      assertEquals(304, answer.status(), known);
      assertEquals(tag, answer.header("ETag"));
      assertNull(answer.header("Content-Length"));
    }
    assertEquals(200, get("/large", "If-None-Match: W/\"other\"\r\n").status());
    assertNull(get("/nothing", "").header("ETag"));
  }

  // Limits of the head

  @Test
  void refusesALongUrl() throws Exception {
    RawClient.Answer answer = get("/health?" + "x".repeat(17_000), "");
    assertEquals(414, answer.status());
    assertEquals("uri_too_long", code(answer));
  }

  @Test
  void refusesLargeHeaders() throws Exception {
    RawClient.Answer answer = get("/health", ("X-Pad: " + "x".repeat(1_000) + "\r\n").repeat(70));
    assertEquals(431, answer.status());
    assertEquals("headers_too_large", code(answer));
  }

  // Faults

  @Test
  void aFaultIs500WithoutItsSecrets() throws Exception {
    RawClient.Answer answer = get("/fault", "X-Request-ID: find-me\r\n");
    assertEquals(500, answer.status());
    assertEquals("internal_error", code(answer));
    assertTrue(answer.text().contains("find-me"), answer.text());
    assertTrue(!answer.text().contains("secret"), answer.text());
  }

  @Test
  void aHandlerThatSaysNothingIsAFault() throws Exception {
    assertEquals(500, get("/silent", "").status());
  }

  // Log

  @Test
  void listenersHearOfEachRequest() throws Exception {
    get("/noted?api_key=hidden", "X-Request-ID: one\r\n");
    AccessRecord noted = logged("one");
    assertEquals(List.of("one", "GET", "/noted", "noted", "127.0.0.1", ""), List.of(noted.requestId(),
        noted.method(), noted.path(), noted.route(), noted.peer(), noted.principal()));
    assertEquals(200, noted.status());
    assertEquals(2, noted.bytes());
    assertEquals("s\n1", noted.notes().get("session"));
    assertTrue(noted.total().compareTo(noted.firstByte()) >= 0);
    get("/nothing", "X-Request-ID: two\r\n");
    AccessRecord nothing = logged("two");
    assertEquals(404, nothing.status());
    assertEquals("", nothing.route());
  }

  private AccessRecord logged(String requestId) throws InterruptedException {
    AccessRecord next = log.poll(5, TimeUnit.SECONDS);
    while (!next.requestId().equals(requestId)) {
      next = log.poll(5, TimeUnit.SECONDS);
    }
    return next;
  }

  @Test
  void aStreamKeepsItsBytes() throws Exception {
    assertEquals("data: " + new String(LARGE, StandardCharsets.UTF_8) + "\n\n", get("/stream", "").text());
  }
}

package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Keys, peers and rate limits. */
class AccessTest {
  private static final List<ApiKey> KEYS = List.of(new ApiKey("phone", "sk-1"), new ApiKey("laptop", "sk-2"));

  private static Router router() {
    return new Router()
        .open("GET", "/health", "health", exchange -> exchange.json(200, Json.object()))
        .route("GET", "/who", "who", exchange -> exchange.json(200, Json.object("key", exchange.principal())))
        .route("GET", "/replay", "replay", exchange -> {
          exchange.giveBackToken();
          exchange.giveBackToken();
          exchange.json(200, Json.object());
        });
  }

  private static Server start(AccessPolicy policy) throws Exception {
    return Server.start(HttpSettings.loopback(0), Pipeline.of(policy, router(), Filter.NONE, List.of()));
  }

  private static AccessPolicy keys(List<ApiKey> keys, boolean inQuery) {
    return new AccessPolicy(Set.of(), Set.of("https://app.example"), keys, true, inQuery, 0, 1);
  }

  private static String code(RawClient.Answer answer) {
    return answer.status() + " " + answer.text().replaceFirst(".*\"code\":\"([^\"]*)\".*", "$1");
  }

  @Test
  void asksForAKey() throws Exception {
    try (Server server = start(keys(KEYS, false))) {
      RawClient.Answer missing = RawClient.ask(server, "GET", "/who", "");
      assertEquals("401 missing_api_key", code(missing));
      assertEquals("Bearer", missing.header("WWW-Authenticate"));
      assertTrue(missing.text().contains("\"type\":\"authentication_error\""), missing.text());
      for (String none : List.of("Authorization: Basic sk-1", "Authorization: Bearer ", "Authorization: sk-1",
          "x-api-key: ")) {
        assertEquals("401 missing_api_key", code(RawClient.ask(server, "GET", "/who", none + "\r\n")), none);
      }
      for (String bad : List.of("Authorization: Bearer sk-3", "x-api-key: sk-", "Authorization: Bearer phone",
          "Authorization: Bearer sk-1 sk-1")) {
        assertEquals("401 invalid_api_key", code(RawClient.ask(server, "GET", "/who", bad + "\r\n")), bad);
      }
    }
  }

  @Test
  void aKeyGivesItsName() throws Exception {
    try (Server server = start(keys(KEYS, false))) {
      for (String right : List.of(
          "Authorization: Bearer sk-2", "authorization: bearer  sk-2", "x-api-key: sk-2")) {
        assertEquals("{\"key\":\"laptop\"}", RawClient.ask(server, "GET", "/who", right + "\r\n").text());
      }
      assertEquals("401 missing_api_key", code(RawClient.ask(server, "GET", "/who?api_key=sk-2", "")));
    }
    try (Server server = start(keys(KEYS, true))) {
      assertEquals("{\"key\":\"laptop\"}", RawClient.ask(server, "GET", "/who?api_key=sk-2", "").text());
    }
  }

  @Test
  void openRoutesNeedNoKeyAndUnknownPathsDo() throws Exception {
    try (Server server = start(keys(KEYS, false))) {
      assertEquals(200, RawClient.ask(server, "GET", "/health", "").status());
      assertEquals(200, RawClient.ask(server, "GET", "/health/", "Authorization: Bearer bad\r\n").status());
      assertEquals(401, RawClient.ask(server, "GET", "/nothing", "").status());
      assertEquals(404, RawClient.ask(server, "GET", "/nothing", "x-api-key: sk-1\r\n").status());
    }
  }

  @Test
  void aPreflightCarriesNoKey() throws Exception {
    try (Server server = start(keys(KEYS, false))) {
      assertEquals(204, RawClient.ask(server, "OPTIONS", "/who", "Origin: https://app.example\r\n"
          + "Access-Control-Request-Method: GET\r\n").status());
      assertEquals(403, RawClient.ask(server, "GET", "/who", "Origin: https://evil.example\r\n"
          + "x-api-key: sk-1\r\n").status());
    }
  }

  @Test
  void requiredWithoutKeysMeansThatEveryKeyIsInvalid() throws Exception {
    try (Server server = start(keys(List.of(), false))) {
      assertEquals("401 invalid_api_key", code(RawClient.ask(server, "GET", "/who", "x-api-key: a\r\n")));
    }
  }

  @Test
  void withKeysProxiedRequestsAreServed() throws Exception {
    try (Server server = start(keys(KEYS, false))) {
      String headers = "x-api-key: sk-1\r\nX-Forwarded-For: 1.2.3.4\r\n";
      assertEquals(200, RawClient.ask(server, "GET", "/who", headers).status());
    }
  }

  @Test
  void withoutKeysTheMachinesOtherAddressesAreServedToo() throws Exception {
    Optional<InetAddress> other = NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && address.getAddress().length == 4)
        .findFirst();
    if (other.isPresent()) {
      try (Server server = Server.start(HttpSettings.on(List.of("0.0.0.0"), 0),
              Pipeline.of(AccessPolicy.LOCAL, router(), Filter.NONE, List.of()));
          RawClient client = new RawClient(new Socket(other.get(), server.port()))) {
        assertEquals(200, client.send("GET", "/who", "", "").read("GET").status());
      }
    }
  }

  @Test
  void withoutKeysOtherMachinesAreRefused() throws Exception {
    Handler handler = new RequestId().before(new Errors().before(
        new PeerCheck(address -> false).before(exchange -> exchange.empty(204))));
    try (Server server = Server.start(HttpSettings.loopback(0), handler)) {
      assertEquals("403 remote_access_denied", code(RawClient.ask(server, "GET", "/", "")));
    }
    assertFalse(PeerCheck.isOwn(InetAddress.ofLiteral("192.0.2.1")));
    assertFalse(PeerCheck.isOwn(InetAddress.ofLiteral("2001:db8::1")));
    assertTrue(PeerCheck.isOwn(InetAddress.ofLiteral("::1")));
  }

  @Test
  void aBucketEmptiesAndFillsAgain() throws Exception {
    AtomicLong now = new AtomicLong();
    Router router = router();
    Handler handler = new Errors().before(router.before(new RateLimit(60, 3, now::get).before(router)));
    try (Server server = Server.start(HttpSettings.loopback(0), handler)) {
      for (int left = 2; left >= 0; left--) {
        RawClient.Answer answer = RawClient.ask(server, "GET", "/who", "");
        assertEquals(200, answer.status());
        assertEquals("60", answer.header("x-ratelimit-limit-requests"));
        assertEquals("" + left, answer.header("x-ratelimit-remaining-requests"));
        assertEquals(3 - left + "s", answer.header("x-ratelimit-reset-requests"));
      }
      now.set(300_000_000);
      RawClient.Answer refused = RawClient.ask(server, "GET", "/who", "");
      assertEquals("429 rate_limit_exceeded", code(refused));
      assertEquals("1", refused.header("Retry-After"));
      assertEquals("0", refused.header("x-ratelimit-remaining-requests"));
      assertNull(RawClient.ask(server, "GET", "/health", "").header("x-ratelimit-remaining-requests"));
      now.set(1_000_000_000);
      assertEquals(200, RawClient.ask(server, "GET", "/who", "").status());
      assertEquals(429, RawClient.ask(server, "GET", "/who", "").status());
      now.addAndGet(3_600_000_000_000L);
      assertEquals("2", RawClient.ask(server, "GET", "/who", "").header("x-ratelimit-remaining-requests"));
    }
  }

  @Test
  void aReplayDoesNotCount() throws Exception {
    Router router = router();
    Handler handler = new Errors().before(router.before(new RateLimit(1, 1, () -> 0).before(router)));
    try (Server server = Server.start(HttpSettings.loopback(0), handler)) {
      for (int i = 0; i < 5; i++) {
        assertEquals(200, RawClient.ask(server, "GET", "/replay", "").status());
      }
      assertEquals(200, RawClient.ask(server, "GET", "/who", "").status());
      assertEquals(429, RawClient.ask(server, "GET", "/who", "").status());
    }
  }

  @Test
  void eachKeyHasItsOwnBucket() throws Exception {
    try (Server server = start(new AccessPolicy(Set.of(), Set.of(), KEYS, false, false, 1, 1))) {
      assertEquals(200, RawClient.ask(server, "GET", "/who", "x-api-key: sk-1\r\n").status());
      assertEquals(200, RawClient.ask(server, "GET", "/who", "x-api-key: sk-2\r\n").status());
      RawClient.Answer refused = RawClient.ask(server, "GET", "/who", "x-api-key: sk-1\r\n");
      assertEquals(429, refused.status());
      assertEquals("60", refused.header("Retry-After"));
      assertEquals("1m0s", refused.header("x-ratelimit-reset-requests"));
    }
  }
}

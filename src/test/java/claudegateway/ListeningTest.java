package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.demo.MessagesStub;
import claudegateway.demo.ScriptedModel;
import claudegateway.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** TLS, metrics and readiness of the whole gateway, over real sockets. */
final class ListeningTest {
  private final HermeticHome home = HermeticHome.create();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> environment = new HashMap<>();
  private MessagesStub stub;
  private Config config;

  @BeforeEach
  void aModel() throws Exception {
    stub = MessagesStub.start(new ScriptedModel());
    environment.putAll(home.environment(stub.baseUrl()));
  }

  @AfterEach
  void tidyUp() {
    stub.close();
    client.close();
    home.close();
  }

  private Gateway gateway(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--port", "0", "--spares", "0",
        "--data-dir", home.root().resolve("data").toString(),
        "--claude", RealCli.binary(RealCli.oldest()).toString()));
    arguments.addAll(List.of(more));
    config = Config.load(arguments, environment);
    return Gateway.start(config, _ -> {});
  }

  private HttpResponse<String> get(String url, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Samples by name and labels; fails at a line that is neither a sample nor a comment. */
  private static Map<String, Double> samples(String page) {
    Map<String, Double> samples = new TreeMap<>();
    for (String line : page.split("\n")) {
      if (line.startsWith("#")) {
        assertTrue(line.matches("# (HELP|TYPE) claude_gateway_[a-z_]+ .+"), line);
      } else {
        assertTrue(line.matches("claude_gateway_[a-z_]+(\\{([a-z_]+=\"[^\"\\n]*\",?)+})? [-0-9.E]+"), line);
        int blank = line.lastIndexOf(' ');
        assertEquals(null, samples.put(line.substring("claude_gateway_".length(), blank),
            Double.valueOf(line.substring(blank + 1))), line);
      }
    }
    return samples;
  }

  @Test
  void metricsCountWhatHappened() throws Exception {
    try (Gateway gateway = gateway("--rate-limit-burst", "2", "--rate-limit-requests-per-minute", "1")) {
      String url = "http://127.0.0.1:" + gateway.port();
      HttpRequest ask = HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofByteArray(ProgramProcess.ask("", "Hello").toBytes())).build();
      assertEquals(200, client.send(ask, BodyHandlers.ofString()).statusCode());
      HttpResponse<String> page = get(url + "/metrics");
      assertEquals("text/plain; version=0.0.4; charset=utf-8", page.headers().firstValue("Content-Type").orElse(""));
      Map<String, Double> samples = samples(page.body());
      assertEquals(1, samples.get("requests_total{route=\"createChatCompletion\",status=\"200\"}"));
      assertEquals(1, samples.get("first_token_seconds_count"));
      assertEquals(1, samples.get("first_token_seconds_bucket{le=\"+Inf\"}"));
      assertEquals(1, samples.get("turns_total{end=\"stop\"}"));
      assertEquals(1, samples.get("processes_live"));
      assertEquals(1, samples.get("processes_started_total"));
      assertTrue(samples.get("processes_resident_bytes") > 50e6, page.body());
      assertTrue(samples.get("deltas_total") > 0);
      assertTrue(samples.get("database_commits_total") > 0);
      assertTrue(samples.get("database_commit_seconds_total") > 0);
      assertTrue(sum(samples, "tokens_total", "kind=\"output\"") > 0, page.body());
      assertTrue(sum(samples, "cost_dollars_total", "model=") > 0, page.body());
      assertEquals(1, samples.get("requests_active"), "this one");

      assertEquals(429, get(url + "/metrics").statusCode());
      assertEquals(200, get(url + "/readyz").statusCode());
    }
  }

  private static double sum(Map<String, Double> samples, String family, String label) {
    return samples.entrySet().stream()
        .filter(sample -> sample.getKey().startsWith(family + "{") && sample.getKey().contains(label))
        .mapToDouble(Map.Entry::getValue).sum();
  }

  @Test
  void metricsNeedAKeyWhereKeysAre() throws Exception {
    environment.put("API_KEYS", "phone:s3cret");
    try (Gateway gateway = gateway()) {
      String url = "http://127.0.0.1:" + gateway.port();
      assertEquals(401, get(url + "/metrics").statusCode());
      assertEquals(200, get(url + "/metrics", "Authorization", "Bearer s3cret").statusCode());
      assertEquals(200, get(url + "/readyz").statusCode());
    }
  }

  @Test
  void metricsOnAnAddressOfTheirOwn() throws Exception {
    environment.put("API_KEYS", "phone:s3cret");
    try (Gateway gateway = gateway("--metrics-address", "127.0.0.1:0")) {
      String metrics = gateway.metricsUrl().orElseThrow();
      assertTrue(Banner.text(config, gateway).contains("metrics: " + metrics));
      assertTrue(samples(get(metrics).body()).containsKey("turns_running"));
      assertEquals(403, get(metrics, "X-Forwarded-For", "192.0.2.1").statusCode(), "only this machine");
      String api = "http://127.0.0.1:" + gateway.port();
      assertEquals(404, get(api + "/metrics", "Authorization", "Bearer s3cret").statusCode());
      assertEquals(404, get(metrics.replace("/metrics", "/v1/models")).statusCode());
    }
  }

  @Test
  void curlTrustsACaOfItsOwnAndTheBannersPin() throws Exception {
    OpenSsl openssl = OpenSsl.inFolder(home.work());
    openssl.certify("server", "RSA", "-pkeyopt", "rsa_keygen_bits:2048");
    try (Gateway gateway = gateway("--tls-cert", openssl.file("server.pem").toString(),
        "--tls-key", openssl.file("server.key").toString())) {
      String banner = Banner.text(config, gateway);
      String pin = banner.lines().filter(line -> line.contains("(SPKI)")).findFirst().orElseThrow()
          .replaceFirst(".*: ", "");
      String url = "https://localhost:" + gateway.port();
      assertTrue(banner.contains("is ready: " + url), banner);
      assertTrue(banner.contains("pin of the bare key: " + gateway.identity().orElseThrow().rawKeyPin()), banner);
      String body = ProgramProcess.ask("", "Hello").with("stream", Json.of(true)).toText();
      String stream = openssl.shell("curl", "-sSN", "--cacert", "ca.pem", "--pinnedpubkey", pin,
          "-H", "Content-Type: application/json", "-d", body, url + "/v1/chat/completions");
      assertTrue(stream.contains("data: {") && stream.strip().endsWith("data: [DONE]"), stream);
      assertEquals("200", openssl.shell("curl", "-sS", "--tlsv1.2", "--tls-max", "1.2", "--cacert", "ca.pem",
          "-o", "/dev/null", "-w", "%{http_code}", url + "/health"));
      assertThrows(AssertionError.class, () -> openssl.shell("curl", "-sS", url + "/health"), "an unknown CA");
      assertThrows(AssertionError.class, () -> openssl.shell("curl", "-sS", "--cacert", "ca.pem",
          "--pinnedpubkey", "sha256//" + "A".repeat(43) + "=", url + "/health"), "another pin");
      assertThrows(AssertionError.class, () -> openssl.shell("curl", "-sS", "http://localhost:" + gateway.port()),
          "not without encryption");
    }
  }
}

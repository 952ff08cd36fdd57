package claudegateway.faults;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** Requests that are nearly right: every production now and then takes a wrong turn. */
final class RequestGrammar {
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS",
      "TRACE", "CONNECT", "get", "", "P\u0000ST", "X".repeat(300));
  private static final List<String> PATHS = List.of("/v1/chat/completions", "/v1/chat/completions",
      "/v1/chat/completions", "/v1/chat/completions/debug", "/v1/sessions", "/v1/projects", "/v1/models",
      "/v1/models/x/capabilities", "/v1/sessions/stats", "/v1/sessions/00000000-0000-4000-8000-000000000000/messages",
      "/v1/sessions/x/tools", "/v1/tools/execute", "/v1/usage/stats", "/v1/usage/track", "/v1/mcp/servers", "/health",
      "/v1/chat/completions/x/events", "/v1/chat/stop/x", "/v1/sessions/x/events", "/", "*", "", "//", "/v1/v1/models",
      "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%", "/%zz", "/%00", "/\u00ff", "http://localhost/v1/models",
      "http://[::1", "/v1/projects/%F0%9F%98%80", "/v1/models?limit=-1", "/v1/sessions?limit=99999999999999999999",
      "/v1/sessions?page=0&per_page=0", "/v1/usage/stats?start_date=2026-13-45", "/" + "a".repeat(20_000));
  private static final List<String> VERSIONS = List.of("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0",
      "HTTP/9", "http/1.1", "", "HTTP/1.1 extra");
  private static final List<String> HEADERS = List.of("Content-Type: application/json", "Content-Type: text/plain",
      "Content-Type: application/json; charset=utf-16", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, x",
      "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 5", "Content-Length: abc",
      "Host: a, b", "Host:", "Expect: 100-continue", "Expect: surprise", "Connection: upgrade", "Upgrade: websocket",
      "Authorization: Bearer", "Authorization: Basic !!!", "X-Request-ID: \u0001", "Accept-Encoding: *;q=0",
      "Content-Encoding: gzip", "Last-Event-ID: -5", "Idempotency-Key: " + "k".repeat(5_000), "no colon", ": no name",
      "Bad Name: x", " folded: x", "Range: bytes=0-", "Origin: null", "Cookie: " + "c".repeat(70_000), "A: \u00ff\u0000");
  private static final List<String> FIELDS = List.of("messages", "model", "stream", "session_id", "project_id", "tools",
      "tool_choice", "response_format", "max_tokens", "temperature", "stop", "n", "system_prompt", "metadata", "title",
      "name", "path", "stream_options", "reasoning_effort", "user", "role", "content", "tool_calls", "tool_call_id",
      "type", "text", "image_url", "url", "function", "arguments", "parameters", "json_schema", "schema", "");
  private static final List<String> SCALARS = List.of("null", "true", "false", "0", "-1", "1e999", "-0", "01", "1.",
      "99999999999999999999999", "\"\"", "\"user\"", "\"system\"", "\"tool\"", "\"\\ud800\"", "\"\\u0000\"", "\"\\x\"",
      "\"unclosed", "\"text\"", "\"image_url\"", "\"data:image/png;base64,AAAA\"", "\"function\"", "\"json_schema\"",
      "\"/clear\"", "\"@/etc/passwd\"", "\"../../x\"", "\"\u00c3\u0028\"", "\"\u00ed\u00a0\u0080\"", "NaN", "'x'", "{", "]");

  private final RandomGenerator random;

  RequestGrammar(RandomGenerator random) {
    this.random = random;
  }

  byte[] request() {
    boolean chat = random.nextInt(3) == 0;
    byte[] body = latin(chat ? chat() : random.nextInt(3) == 0 ? "" : value(0));
    if (body.length > 0 && random.nextInt(8) == 0) {
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
    }
    StringBuilder head = new StringBuilder(chat ? "POST /v1/chat/completions HTTP/1.1"
        : (random.nextInt(3) == 0 ? one(METHODS) : "POST") + " " + one(PATHS) + " " + one(VERSIONS));
    head.append(end());
    if (random.nextInt(10) > 0) {
      head.append("Host: localhost").append(end());
    }
    for (int i = random.nextInt(chat ? 2 : 4); i > 0; i--) {
      head.append(one(HEADERS)).append(end());
    }
    if (random.nextInt(10) > 0) {
      head.append("Content-Length: ").append(body.length + (random.nextInt(10) == 0 ? random.nextInt(9) - 4 : 0))
          .append(end());
    }
    head.append(end());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(latin(head.toString()));
    all.write(body, 0, random.nextInt(15) == 0 ? random.nextInt(body.length + 1) : body.length);
    byte[] whole = all.toByteArray();
    return random.nextInt(20) > 0 ? whole : java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 1));
  }

  /** A chat request whose messages are mostly in order, so that what is wrong lies deep. */
  private String chat() {
    StringBuilder body = new StringBuilder("{\"messages\":[");
    for (int i = random.nextInt(3); i >= 0; i--) {
      body.append("{\"role\":").append(random.nextInt(3) > 0 ? "\"user\"" : value(3)).append(",\"content\":")
          .append(value(2)).append(i > 0 ? "}," : "}");
    }
    body.append(']');
    for (int i = random.nextInt(4); i > 0; i--) {
      body.append(",\"").append(one(FIELDS)).append("\":").append(value(1));
    }
    return body.append('}').toString();
  }

  private String value(int depth) {
    if (depth == 0 && random.nextInt(50) == 0) {
      String open = random.nextBoolean() ? "[" : "{\"a\":";
      return open.repeat(random.nextInt(20_000));
    }
    int kind = random.nextInt(depth > 3 ? 2 : 4);
    if (kind < 2) {
      return one(SCALARS);
    }
    StringBuilder made = new StringBuilder(kind == 2 ? "[" : "{");
    for (int i = random.nextInt(4); i > 0; i--) {
      if (kind == 3) {
        made.append('"').append(one(FIELDS)).append("\":");
      }
      made.append(value(depth + 1)).append(i > 1 ? "," : "");
    }
    return made.append(kind == 2 ? "]" : "}").toString();
  }

  private String end() {
    int kind = random.nextInt(60);
    return kind == 0 ? "\n" : kind == 1 ? "\r" : "\r\n";
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

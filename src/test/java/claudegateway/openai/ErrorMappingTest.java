package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.chat.Failure;
import claudegateway.chat.Failure.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ErrorMappingTest {

  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "INVALID, 400, invalid_request_error, invalid_value, -, -, -",
      "SESSION_NOT_FOUND, 404, invalid_request_error, session_not_found, session_id, -, -",
      "PROJECT_NOT_FOUND, 404, invalid_request_error, project_not_found, project_id, -, -",
      "MODEL_NOT_FOUND, 404, invalid_request_error, model_not_found, model, -, -",
      "SESSION_BUSY, 409, invalid_request_error, session_busy, session_id, 5, -",
      "OVERLOADED, 503, service_unavailable, claude_unavailable, -, 5, -",
      "CLAUDE_UNAVAILABLE, 503, service_unavailable, claude_unavailable, -, -, false",
      "CLAUDE_AUTH, 503, service_unavailable, claude_auth, -, -, false",
      "UPSTREAM_REJECTED, 400, invalid_request_error, upstream_rejected, -, -, -",
      "UPSTREAM_RATE_LIMITED, 429, rate_limit_error, rate_limit_exceeded, -, 30, -",
      "UPSTREAM_OVERLOADED, 503, service_unavailable, upstream_overloaded, -, 5, -",
      "UPSTREAM_FAILED, 502, api_error, upstream_failed, -, -, -",
      "AGENT_FAILED, 502, api_error, claude_failed, -, -, -",
      "AGENT_TIMEOUT, 504, api_error, claude_timeout, -, -, false",
      "TURN_INTERRUPTED, 409, invalid_request_error, turn_interrupted, -, -, false",
      "REFUSED, 400, invalid_request_error, content_filter, -, -, -",
      "SCHEMA_NOT_OBEYED, 502, api_error, schema_not_obeyed, -, -, false",
      "LIMIT_EXCEEDED, 502, api_error, limit_exceeded, -, -, false",
      "STORE_BUSY, 503, service_unavailable, storage_busy, -, 5, -",
      "STORE_UNAVAILABLE, 503, service_unavailable, storage_unavailable, -, -, false",
      "INTERNAL, 500, internal_error, internal_error, -, -, -"})
  void everyKind(Kind kind, int status, String type, String code, String param, String retryAfter,
      String retry) {
    WireError error = ErrorMapping.of(Failure.of(kind, "what happened"));
    assertEquals(status, error.status());
    assertEquals(type, error.type());
    assertEquals(code, error.code());
    assertEquals("what happened", error.message());
    assertEquals(Optional.ofNullable(param), error.param());
    assertEquals(Optional.ofNullable(retryAfter), Optional.ofNullable(error.headers().get("Retry-After")));
    assertEquals(Optional.ofNullable(retry), Optional.ofNullable(error.headers().get("x-should-retry")));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void nothingIsRepeatedAfterSideEffects(Kind kind) {
    assertEquals("false", ErrorMapping.of(Failure.of(kind, "x"), true).headers().get("x-should-retry"));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aKnownWaitIsToldInWholeSeconds(Kind kind) {
    Map<String, String> headers = ErrorMapping.of(Failure.of(kind, "x", Duration.ofMillis(1_001))).headers();
    assertEquals("2", headers.get("Retry-After"));
    assertEquals("1", ErrorMapping.of(Failure.of(kind, "x", Duration.ZERO)).headers().get("Retry-After"));
  }

  @Test
  void aMissingBinaryMayComeBackWhenAWaitIsKnown() {
    Failure failure = Failure.of(Kind.CLAUDE_UNAVAILABLE, "starting", Duration.ofSeconds(3));
    assertFalse(ErrorMapping.of(failure).headers().containsKey("x-should-retry"));
  }

  @Test
  void aModelThatTheCliRejects() {
    Failure failure = new Failure(Kind.UPSTREAM_REJECTED, "no such model", Optional.of("model"),
        Optional.empty());
    assertEquals("model_not_supported", ErrorMapping.of(failure).code());
  }

  @Test
  void theFailuresOwnParamWins() {
    assertEquals(Optional.of("messages[1]"), ErrorMapping.of(Failure.invalid("messages[1]", "x")).param());
  }

  @Test
  void resourcesHaveAnotherTypeForNotFound() {
    assertEquals("not_found", ErrorMapping.ofResource(Failure.of(Kind.SESSION_NOT_FOUND, "x")).type());
    assertEquals("invalid_request_error", ErrorMapping.ofResource(Failure.of(Kind.SESSION_BUSY, "x")).type());
  }

  @Test
  void aMessageIsOneLineOfBoundedLength() {
    String untidy = " a\r\n\tb\u2028c\u0000d " + "😀".repeat(5000);
    String message = ErrorMapping.of(Failure.of(Kind.INTERNAL, untidy)).message();
    assertTrue(message.startsWith("a b c d 😀"), message);
    assertTrue(message.length() <= ErrorMapping.MESSAGE_MAX + 1 && message.endsWith("😀…"), message);
  }

  @Test
  void fourKeysAlways() {
    assertEquals("{\"message\":\"x\",\"type\":\"internal_error\",\"param\":null,\"code\":\"internal_error\"}",
        ErrorMapping.of(Failure.of(Kind.INTERNAL, "x")).toJson().toText());
  }
}

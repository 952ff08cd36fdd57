package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
  @ParameterizedTest
  @CsvSource({
      "/, /",
      "//, /",
      "/health, /health",
      "//health, /health",
      "/health/, /health",
      "/v1//models///x//, /v1/models/x",
      "/v1/v1/chat/completions, /v1/chat/completions",
      "//v1//v1/models, /v1/models",
      "/v1/v1, /v1/v1",
      "/v1/v1/v1/models, /v1/v1/models",
      "/v1/models/v1/v1, /v1/models/v1/v1",
      "http://localhost:8000/v1/models?x=1, /v1/models",
      "http://localhost:8000, /",
      "/a%20b/c%2Fd, /a b/c/d",
      "/a+b, /a+b",
      "/%F0%9F%98%80, /😀",
      "/x?a=/b/c, /x",
      "/x#y?z, /x",
  })
  void readsPathsLeniently(String target, String path) {
    assertEquals(path, RequestTarget.parse(target).path());
  }

  @Test
  void remembersADoubledPrefix() {
    assertTrue(RequestTarget.parse("/v1/v1/models").doubledPrefix());
    assertFalse(RequestTarget.parse("/v1/models").doubledPrefix());
    assertFalse(RequestTarget.parse("/v1/v1").doubledPrefix());
  }

  @Test
  void anEscapedSlashStaysInItsSegment() {
    assertEquals(List.of("a/b", "c"), RequestTarget.parse("/a%2fb/c").segments());
  }

  @Test
  void readsParameters() {
    assertEquals(Map.of("a", "1 2", "b", "x=y", "c", "", "ä", "&"),
        RequestTarget.parse("/?a=1+2&b=x%3Dy&c&%C3%A4=%26&a=second&&=nameless#frag").parameters());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%ff", "/%C3%28", "/%ED%A0%80", "/%", "/%4", "/%zz"})
  void refusesEscapesThatAreNoText(String target) {
    assertEquals(400, assertThrows(HttpError.class, () -> RequestTarget.parse(target)).status());
  }

  @Test
  void refusesParametersThatAreNoText() {
    RequestTarget target = RequestTarget.parse("/?a=%ff");
    assertEquals(400, assertThrows(HttpError.class, target::parameters).status());
  }
}

package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import claudegateway.chat.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ChatRequestParserTest {

  @Test
  void theLeastRequest() {
    ParsedRequest parsed = parse("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    assertEquals(List.of(Message.user("hi")), parsed.chat().messages());
    assertEquals(Optional.empty(), parsed.requestedModel());
    assertEquals(List.of(), parsed.ignored());
  }

  @Test
  void brokenJson() {
    InvalidRequest thrown = assertThrows(InvalidRequest.class, () -> parse("invalid json"));
    assertEquals("invalid_json", thrown.error().code());
    assertEquals(400, thrown.error().status());
  }

  static ParsedRequest parse(String json) {
    return ChatRequestParser.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}

package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The CLI cuts descriptions off; what it would cut is said elsewhere. */
final class ClientToolTest {
  private static final Json.Obj SCHEMA = Json.object("type", "object");

  @Test
  void aShortDescriptionStaysAsItIs() {
    Json.Obj listed = new ClientTool("a", "x".repeat(ClientTool.DESCRIPTION_MAX), SCHEMA).listed();
    assertEquals("x".repeat(ClientTool.DESCRIPTION_MAX), listed.string("description").orElseThrow());
    assertEquals(SCHEMA, listed.object("inputSchema").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "word ", "a line of text\n", "😀"})
  void aLongOneGoesOnInTheSchemas(String piece) {
    String text = "." + piece.repeat(14_000 / piece.length());
    Json.Obj listed = new ClientTool("a", text, SCHEMA.with("description", Json.of("own"))).listed();
    String head = listed.string("description").orElseThrow();
    String rest = listed.object("inputSchema").orElseThrow().string("description").orElseThrow();
    assertTrue(head.length() <= ClientTool.DESCRIPTION_MAX, head.length() + "");
    String said = head.substring(0, head.lastIndexOf("\n["));
    assertEquals(text + "\n\nown", said + rest);
    assertTrue(said.endsWith(piece), "never cut in a word or a character");
  }
}

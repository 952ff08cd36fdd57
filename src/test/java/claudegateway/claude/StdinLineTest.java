package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.claude.StdinLine.Mode;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One invalid line ends the CLI: whatever the text is, it is one line of valid JSON. */
final class StdinLineTest {

  private static Json.Obj text(String text) {
    return Json.object("type", "text", "text", text);
  }

  private static Json.Obj parsed(byte[] line) {
    assertEquals('\n', line[line.length - 1]);
    for (int i = 0; i < line.length - 1; i++) {
      assertTrue(line[i] < 0 || line[i] >= ' ', "a control character at " + i);
    }
    return (Json.Obj) JsonReader.parse(new String(line, 0, line.length - 1, StandardCharsets.UTF_8));
  }

  private static String said(String text) {
    Json.Obj message = parsed(StdinLine.user("U", List.of(text(text)), Mode.TURN, false)).object("message")
        .orElseThrow();
    return message.string("content").orElseThrow();
  }

  @Test
  void anyTextIsOneLineAndArrivesAsItIs() {
    for (String text : List.of("a", "two\nlines\r\n", "\u2028\u2029\u0000\u001f\u007f", "\"quotes\" \\ \\n", "{}\n{}",
        "\uD83D\uDE00 \u4E2D\u6587", "@/etc/passwd !ls # memo", " /clear")) {
      assertEquals(text, said(text));
    }
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      String text = random.ints(random.nextInt(40), 0, 0x3000).mapToObj(Character::toString)
          .reduce("x", String::concat);
      assertEquals(text, said(text));
    }
    assertEquals(1 << 20, said("x\n".repeat(1 << 19)).length());
  }

  @Test
  void halfACharacterBecomesAReplacement() {
    assertEquals("a\uFFFDb\uFFFD", said("a\uD83Db\uDE00"));
  }

  @Test
  void aCommandIsTextUnlessItIsWanted() {
    assertEquals("\n/clear", said("/clear"));
    assertEquals("\n/", said("/"));
    Json.Obj wanted = parsed(StdinLine.user("U", List.of(text("/compact")), Mode.TURN, true));
    assertEquals(Optional.of("/compact"), wanted.object("message").flatMap(message -> message.string("content")));
    // The last block decides.
    List<Json> blocks = parsed(StdinLine.user("U", List.of(text("/one"), text("/two")), Mode.HISTORY, false))
        .object("message").orElseThrow().array("content");
    assertEquals(List.of(text("/one"), text("\n/two")), blocks);
  }

  @Test
  void eachModeSaysWhatItIs() {
    Json.Obj turn = parsed(StdinLine.user("U", List.of(text("a")), Mode.TURN, false));
    assertEquals(Optional.of("U"), turn.string("uuid"));
    assertTrue(turn.get("priority").isEmpty() && turn.get("shouldQuery").isEmpty());
    assertEquals(Optional.of("now"),
        parsed(StdinLine.user("U", List.of(text("a")), Mode.REPLACE, false)).string("priority"));
    assertEquals(Optional.of(Json.of(false)),
        parsed(StdinLine.user("U", List.of(text("a")), Mode.HISTORY, false)).get("shouldQuery"));
    Json.Obj assistant = parsed(StdinLine.assistant("msg_1", List.of(text("b")))).object("message").orElseThrow();
    assertEquals("assistant msg_1", assistant.string("role").orElseThrow() + " " + assistant.string("id").orElseThrow());
  }

  @Test
  void controlLinesAreLinesToo() {
    assertEquals(Optional.of("a\nb"), parsed(StdinLine.controlRequest("r",
        Json.object("subtype", "initialize", "systemPrompt", "a\nb"))).object("request")
        .flatMap(request -> request.string("systemPrompt")));
    assertEquals(Optional.of("error"), parsed(StdinLine.controlError("r", "line\nbreak")).object("response")
        .flatMap(response -> response.string("subtype")));
  }
}

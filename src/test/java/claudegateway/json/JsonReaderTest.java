package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  @Test
  void readsEveryKindOfValue() {
    Json.Obj value = (Json.Obj) JsonReader.parse(
        " {\"s\":\"a\\u00e9\\ud83d\\ude00\",\"n\":0.10,\"big\":1e400,"
            + "\"t\":true,\"f\":false,\"z\":null,\"l\":[1,[]],\"o\":{}} ");
    assertEquals(List.of("s", "n", "big", "t", "f", "z", "l", "o"), List.copyOf(value.fields().keySet()));
    assertEquals("aé😀", value.string("s").orElseThrow());
    assertEquals(new Json.Num("0.10"), value.fields().get("n"));
    assertEquals(new Json.Num("1e400"), value.fields().get("big"));
    assertTrue(value.isTrue("t"));
    assertEquals(Json.Bool.FALSE, value.fields().get("f"));
    assertTrue(value.has("z") && value.get("z").isEmpty());
    assertEquals(List.of(Json.of(1), Json.Arr.EMPTY), value.array("l"));
    assertEquals(Json.Obj.EMPTY, value.object("o").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n", "{", "{\"a\":1,}", "[1,]", "{\"a\":1} x", "[1]\n[2]", "NaN",
      "Infinity", "01", "+1",
      ".5", "1.", "'a'", "{a:1}", "// x\n1", "/* x */1", "\"a\nb\"", "\"\\x\"", "\"\\u12\"", "tru",
      "\u0000", "[1\u00002]"})
  void refusesWhatIsNoJson(String text) {
    assertThrows(JsonException.class, () -> JsonReader.parse(text));
  }

  @Test
  void refusesDuplicateNames() {
    JsonException refused = assertThrows(JsonException.class,
        () -> JsonReader.parse("{\"a\":{\"b\":1,\n\"c\":2,\"b\":3}}"));
    assertEquals("invalid JSON at line 2, column 10: Duplicate Object property \"b\"", refused.getMessage());
    assertThrows(JsonException.class, () -> JsonReader.parse("{\"a\":1,\"\\u0061\":2}"));
    JsonReader.parse("[{\"a\":1},{\"a\":{\"a\":2}}]");
  }

  @Test
  void refusesMalformedUtf8() {
    byte[][] malformed = {
        {'"', (byte) 0xFF, '"'}, {'"', (byte) 0xC3, '"'}, {'"', (byte) 0xC0, (byte) 0xAF, '"'},
        {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'},
        {'"', (byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80, '"'}};
    for (byte[] bytes : malformed) {
      JsonException refused = assertThrows(JsonException.class, () -> JsonReader.parse(bytes));
      assertEquals("the text is not valid UTF-8", refused.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void readsUtf8Only(String charset) {
    assertThrows(JsonException.class, () -> JsonReader.parse("{\"a\":1}".getBytes(Charset.forName(charset))));
  }

  @Test
  void aByteOrderMarkMayStandBefore() {
    assertEquals(Json.of(1), JsonReader.parse("\uFEFF1"));
    assertThrows(JsonException.class, () -> JsonReader.parse("\uFEFF"));
    assertThrows(JsonException.class, () -> JsonReader.parse("[\uFEFF1]"));
  }

  @Test
  void boundsDepthNamesAndNumbers() {
    int deep = JsonReader.DEPTH_MAX;
    JsonReader.parse("[".repeat(deep) + "]".repeat(deep));
    for (String tooMuch : List.of("[".repeat(deep + 1), "{\"a\":".repeat(deep + 1), "1".repeat(1_001),
        "{\"" + "n".repeat(60_000) + "\":1}")) {
      JsonException refused = assertThrows(JsonException.class, () -> JsonReader.parse(tooMuch));
      assertEquals("the JSON nests deeper than 200 levels or has an oversized name or number",
          refused.getMessage());
    }
    String text = "x".repeat(30_000_000);
    assertEquals(text, ((Json.Str) JsonReader.parse("\"" + text + "\"")).value());
  }

  @Test
  void readsARegion() {
    byte[] bytes = "??{\"a\":[1]}!!".getBytes(StandardCharsets.US_ASCII);
    assertEquals(Json.object("a", List.of(1)), JsonReader.parse(bytes, 2, bytes.length - 4));
    assertThrows(JsonException.class, () -> JsonReader.parse(bytes, 2, bytes.length - 2));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
      "[1 2]|invalid JSON at line 1, column 4: ",
      "[NaN]|invalid JSON at line 1, column 5: Non-standard token 'NaN'",
      "{} []|something follows the JSON value at line 1, column 4",
      "~~|the body is empty, JSON is expected"})
  void messagesAreOneLineAndNameThePlace(String text, String beginning) {
    JsonException refused = assertThrows(JsonException.class, () -> JsonReader.parse(text));
    assertTrue(refused.getMessage().startsWith(beginning), refused.getMessage());
    assertFalse(refused.getMessage().matches("(?s).*(\n|Source|Feature|jackson).*"), refused.getMessage());
  }
}

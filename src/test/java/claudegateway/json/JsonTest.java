package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static final Json.Obj SAMPLE = Json.object("s", "text", "n", 7, "f", 1.5, "t", true, "z", null,
      "o", Json.object("x", 1), "l", List.of("a", "b"));

  @Test
  void aFieldOfAnotherTypeIsAbsent() {
    assertEquals("text", SAMPLE.string("s").orElseThrow());
    assertTrue(SAMPLE.string("n").isEmpty());
    assertTrue(SAMPLE.string("z").isEmpty());
    assertTrue(SAMPLE.string("missing").isEmpty());
    assertEquals(7, SAMPLE.integer("n").orElseThrow());
    assertTrue(SAMPLE.integer("f").isEmpty());
    assertEquals(1.5, SAMPLE.number("f").orElseThrow());
    assertTrue(SAMPLE.isTrue("t"));
    assertFalse(SAMPLE.isTrue("s"));
    assertEquals(Json.object("x", 1), SAMPLE.object("o").orElseThrow());
    assertTrue(SAMPLE.object("l").isEmpty());
    assertEquals(List.of(Json.of("a"), Json.of("b")), SAMPLE.array("l"));
    assertEquals(List.of(), SAMPLE.array("s"));
    assertTrue(SAMPLE.has("z"));
    assertTrue(SAMPLE.get("z").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-7", "1.0", "1e3", "9223372036854775807", "-9223372036854775808"})
  void wholeNumbersAreIntegers(String literal) {
    Json.Num number = new Json.Num(literal);
    assertTrue(number.isInteger());
    assertEquals(new java.math.BigDecimal(literal).longValueExact(), number.longValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "1e400", "9223372036854775808", "1e18", "123456789012345678901"})
  void othersAreNot(String literal) {
    assertFalse(new Json.Num(literal).isInteger());
    assertTrue(Json.object("n", new Json.Num(literal)).integer("n").isEmpty());
  }

  @Test
  void valuesDoNotChange() {
    Map<String, Json> fields = new HashMap<>(Map.of("a", Json.of(1)));
    List<Json> items = new ArrayList<>(List.of(Json.of(1)));
    Json.Obj object = new Json.Obj(fields);
    Json.Arr array = new Json.Arr(items);
    fields.clear();
    items.clear();
    assertEquals("{\"a\":1}", object.toText());
    assertEquals("[1]", array.toText());
    assertEquals("{\"a\":1,\"b\":2}", object.with("b", Json.of(2)).toText());
    assertEquals("{}", object.without("a").toText());
    assertEquals("{\"a\":1}", object.toText());
    assertThrows(UnsupportedOperationException.class, () -> object.fields().clear());
  }

  @Test
  void saysWhatItIs() {
    assertEquals(List.of("string", "number", "number", "boolean", "null", "object", "array"),
        SAMPLE.fields().values().stream().map(Json::typeName).toList());
    assertEquals("2.0", Json.of(2.0).toText());
    assertEquals("1.0E20", Json.of(1e20).toText());
    assertEquals("null", Json.of((String) null).toText());
    assertThrows(IllegalArgumentException.class, () -> Json.object("x", new Object()));
  }
}

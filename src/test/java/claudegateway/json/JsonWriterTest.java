package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void writesWhatTheCallsSay() {
    JsonWriter writer = new JsonWriter().begin()
        .field("s", "a\"\\\n\u0001é😀").field("none", (String) null)
        .field("n", -1L).field("d", 0.5).field("b", true)
        .nullField("z").begin("o").end().beginArray("l").value(1).value("x").begin().field("y", false).end()
        .beginArray().endArray().endArray().field("j", Json.object("k", List.of(1.5))).end();
    assertEquals("{\"s\":\"a\\\"\\\\\\n\\u0001é😀\",\"none\":null,"
        + "\"n\":-1,\"d\":0.5,\"b\":true,\"z\":null,\"o\":{},"
        + "\"l\":[1,\"x\",{\"y\":false},[]],\"j\":{\"k\":[1.5]}}", text(writer));
  }

  @Test
  void halfASurrogatePairBecomesTheReplacementCharacter() {
    assertEquals("\"\uFFFDx\uFFFD\"", text(new JsonWriter().value("\ud83dx\ude00")));
    assertEquals("\"😀\uFFFD\"", text(new JsonWriter().value("😀\ud83d")));
    assertEquals("{\"\uFFFD\":\"\uFFFD\"}", text(new JsonWriter().begin().field("\ud800", "\ud800").end()));
    assertEquals("{\"\uFFFD\":[\"\uFFFD\"]}", Json.object("\udfff", List.of("\udfff")).toText());
    assertEquals("\"\uFFFD\"", new String(JsonWriter.literal("\ud83d"), StandardCharsets.UTF_8));
  }

  @Test
  void slicesAndRawValuesStandWhereOtherValuesDo() {
    Slice slice = Slice.of("q\"\n");
    byte[] raw = "{\"r\":[1]}".getBytes(StandardCharsets.US_ASCII);
    JsonWriter writer = new JsonWriter().begin().field("a", slice).field("b", 1).name("c").raw(raw)
        .beginArray("d").value(slice).value(slice).raw(raw).value(2).raw(raw).endArray()
        .begin("e").field("f", slice).end().field("g", "end").end();
    assertEquals("{\"a\":\"q\\\"\\n\",\"b\":1,\"c\":{\"r\":[1]},"
        + "\"d\":[\"q\\\"\\n\",\"q\\\"\\n\",{\"r\":[1]},2,{\"r\":[1]}],"
        + "\"e\":{\"f\":\"q\\\"\\n\"},\"g\":\"end\"}", text(writer));
    assertEquals("\"q\\\"\\n\"", text(new JsonWriter().value(slice)));
    assertEquals("{\"r\":[1]}", text(new JsonWriter().raw(raw)));
  }

  @Test
  void numbersKeepTheirLiteral() {
    for (String literal : List.of("0.10", "1e400", "-0", "123456789012345678901234567890")) {
      assertEquals("[" + literal + "]", JsonReader.parse("[" + literal + "]").toText());
    }
    assertThrows(IllegalArgumentException.class, () -> new JsonWriter().begin().field("n", Double.NaN));
  }

  @Test
  void whatIsReadAgainIsTheSame() {
    Random random = new Random(11);
    int read = 0;
    for (int i = 0; i < 3_000; i++) {
      String document = new RandomJson(random).document();
      try {
        Json value = JsonReader.parse(document);
        assertEquals(JsonReader.parse(value.toText()).toText(), value.toText());
        read++;
      } catch (JsonException duplicateNames) {
        assertEquals(true, duplicateNames.getMessage().contains("Duplicate"), document);
      }
    }
    assertEquals(true, read > 1_000, read + " of them read");
  }

  private static String text(JsonWriter writer) {
    return new String(writer.toBytes(), StandardCharsets.UTF_8);
  }
}

package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import claudegateway.json.Literal;
import claudegateway.json.Slice;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RootUnwrapperTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{\"value\":[1,2]}|[1,2]",
      "{\"value\":\"a}b,]\\\"}\"}|\"a}b,]\\\"}\"",
      "{ \"value\" : {\"a\":{\"b\":[]}} }| {\"a\":{\"b\":[]}} ",
      "{\"value\":null}|null",
      "{\"value\":-1.5e3}|-1.5e3",
      "{\"value\":\"\"}|\"\"",
      "{\"value\":\"\\\\\"}|\"\\\\\"",
      "{\"value\":[[\"é漢😀\"]],\"more\":1}|[[\"é漢😀\"]]",
      "{\"value\":{\"a\":\"cut|{\"a\":\"cut",
      "{\"val|``"})
  void letsTheValuePass(String json, String value) {
    for (Slice literal : new Slice[] {Slice.of(json), escaped(json)}) {
      for (int room = 1; room <= literal.length(); room++) {
        RootUnwrapper unwrapper = new RootUnwrapper();
        StringBuilder passed = new StringBuilder();
        int end = literal.offset() + literal.length();
        for (int from = literal.offset(); from < end; ) {
          int to = Literal.cut(literal.bytes(), from, end, room);
          passed.append(unwrapper.pass(new Slice(literal.bytes(), from, to - from)).decode());
          from = to;
        }
        assertEquals(value.strip(), passed.toString().strip());
      }
    }
  }

  /** The same text with every UTF-16 unit as a \\uXXXX escape. */
  private static Slice escaped(String text) {
    StringBuilder all = new StringBuilder();
    text.chars().forEach(c -> all.append(String.format("\\u%04x", c)));
    byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
    return new Slice(bytes, 0, bytes.length);
  }
}

package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameTableTest {
  @Test
  void findsEachNameAtItsPositionAndNothingElse() {
    List<String> names = new ArrayList<>(List.of("", "a", "type", "event", "subtype", "abcdefgh", "abcdefghi",
        "content_block_delta", "content_block_start", "content_block_stop", "parent_tool_use_id", "é",
        "abcdefghijklm",
        "0123456789abcdef", "0123456789abcdefg", "01234567x89abcdefg", "01234567y89abcdefg"));
    for (int i = 0; names.size() < 100; i++) {
      names.add("n" + i * 7919);
    }
    NameTable table = NameTable.of(names.toArray(String[]::new));
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      assertEquals(i, find(table, name), name);
      assertEquals(-1, find(table, name + "?"), name + "?");
      assertEquals(-1, find(table, "?" + name), "?" + name);
      assertEquals(names.indexOf(name.replace('5', '6')), find(table, name.replace('5', '6')));
    }
    assertEquals(-1, find(table, "01234567z89abcdefg"), "head and tail are those of a known name");
    assertEquals(-1, find(table, "\0"));
    for (int i = 0; i < 10_000; i++) {
      assertEquals(-1, find(table, "abcdefgh" + (10_000 + i)), "begins as a known name does");
    }
  }

  @Test
  void refusesWhatCouldNotBeFound() {
    assertThrows(IllegalArgumentException.class, () -> NameTable.of("a", "b", "a"));
    assertThrows(IllegalArgumentException.class, () -> NameTable.of("a\"b"));
    assertThrows(IllegalArgumentException.class, () -> NameTable.of("a\nb"));
    assertThrows(IllegalArgumentException.class, () -> NameTable.of(new String[101]));
    assertEquals(-1, find(NameTable.of(), "a"));
  }

  private static int find(NameTable table, String name) {
    byte[] bytes = ("<<" + name + "\":12345678").getBytes(StandardCharsets.UTF_8);
    return table.find(bytes, 2, bytes.length - 10);
  }
}

package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.JsonlTokenizer.Line;
import claudegateway.json.JsonlTokenizer.Token;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonlTokenizerTest {
  @Test
  void namesEveryTokenOfALine() throws IOException {
    assertEquals(
        "{ 'a' 1 'b' [ true false null -2.5e+3 { } [ ] 'x' ] 'c' { 'd' '' } } end",
        tokens("{\"a\":1,\"b\":[true,false,null,-2.5e+3,{},[],\"x\"],\"c\":{\"d\":\"\"}}"));
  }

  @Test
  void knowsWhatIsOpenAfterSiblingsOfAnotherKind() throws IOException {
    assertEquals("[ { } [ [ 1 ] 2 ] { 'a' [ ] 'b' { } } 3 ] end",
        tokens("[{},[[1],2],{\"a\":[],\"b\":{}},3]"));
  }

  @Test
  void allowsBlanksWhereJsonDoes() throws IOException {
    assertEquals("{ 'a' [ 1 'b' ] 'c' { } } end", tokens(" {\t\"a\" : [ 1 ,\"b\" ] , \"c\":\t{ }\r } \t"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"text\"", "true", "[]", "-0", "1.5", "1E9", "0e0"})
  void takesAnyValueForALine(String json) throws IOException {
    assertTrue(tokens(json).endsWith(" end"), tokens(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{", "[", "}", "]", "{]", "[}", "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{\"a\":1,}", "{,}",
      "{\"a\":1 \"b\":2}",
      "[1,]", "[,1]", "[1 2]", "[1]]", "{}{}", "1 2", "{1:2}", "{a:1}", "{\"a\":1", "[[1]", ",", ":", "[:]",
      "tru", "truex", "nul", "falsy", "True", "NaN", "Infinity", "01", "-", "-a", "1.", ".5", "1e", "1e+",
      "+1", "0x1",
      "1.e3", "--1", "\"", "\"abc", "\"abc\\", "\"abc\\\"", "[\"a\u0001b\"]", "[\"tab\there\"]",
      "'a'", "// x", "\u0000",
      "{\"a\"", "{\"a\":", "{\"a\" :", "[1,", "\u00e9", "{\"a\":\"b\"\"c\"}", "nulltrue", "[\"a\"b]"})
  void isInvalidFromTheFirstFaultOn(String broken) throws IOException {
    JsonlTokenizer tokens = line(broken);
    Token last = walk(tokens);
    assertEquals(Token.INVALID, last, broken);
    assertEquals(Token.INVALID, tokens.next(), "stays");
    assertEquals(Line.END, tokens.nextLine());
  }

  @Test
  void boundsTheDepth() throws IOException {
    int deep = JsonlTokenizer.DEPTH_MAX;
    assertEquals(Token.END_LINE, walk(line("[".repeat(deep) + "]".repeat(deep))));
    assertEquals(Token.END_LINE, walk(line("{\"a\":".repeat(deep) + "1" + "}".repeat(deep))));
    assertEquals(Token.INVALID, walk(line("[".repeat(deep + 1) + "]".repeat(deep + 1))));
    String mixed = "[{\"a\":".repeat(deep / 2) + "0" + "}]".repeat(deep / 2);
    assertEquals(Token.END_LINE, walk(line(mixed)));
    assertEquals(Token.INVALID, walk(line(mixed.replace("0}]", "0]}"))));
  }

  @Test
  void goesOnWithTheNextLineAfterABrokenOrUnreadOne() throws IOException {
    JsonlTokenizer tokens = of("{\"a\" nonsense\n{\"a\":[{\"b\":1}\n{\"x\":\"y\",\"z\":[1,2]}\n[3]");
    tokens.nextLine();
    assertEquals(Token.INVALID, walk(tokens));
    tokens.nextLine();
    assertEquals(Token.INVALID, walk(tokens));
    tokens.nextLine();
    tokens.next();
    assertEquals(Token.NAME, tokens.next());
    assertEquals(Line.LINE, tokens.nextLine());
    assertEquals(0, tokens.depth());
    assertEquals(Token.BEGIN_ARRAY, tokens.next());
    assertEquals(1, tokens.depth());
    assertEquals(Token.NUMBER, tokens.next());
    assertEquals(3, tokens.longValue());
    assertEquals(Line.END, tokens.nextLine());
    assertEquals(Token.END_LINE, tokens.next());
    assertEquals(Line.END, tokens.nextLine());
  }

  @Test
  void skipsAndCopiesWholeValues() throws IOException {
    String[] values = {"1", "-2.5e3", "\"a\\\"}b\"", "null", "true", "{}", "[]",
        "{\"a\":[1,{\"b\":\"]}\"}],\"c\":{}}",
        "[[[\"x\"]],{}]", "\"\""};
    for (String value : values) {
      JsonlTokenizer tokens = line("{\"skipped\":" + value + ",\"raw\" : " + value + " ,\"last\":7}");
      tokens.next();
      tokens.next();
      tokens.skipValue();
      assertEquals(Token.NAME, tokens.next(), value);
      assertTrue(tokens.textIs(ascii("raw")));
      assertEquals(value, new String(tokens.rawValue(), StandardCharsets.UTF_8));
      assertEquals(Token.NAME, tokens.next(), value);
      assertEquals("last", tokens.text());
      tokens.skipValue();
      assertEquals(Token.END_OBJECT, tokens.next(), value);
      assertEquals(Token.END_LINE, tokens.next(), value);
    }
  }

  @Test
  void skipsAndCopiesTheElementsOfAnArray() throws IOException {
    JsonlTokenizer tokens = line("[{\"a\":[1]},[2,[3]],\"s\",4]");
    tokens.next();
    List<String> raw = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tokens.next();
      raw.add(new String(tokens.rawValue(), StandardCharsets.UTF_8));
    }
    assertEquals(Token.END_ARRAY, tokens.next());
    assertEquals(List.of("{\"a\":[1]}", "[2,[3]]", "\"s\"", "4"), raw);
    assertEquals(Token.END_LINE, tokens.next());
  }

  @Test
  void aSkippedValueIsValidatedToo() throws IOException {
    for (String value : List.of("{\"a\" 1}", "[1 2]", "[}", "{\"a\":[1,2}", "[1", "truth", "")) {
      JsonlTokenizer tokens = line("{\"x\":" + value + "}");
      tokens.next();
      tokens.next();
      assertEquals(0, tokens.rawValue().length, value);
      assertEquals(Token.INVALID, tokens.next(), value);
    }
  }

  @Test
  void theBoundsOfATokenLeaveOutItsQuotes() throws IOException {
    JsonlTokenizer tokens = line("{\"name\" : \"va\\nl\"}");
    tokens.next();
    assertEquals("{", region(tokens));
    tokens.next();
    assertEquals("name", region(tokens));
    tokens.next();
    assertEquals("va\\nl", region(tokens));
    assertEquals("{\"name\" : \"va\\nl\"}", new String(tokens.lineBytes(), StandardCharsets.UTF_8));
    assertEquals(0, tokens.lineStart());
    assertEquals(18, tokens.lineEnd());
  }

  @Test
  void decodesOnlyWhatIsAskedFor() throws IOException {
    assertEquals("a\"\\/\b\f\n\r\té\u2028😀",
        string("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u2028\\ud83d\\ude00\"").text());
    assertEquals("日本語 😀", string("\"日本語 😀\"").text());
    assertEquals("\uFFFD!", string("\"\\ud83d!\"").text());
    assertEquals("\uFFFD\uFFFD", string("\"\\ude00\\ud83d\"").text());
    assertEquals("\uFFFDx", string("\"\\x\"").text());
    assertEquals("\uFFFDu12", string("\"\\u12\"").text());
    JsonlTokenizer malformed = new JsonlTokenizer(
        new ByteArrayInputStream(new byte[] {'"', 'a', (byte) 0xC3, 'b', (byte) 0xFF, '"'}));
    malformed.nextLine();
    assertEquals(Token.STRING, malformed.next());
    assertEquals("a\uFFFDb\uFFFD", malformed.text());
  }

  @Test
  void aSliceIsTheLiteralAsItStandsAndAlwaysValid() throws IOException {
    assertEquals("a\\n\\ud83dé", string("\"a\\n\\ud83dé\"").slice().toString());
    assertEquals("", string("\"\"").slice().toString());
    Slice repaired = string("\"a\\x\\u12\\n\"").slice();
    assertEquals("a\uFFFDx\uFFFDu12\n", repaired.decode());
    assertEquals("a\uFFFDx\uFFFDu12\n", ((Json.Str) JsonReader.parse("\"" + repaired + "\"")).value());
    JsonlTokenizer reused = of("\"first\"\n\"other\"\n");
    reused.nextLine();
    reused.next();
    Slice first = reused.slice();
    java.util.Arrays.fill(reused.buffer(), (byte) 'x');
    assertEquals("first", first.decode());
  }

  @Test
  void readsNumbers() throws IOException {
    assertEquals(0, number("0").longValue());
    assertEquals(-7, number("-7").longValue());
    assertEquals(123_456_789_012_345_678L, number("123456789012345678").longValue());
    assertEquals(Long.MAX_VALUE, number("9223372036854775807").longValue());
    assertEquals(Long.MIN_VALUE, number("-9223372036854775808").longValue());
    assertEquals(Long.MAX_VALUE, number("9223372036854775808").longValue());
    assertEquals(Long.MIN_VALUE, number("-9999999999999999999").longValue());
    assertEquals(Long.MAX_VALUE, number("1e400").longValue());
    assertEquals(-2, number("-2.9").longValue());
    assertEquals(1200, number("1.2E3").longValue());
    assertEquals(0.1234567, number("0.1234567").doubleValue());
    assertEquals(Double.POSITIVE_INFINITY, number("1e400").doubleValue());
  }

  @Test
  void whatDoesNotFitTheTokenIsEmptyRatherThanAFault() throws IOException {
    JsonlTokenizer tokens = line("[null");
    for (int i = 0; i < 4; i++) {
      assertEquals("", tokens.text());
      assertEquals(Slice.EMPTY, tokens.slice());
      assertEquals(0, tokens.longValue());
      assertEquals(0, tokens.doubleValue());
      assertEquals(-1, tokens.nameIn(NameTable.of("a")));
      assertEquals(-1, tokens.textIn(NameTable.of("a")));
      assertFalse(tokens.textIs(ascii("")));
      tokens.next();
    }
    assertArrayEquals(new byte[0], tokens.rawValue());
    assertEquals("[null", new String(tokens.lineBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void matchesNamesAndTexts() throws IOException {
    NameTable table = NameTable.of("type", "content_block_delta", "text", "");
    JsonlTokenizer tokens = line("{\"type\":\"content_block_delta\",\"typ\":\"t\\u0065xt\",\"\":\"text\"}");
    tokens.next();
    tokens.next();
    assertEquals(0, tokens.nameIn(table));
    assertEquals(-1, tokens.textIn(table), "a name is no text value");
    tokens.next();
    assertEquals(1, tokens.textIn(table));
    assertEquals(-1, tokens.nameIn(table));
    assertTrue(tokens.textIs(ascii("content_block_delta")));
    assertFalse(tokens.textIs(ascii("content_block_delt")));
    tokens.next();
    assertEquals(-1, tokens.nameIn(table));
    tokens.next();
    assertEquals(-1, tokens.textIn(table), "an escaped form is not the name");
    tokens.next();
    assertEquals(3, tokens.nameIn(table));
    tokens.next();
    assertEquals(2, tokens.textIn(table));
  }

  /** The tokens of the only line, in a short form. */
  private static String tokens(String json) throws IOException {
    JsonlTokenizer tokens = line(json);
    List<String> all = new ArrayList<>();
    while (true) {
      assertTrue(all.size() <= json.length(), "walks on for ever");
      switch (tokens.next()) {
        case NAME, STRING -> all.add("'" + tokens.text() + "'");
        case END_LINE -> {
          all.add("end");
          return String.join(" ", all);
        }
        case INVALID -> {
          all.add("invalid");
          return String.join(" ", all);
        }
        default -> all.add(region(tokens));
      }
    }
  }

  private static Token walk(JsonlTokenizer tokens) {
    Token token = tokens.next();
    while (token != Token.END_LINE && token != Token.INVALID) {
      token = tokens.next();
    }
    return token;
  }

  private static String region(JsonlTokenizer tokens) {
    int start = tokens.tokenStart();
    return new String(tokens.buffer(), start, tokens.tokenEnd() - start, StandardCharsets.UTF_8);
  }

  private static JsonlTokenizer of(String lines) {
    return new JsonlTokenizer(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonlTokenizer line(String json) throws IOException {
    JsonlTokenizer tokens = of(json);
    assertEquals(Line.LINE, tokens.nextLine());
    return tokens;
  }

  private static JsonlTokenizer string(String json) throws IOException {
    JsonlTokenizer tokens = line(json);
    assertEquals(Token.STRING, tokens.next());
    return tokens;
  }

  private static JsonlTokenizer number(String json) throws IOException {
    JsonlTokenizer tokens = line(json);
    assertEquals(Token.NUMBER, tokens.next());
    return tokens;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

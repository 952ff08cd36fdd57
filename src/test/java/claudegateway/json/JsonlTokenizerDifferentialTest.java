package claudegateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.JsonlTokenizer.Line;
import claudegateway.json.JsonlTokenizer.Token;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** jackson-core is the judge: the same tokens and texts for random documents, and the same faults. */
class JsonlTokenizerDifferentialTest {
  private static final long SEED = 20_260_101;
  private static final JsonFactory JACKSON = new JsonFactory();

  @Test
  void randomDocumentsHaveTheSameTokens() throws IOException {
    Random random = new Random(SEED);
    StringBuilder lines = new StringBuilder();
    List<List<String>> expected = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      String document = new RandomJson(random).document();
      lines.append(document).append('\n');
      expected.add(byJackson(document.getBytes(StandardCharsets.UTF_8)));
    }
    JsonlTokenizer tokens = tokenizer(lines.toString().getBytes(StandardCharsets.UTF_8));
    for (List<String> document : expected) {
      assertEquals(Line.LINE, tokens.nextLine());
      assertEquals(document, byTokenizer(tokens));
    }
    assertEquals(Line.END, tokens.nextLine());
  }

  @Test
  void theCorpusHasTheSameTokens() throws IOException {
    JsonlTokenizer tokens = tokenizer(CliCorpus.session(300_000));
    int lines = 0;
    while (tokens.nextLine() == Line.LINE) {
      assertEquals(byJackson(tokens.lineBytes()), byTokenizer(tokens));
      lines++;
    }
    assertTrue(lines > 100, lines + " lines");
  }

  /** Escapes are left out: the tokenizer looks at them only when a text is asked for. */
  @Test
  void damagedDocumentsAreFoundBrokenAtTheSamePlace() throws IOException {
    Random random = new Random(SEED + 1);
    String damage = "{}[]\",:0-+.eE truefalsn/\t\u0001x";
    int broken = 0;
    for (int i = 0; i < 15_000; i++) {
      StringBuilder text = new StringBuilder(new RandomJson(random).withoutEscapes().document());
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = random.nextInt(text.length());
        char c = damage.charAt(random.nextInt(damage.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, c);
          case 1 -> text.insert(at, c);
          default -> text.setLength(Math.max(1, at));
        }
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      if (text.toString().isBlank()) {
        continue;
      }
      List<String> judged = byJackson(bytes);
      JsonlTokenizer tokens = tokenizer(bytes);
      assertEquals(Line.LINE, tokens.nextLine(), text::toString);
      List<String> found = byTokenizer(tokens);
      assertEquals(judged.getLast(), found.getLast(), text::toString);
      if (judged.getLast().equals("INVALID")) {
        broken++;
      } else {
        assertEquals(judged, found);
      }
    }
    assertTrue(broken > 5_000, broken + " of them broken");
  }

  @Test
  void anyBytesAreWalkedWithoutAnException() throws IOException {
    Random random = new Random(SEED + 2);
    byte[] alphabet = "{}[]\",:\\\\\"\"u0e-.ntrf \n\r\u00e9#".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(400)];
      random.nextBytes(bytes);
      if (i % 2 == 0) {
        for (int k = 0; k < bytes.length; k++) {
          bytes[k] = alphabet[(bytes[k] & 0xFF) % alphabet.length];
        }
      }
      JsonlTokenizer tokens = tokenizer(bytes);
      while (tokens.nextLine() != Line.END) {
        Token token = Token.NULL;
        for (int n = 0; token != Token.END_LINE && token != Token.INVALID; n++) {
          assertTrue(n <= bytes.length, "walks on for ever");
          token = tokens.next();
          JsonReader.parse("\"" + tokens.slice() + "\"");
          assertEquals(tokens.text(), wellFormed(tokens.slice().decode()));
          if (n % 7 == 3) {
            tokens.rawValue();
          }
        }
      }
    }
  }

  private static JsonlTokenizer tokenizer(byte[] lines) {
    return new JsonlTokenizer(new ByteArrayInputStream(lines));
  }

  private static List<String> byTokenizer(JsonlTokenizer tokens) {
    List<String> all = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token) {
        case NAME, STRING -> all.add(token + " " + tokens.text());
        case NUMBER -> all.add(token + " " + new String(tokens.buffer(), tokens.tokenStart(),
            tokens.tokenEnd() - tokens.tokenStart(), StandardCharsets.UTF_8));
        default -> all.add(token.name());
      }
      if (token == Token.END_LINE || token == Token.INVALID) {
        return all;
      }
    }
  }

  private static List<String> byJackson(byte[] document) {
    List<String> all = new ArrayList<>();
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), document)) {
      int depth = 0;
      JsonToken token = parser.nextToken();
      while (token != null) {
        if (depth == 0 && !all.isEmpty()) {
          all.add("INVALID");
          return all;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        all.add(switch (token) {
          case START_OBJECT -> "BEGIN_OBJECT";
          case START_ARRAY -> "BEGIN_ARRAY";
          case PROPERTY_NAME -> "NAME " + parser.currentName();
          case VALUE_STRING -> "STRING " + wellFormed(parser.getString());
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "NUMBER " + parser.getString();
          default -> token.name().replace("VALUE_", "");
        });
        token = parser.nextToken();
      }
      all.add("END_LINE");
    } catch (StreamReadException broken) {
      all.add("INVALID");
    }
    return all;
  }

  /** jackson-core leaves half a surrogate pair as it is. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_16);
  }
}

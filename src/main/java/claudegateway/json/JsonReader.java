package claudegateway.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Strict reading of one JSON text: UTF-8 without faults, unique names, nothing behind the value.
 *
 * <p>Depth is bounded by {@link #DEPTH_MAX}; the size by whoever read the bytes.
 */
public final class JsonReader {
  /** Deeper nesting than any real request has, and far from the stack's end. */
  public static final int DEPTH_MAX = 200;

  /** Characters that are decoded at a time to see whether they can be: a text may have many megabytes. */
  private static final int CHECKED_CHARS = 8 << 10;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private static final JsonFactory FACTORY = JsonFactory.builder()
      .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(DEPTH_MAX)
          .maxStringLength(Integer.MAX_VALUE)
          .maxNameLength(10_000)
          .maxNumberLength(1_000)
          .build())
      .build();

  private JsonReader() {}

  /** The value that the bytes hold; throws JsonException, with a message for the client, when they don't. */
  public static Json parse(byte[] utf8) {
    return parse(utf8, 0, utf8.length);
  }

  /** A byte order mark, which some editors and shells write, may stand before the value. */
  public static Json parse(byte[] utf8, int offset, int length) {
    return parse(utf8, offset, length, Set.of());
  }

  /** @param leftOut names of the outermost object's fields that are passed over */
  public static Json parse(byte[] utf8, int offset, int length, Set<String> leftOut) {
    requireUtf8(utf8, offset, length);
    int mark = startsWithMark(utf8, offset, length) ? BYTE_ORDER_MARK.length : 0;
    try (JsonParser parser =
        FACTORY.createParser(ObjectReadContext.empty(), utf8, offset + mark, length - mark)) {
      if (parser.nextToken() == null) {
        throw new JsonException("the body is empty, JSON is expected");
      }
      Json value = read(parser, leftOut);
      if (parser.nextToken() != null) {
        throw new JsonException("something follows the JSON value" + at(parser.currentTokenLocation()));
      }
      return value;
    } catch (StreamConstraintsException tooMuch) {
      throw new JsonException(
          "the JSON nests deeper than " + DEPTH_MAX + " levels or has an oversized name or number");
    } catch (StreamReadException broken) {
      throw new JsonException(
          "invalid JSON" + at(broken.getLocation()) + ": " + brief(broken.getOriginalMessage()));
    }
  }

  public static Json parse(String text) {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Json read(JsonParser parser) {
    return read(parser, Set.of());
  }

  private static Json read(JsonParser parser, Set<String> leftOut) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Json> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          if (leftOut.contains(name)) {
            parser.skipChildren();
          } else {
            fields.put(name, read(parser));
          }
        }
        yield new Json.Obj(fields);
      }
      case START_ARRAY -> {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(read(parser));
        }
        yield new Json.Arr(items);
      }
      case VALUE_STRING -> new Json.Str(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(parser.getString());
      case VALUE_TRUE -> Json.Bool.TRUE;
      case VALUE_FALSE -> Json.Bool.FALSE;
      case VALUE_NULL -> Json.Null.NULL;
      default -> throw new JsonException("unexpected " + parser.currentToken());
    };
  }

  /** jackson-core lets overlong forms and encoded surrogates pass; the JDK's decoder does not. */
  private static void requireUtf8(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] < 0) {
        requireUtf8(ByteBuffer.wrap(bytes, i, offset + length - i));
        return;
      }
    }
  }

  private static void requireUtf8(ByteBuffer rest) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer unused = CharBuffer.allocate(Math.min(CHECKED_CHARS, rest.remaining()));
    CoderResult result = decoder.decode(rest, unused.clear(), true);
    while (result.isOverflow()) {
      result = decoder.decode(rest, unused.clear(), true);
    }
    if (result.isError()) {
      throw new JsonException("the text is not valid UTF-8");
    }
  }

  private static boolean startsWithMark(byte[] bytes, int offset, int length) {
    int size = BYTE_ORDER_MARK.length;
    return length >= size && Arrays.equals(bytes, offset, offset + size, BYTE_ORDER_MARK, 0, size);
  }

  private static String at(TokenStreamLocation location) {
    return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  /** jackson-core's message without what it says about the source and about its own settings. */
  private static String brief(String message) {
    return message.lines().findFirst().orElse("")
        .replaceFirst(" \\(start marker.*|: maybe a \\(non-standard.*|: enable `.*", "");
  }
}

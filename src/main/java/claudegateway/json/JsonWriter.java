package claudegateway.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Builds one JSON text, call by call, in memory: {@code new JsonWriter().begin().field("id",
 * 1).end().toBytes()}, or on its way out: {@code new JsonWriter(stream).begin().end().close()}.
 *
 * <p>Output is compact UTF-8. A lone surrogate in a text or a name becomes U+FFFD, because no two JSON
 * readers agree on what it would mean. Not thread-safe.
 */
public final class JsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final OutputStream out;
  private final JsonGenerator generator;

  public JsonWriter() {
    this(new ByteArrayOutputStream(512));
  }

  /** Writes to a stream, some kB at a time; when that fails, the call throws an UncheckedIOException. */
  public JsonWriter(OutputStream out) {
    this.out = out;
    this.generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out);
  }

  /** The quoted, escaped literal of a text. */
  public static byte[] literal(String text) {
    return new JsonWriter().value(text).toBytes();
  }

  /** Opens an object as a value (of an array, or the whole text). */
  public JsonWriter begin() {
    generator.writeStartObject();
    return this;
  }

  /** Opens an object as the named field. */
  public JsonWriter begin(String name) {
    return name(name).begin();
  }

  public JsonWriter end() {
    generator.writeEndObject();
    return this;
  }

  public JsonWriter beginArray() {
    generator.writeStartArray();
    return this;
  }

  public JsonWriter beginArray(String name) {
    return name(name).beginArray();
  }

  public JsonWriter endArray() {
    generator.writeEndArray();
    return this;
  }

  public JsonWriter name(String name) {
    generator.writeName(wellFormed(name));
    return this;
  }

  /** A string, or null for a null text. */
  public JsonWriter field(String name, String value) {
    return name(name).value(value);
  }

  public JsonWriter field(String name, long value) {
    return name(name).value(value);
  }

  /** A finite number. */
  public JsonWriter field(String name, double value) {
    return name(name).value(Json.of(value));
  }

  public JsonWriter field(String name, boolean value) {
    name(name);
    generator.writeBoolean(value);
    return this;
  }

  public JsonWriter field(String name, Json value) {
    return name(name).value(value);
  }

  /** A string field whose literal exists already. */
  public JsonWriter field(String name, Slice literal) {
    return name(name).value(literal);
  }

  public JsonWriter nullField(String name) {
    name(name);
    generator.writeNull();
    return this;
  }

  public JsonWriter value(String text) {
    if (text == null) {
      generator.writeNull();
    } else {
      generator.writeString(wellFormed(text));
    }
    return this;
  }

  public JsonWriter value(long number) {
    generator.writeNumber(number);
    return this;
  }

  public JsonWriter value(Slice literal) {
    return value(List.of(literal));
  }

  /** One string of which the literal exists in pieces. */
  public JsonWriter value(Iterable<Slice> literal) {
    generator.writeRawValue("");
    generator.flush();
    try {
      out.write('"');
      for (Slice piece : literal) {
        out.write(piece.bytes(), piece.offset(), piece.length());
      }
      out.write('"');
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return this;
  }

  /** A value that is JSON text already; it goes out as it is. */
  public JsonWriter raw(byte[] json) {
    generator.writeRawValue("");
    generator.flush();
    try {
      out.write(json);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return this;
  }

  public JsonWriter value(Json value) {
    switch (value) {
      case Json.Obj object -> {
        begin();
        object.fields().forEach(this::field);
        end();
      }
      case Json.Arr array -> {
        beginArray();
        array.items().forEach(this::value);
        endArray();
      }
      case Json.Str text -> value(text.value());
      case Json.Num number -> generator.writeNumber(number.literal());
      case Json.Bool flag -> generator.writeBoolean(flag == Json.Bool.TRUE);
      case Json.Null _ -> generator.writeNull();
    }
    return this;
  }

  /** The text, when every begin has its end; nothing can be written afterwards. Only of a writer in memory. */
  public byte[] toBytes() {
    close();
    return ((ByteArrayOutputStream) out).toByteArray();
  }

  /** Writes what is left, when every begin has its end, and closes the stream. */
  public void close() {
    // Gives its buffers, 16 kB, back to the next writer.
    generator.close();
  }

  /** The text with U+FFFD for each half of a surrogate pair. */
  static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired = Character.isHighSurrogate(c) && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return replaceLoneSurrogates(text);
        }
        i++;
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    StringBuilder fixed = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
        .forEach(fixed::appendCodePoint);
    return fixed.toString();
  }
}

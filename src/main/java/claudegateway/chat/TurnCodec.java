package claudegateway.chat;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import claudegateway.json.Slice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of a turn's events as bytes, for the store: the first one's position, then for each a kind and its fields.
 * The last event of a turn is not stored here but as the turn's own row.
 */
final class TurnCodec {
  /** The name that the store knows this format by. */
  static final String KIND = "events-1";

  /** Bytes beside a piece of text: kind, call's index, length. */
  private static final int PIECE_OVERHEAD = 1 + Integer.BYTES + Integer.BYTES;

  private TurnCodec() {}

  /** @param run not empty, without a turn's end */
  static byte[] encode(Turn.Run run) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(size(run.events()));
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(run.first());
      for (TurnEvent event : run.events()) {
        switch (event) {
          case TurnEvent.Started(String model) -> {
            out.writeByte('s');
            write(out, model.getBytes(StandardCharsets.UTF_8));
          }
          case TurnEvent.Text(Slice json) -> slice(out, 't', json);
          case TurnEvent.Thinking(Slice json) -> slice(out, 'h', json);
          case TurnEvent.ToolCall(int index, String id, String name) -> {
            out.writeByte('c');
            out.writeInt(index);
            write(out, id.getBytes(StandardCharsets.UTF_8));
            write(out, name.getBytes(StandardCharsets.UTF_8));
          }
          case TurnEvent.ToolArguments(int index, Slice json) -> {
            out.writeByte('a');
            out.writeInt(index);
            write(out, json.bytes(), json.offset(), json.length());
          }
          case TurnEvent.Activity(String kind, Json.Obj detail) -> {
            out.writeByte('x');
            write(out, kind.getBytes(StandardCharsets.UTF_8));
            write(out, detail.toBytes());
          }
          case TurnEvent.Withdrawn _ -> out.writeByte('w');
          case TurnEvent.Finished _, TurnEvent.Failed _ ->
              throw new IllegalArgumentException("a turn's end is not part of its chunks");
        }
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** What pieces of text take; for the rest the buffer grows. */
  private static int size(List<TurnEvent> events) {
    int size = Long.BYTES;
    for (TurnEvent event : events) {
      size += PIECE_OVERHEAD + event.piece().length();
    }
    return size;
  }

  static List<Turn.Entry> decode(byte[] chunk) {
    List<Turn.Entry> entries = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(chunk))) {
      long position = in.readLong();
      while (in.available() > 0) {
        int kind = in.readUnsignedByte();
        entries.add(new Turn.Entry(position++, switch (kind) {
          case 's' -> new TurnEvent.Started(text(in));
          case 't' -> new TurnEvent.Text(slice(in));
          case 'h' -> new TurnEvent.Thinking(slice(in));
          case 'c' -> new TurnEvent.ToolCall(in.readInt(), text(in), text(in));
          case 'a' -> new TurnEvent.ToolArguments(in.readInt(), slice(in));
          case 'x' -> new TurnEvent.Activity(text(in), (Json.Obj) JsonReader.parse(read(in)));
          case 'w' -> TurnEvent.Withdrawn.SCHEMA;
          default -> throw new IOException("unknown event " + kind);
        }));
      }
    } catch (IOException broken) {
      throw new UncheckedIOException("a stored turn cannot be read", broken);
    }
    return entries;
  }

  private static void slice(DataOutputStream out, char kind, Slice json) throws IOException {
    out.writeByte(kind);
    write(out, json.bytes(), json.offset(), json.length());
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    write(out, bytes, 0, bytes.length);
  }

  private static void write(DataOutputStream out, byte[] bytes, int offset, int length) throws IOException {
    out.writeInt(length);
    out.write(bytes, offset, length);
  }

  private static byte[] read(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  private static Slice slice(DataInputStream in) throws IOException {
    byte[] bytes = read(in);
    return new Slice(bytes, 0, bytes.length);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(read(in), StandardCharsets.UTF_8);
  }
}

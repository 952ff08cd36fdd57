package claudegateway.claude;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import claudegateway.json.JsonlTokenizer;
import claudegateway.json.JsonlTokenizer.Token;
import claudegateway.json.NameTable;
import claudegateway.json.Slice;
import java.util.Optional;

/**
 * The {@code event} object of a {@code stream_event} line: the hot path. A delta costs one copy of its text.
 *
 * <p>The fields are collected in whatever order they stand and made an event when the line is read to its end.
 */
final class StreamEventFields {
  private static final NameTable NAMES = NameTable.of("type", "index", "delta", "content_block", "message", "usage");
  private static final NameTable TYPES = NameTable.of("content_block_delta", "content_block_start",
      "content_block_stop", "message_start", "message_delta", "message_stop");
  private static final NameTable DELTA_NAMES = NameTable.of("type", "text", "thinking", "partial_json",
      "stop_reason");
  private static final NameTable BLOCK_NAMES = NameTable.of("type", "id", "name");
  private static final NameTable MESSAGE_NAMES = NameTable.of("id", "model", "usage");

  private enum Text { NONE, TEXT, THINKING, INPUT }

  private final JsonlTokenizer tokens;
  private int type;
  private int index;
  private Text kind;
  private Slice text;
  private String stopReason;
  private String blockType;
  private String id;
  private String name;
  private byte[] usage;

  StreamEventFields(JsonlTokenizer tokens) {
    this.tokens = tokens;
  }

  void clear() {
    type = -1;
    index = 0;
    kind = Text.NONE;
    text = Slice.EMPTY;
    stopReason = null;
    blockType = id = name = "";
    usage = null;
  }

  /** Reads the value behind the name {@code event}. */
  void read() {
    if (tokens.next() != Token.BEGIN_OBJECT) {
      tokens.skipValue();
      return;
    }
    while (tokens.next() == Token.NAME) {
      switch (tokens.nameIn(NAMES)) {
        case 0 -> {
          tokens.next();
          type = tokens.textIn(TYPES);
        }
        case 1 -> {
          tokens.next();
          index = (int) tokens.longValue();
        }
        case 2 -> delta();
        case 3 -> named(BLOCK_NAMES);
        case 4 -> named(MESSAGE_NAMES);
        case 5 -> usage = tokens.rawValue();
        default -> tokens.skipValue();
      }
    }
  }

  ClaudeEvent event(boolean abandoned) {
    return switch (type) {
      case 0 -> switch (kind) {
        case TEXT -> new ClaudeEvent.TextDelta(text);
        case THINKING -> new ClaudeEvent.ThinkingDelta(text);
        case INPUT -> new ClaudeEvent.InputDelta(index, text);
        case NONE -> new ClaudeEvent.Other("stream_event", "delta");
      };
      case 1 -> new ClaudeEvent.BlockStart(index, blockType, id, name);
      case 2 -> new ClaudeEvent.BlockStop(index);
      case 3 -> new ClaudeEvent.MessageStart(id, name, tokenCount());
      case 4 -> new ClaudeEvent.MessageDelta(Optional.ofNullable(stopReason), tokenCount());
      case 5 -> new ClaudeEvent.MessageStop(abandoned);
      default -> new ClaudeEvent.Other("stream_event", "");
    };
  }

  private TokenCount tokenCount() {
    return usage != null && JsonReader.parse(usage) instanceof Json.Obj counts ? TokenCount.of(counts)
        : TokenCount.NONE;
  }

  private void delta() {
    if (tokens.next() != Token.BEGIN_OBJECT) {
      tokens.skipValue();
      return;
    }
    while (tokens.next() == Token.NAME) {
      switch (tokens.nameIn(DELTA_NAMES)) {
        case 1 -> take(Text.TEXT);
        case 2 -> take(Text.THINKING);
        case 3 -> take(Text.INPUT);
        case 4 -> stopReason = tokens.next() == Token.STRING ? tokens.text() : null;
        default -> tokens.skipValue();
      }
    }
  }

  private void take(Text what) {
    if (tokens.next() == Token.STRING) {
      kind = what;
      text = tokens.slice();
    } else {
      tokens.skipValue();
    }
  }

  /** A content block (type, id, name) or a message (id, model, usage): the third name differs in meaning. */
  private void named(NameTable table) {
    if (tokens.next() != Token.BEGIN_OBJECT) {
      tokens.skipValue();
      return;
    }
    boolean message = table == MESSAGE_NAMES;
    while (tokens.next() == Token.NAME) {
      switch (tokens.nameIn(table)) {
        case 0 -> {
          String value = text();
          if (message) {
            id = value;
          } else {
            blockType = value;
          }
        }
        case 1 -> {
          String value = text();
          if (message) {
            name = value;
          } else {
            id = value;
          }
        }
        case 2 -> {
          if (message) {
            usage = tokens.rawValue();
          } else {
            name = text();
          }
        }
        default -> tokens.skipValue();
      }
    }
  }

  private String text() {
    if (tokens.next() == Token.STRING) {
      return tokens.text();
    }
    tokens.skipValue();
    return "";
  }
}

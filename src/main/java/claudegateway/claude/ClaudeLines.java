package claudegateway.claude;

import claudegateway.claude.ClaudeEvent.Block;
import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import claudegateway.json.JsonlTokenizer;
import claudegateway.json.JsonlTokenizer.Line;
import claudegateway.json.JsonlTokenizer.Token;
import claudegateway.json.NameTable;
import claudegateway.json.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The CLI's stdout as events. The order of a line's fields does not matter (2.1.330 puts {@code type} last but
 * eight in a {@code result}); an answer's text is not decoded, however often the CLI repeats it.
 *
 * <p>Used by one thread, the child's reader.
 */
final class ClaudeLines {
  private static final int UNREADABLE_SHOWN_MAX = 200;

  private static final NameTable NAMES = NameTable.of("type", "event", "message", "subtype", "uuid",
      "parent_tool_use_id", "error", "request", "request_id", "response", "abandoned_blocks", "result");
  private static final int TYPE = 0;
  private static final int EVENT = 1;
  private static final int MESSAGE = 2;
  private static final int SUBTYPE = 3;
  private static final int UUID = 4;
  private static final int PARENT = 5;
  private static final int ERROR = 6;
  private static final int REQUEST = 7;
  private static final int REQUEST_ID = 8;
  private static final int RESPONSE = 9;
  private static final int ABANDONED = 10;
  private static final int RESULT = 11;

  private static final NameTable TYPES = NameTable.of("stream_event", "assistant", "user", "system", "result",
      "control_request", "control_response", "control_cancel_request");
  private static final int STREAM_EVENT = 0;

  private final JsonlTokenizer tokens;
  private final StreamEventFields stream;

  ClaudeLines(InputStream stdout) {
    this(stdout, JsonlTokenizer.LINE_MAX);
  }

  ClaudeLines(InputStream stdout, int lineMax) {
    this.tokens = new JsonlTokenizer(stdout, lineMax);
    this.stream = new StreamEventFields(tokens);
  }

  /** The next line's event; blocks. Empty at the end of the stream. */
  Optional<ClaudeEvent> next() throws IOException {
    Line line = tokens.nextLine();
    return switch (line) {
      case END -> Optional.empty();
      case TOO_LONG -> Optional.of(new ClaudeEvent.TooLong(tokens.skippedBytes()));
      case LINE -> Optional.of(event());
    };
  }

  private ClaudeEvent event() {
    int type = -1;
    String otherType = "";
    String subtype = "";
    String uuid = "";
    String requestId = "";
    String parent = null;
    String error = null;
    byte[] request = null;
    byte[] response = null;
    String result = "";
    boolean abandoned = false;
    Message message = null;
    stream.clear();

    if (tokens.next() != Token.BEGIN_OBJECT) {
      return unreadable("no JSON object", false);
    }
    while (tokens.next() == Token.NAME) {
      switch (tokens.nameIn(NAMES)) {
        case TYPE -> {
          tokens.next();
          type = tokens.textIn(TYPES);
          otherType = type < 0 ? tokens.text() : "";
        }
        case EVENT -> stream.read();
        case MESSAGE -> message = message();
        case SUBTYPE -> subtype = textValue();
        case UUID -> uuid = type == STREAM_EVENT ? skipped("") : textValue();
        case PARENT -> parent = optionalText();
        case ERROR -> error = optionalText();
        case REQUEST -> request = tokens.rawValue();
        case REQUEST_ID -> requestId = textValue();
        case RESPONSE -> response = tokens.rawValue();
        case RESULT -> result = tokens.next() == Token.STRING ? resultText() : skipped("");
        case ABANDONED -> abandoned = tokens.next() == Token.BEGIN_OBJECT | skipRest();
        default -> tokens.skipValue();
      }
    }
    if (tokens.next() != Token.END_LINE) {
      return unreadable("broken JSON", true);
    }
    try {
      return switch (type) {
        case STREAM_EVENT -> parent == null ? stream.event(abandoned) : new ClaudeEvent.Other("stream_event", "subagent");
        case 1 -> new ClaudeEvent.Assistant(uuid, Optional.ofNullable(parent), messageModel(message),
            Optional.ofNullable(error), blocks(message));
        case 2 -> new ClaudeEvent.User(uuid, Optional.ofNullable(parent), blocks(message));
        case 3 -> system(subtype);
        case 4 -> SystemLines.result(whole(Set.of("result")), result);
        case 5 -> {
          Json.Obj asked = (Json.Obj) JsonReader.parse(request);
          yield new ClaudeEvent.ControlRequest(requestId, asked.string("subtype").orElse(""), asked);
        }
        case 6 -> SystemLines.controlResponse((Json.Obj) JsonReader.parse(response));
        case 7 -> new ClaudeEvent.ControlCancel(requestId);
        default -> new ClaudeEvent.Other(otherType, subtype);
      };
    } catch (JsonException | ClassCastException | NullPointerException unexpected) {
      return unreadable("unexpected fields: " + unexpected.getMessage(), false);
    }
  }

  private ClaudeEvent system(String subtype) {
    return switch (subtype) {
      case "init", "api_retry", "status" -> SystemLines.system(subtype, whole(Set.of()));
      default -> subtype.startsWith("task_")
          ? new ClaudeEvent.Task(subtype, whole(Set.of()))
          : new ClaudeEvent.Other("system", subtype);
    };
  }

  private Json.Obj whole(Set<String> leftOut) {
    return (Json.Obj) JsonReader.parse(tokens.buffer(), tokens.lineStart(), tokens.lineEnd() - tokens.lineStart(),
        leftOut);
  }

  private ClaudeEvent unreadable(String why, boolean torn) {
    int length = Math.min(tokens.lineEnd() - tokens.lineStart(), UNREADABLE_SHOWN_MAX);
    String shown = new String(tokens.buffer(), tokens.lineStart(), length, StandardCharsets.UTF_8);
    return new ClaudeEvent.Unreadable(why + ": " + shown.replaceAll("\\p{Cntrl}", "?"), torn);
  }

  private String textValue() {
    return tokens.next() == Token.STRING ? tokens.text() : skipped("");
  }

  private String optionalText() {
    return tokens.next() == Token.STRING ? tokens.text() : skipped(null);
  }

  private String skipped(String instead) {
    tokens.skipValue();
    return instead;
  }

  /** An error's words, or a command's; an answer, which may have megabytes, was in the deltas. */
  private String resultText() {
    return tokens.tokenEnd() - tokens.tokenStart() <= SystemLines.RESULT_TEXT_MAX ? tokens.text() : "";
  }

  private boolean skipRest() {
    tokens.skipValue();
    return false;
  }

  private record Message(String model, List<RawBlock> blocks) {}

  /** What a block is, before it is known whose: text is kept as bytes, decoded only for a sub-agent. */
  private record RawBlock(String type, String id, String name, Slice text, byte[] input, byte[] content,
      boolean isError) {}

  private static String messageModel(Message message) {
    return message == null ? "" : message.model;
  }

  private static final NameTable MESSAGE_NAMES = NameTable.of("model", "content");

  private Message message() {
    if (tokens.next() != Token.BEGIN_OBJECT) {
      tokens.skipValue();
      return null;
    }
    String model = "";
    List<RawBlock> blocks = List.of();
    while (tokens.next() == Token.NAME) {
      switch (tokens.nameIn(MESSAGE_NAMES)) {
        case 0 -> model = textValue();
        case 1 -> blocks = rawBlocks();
        default -> tokens.skipValue();
      }
    }
    return new Message(model, blocks);
  }

  private List<RawBlock> rawBlocks() {
    Token begin = tokens.next();
    if (begin == Token.STRING) {
      return List.of(new RawBlock("text", "", "", shortSlice(), null, null, false));
    }
    List<RawBlock> blocks = new ArrayList<>();
    if (begin == Token.BEGIN_ARRAY) {
      while (tokens.next() == Token.BEGIN_OBJECT) {
        blocks.add(rawBlock());
      }
    } else {
      tokens.skipValue();
    }
    return blocks;
  }

  private static final NameTable BLOCK_NAMES = NameTable.of("type", "text", "id", "name", "input", "tool_use_id",
      "content", "is_error");

  private RawBlock rawBlock() {
    String type = "";
    String id = "";
    String name = "";
    Slice text = Slice.EMPTY;
    byte[] input = null;
    byte[] content = null;
    boolean isError = false;
    while (tokens.next() == Token.NAME) {
      switch (tokens.nameIn(BLOCK_NAMES)) {
        case 0 -> type = textValue();
        case 1 -> {
          tokens.next();
          text = shortSlice();
        }
        case 2, 5 -> id = textValue();
        case 3 -> name = textValue();
        case 4 -> input = tokens.rawValue();
        case 6 -> content = tokens.rawValue();
        case 7 -> isError = tokens.next() == Token.TRUE;
        default -> tokens.skipValue();
      }
    }
    return new RawBlock(type, id, name, text, input, content, isError);
  }

  /** Text that is worth copying: an answer's is in the deltas, and may have megabytes. */
  private Slice shortSlice() {
    return tokens.tokenEnd() - tokens.tokenStart() <= SystemLines.SHOWN_TEXT_MAX ? tokens.slice() : Slice.EMPTY;
  }

  private static List<Block> blocks(Message message) {
    List<Block> blocks = new ArrayList<>();
    if (message != null) {
      for (RawBlock raw : message.blocks) {
        blocks.add(switch (raw.type) {
          case "text" -> new Block.Text(raw.text.decode());
          case "tool_use" -> new Block.ToolUse(raw.id, raw.name, (Json.Obj) JsonReader.parse(raw.input));
          case "tool_result" -> new Block.ToolResult(raw.id,
              raw.content == null ? Json.Null.NULL : JsonReader.parse(raw.content), raw.isError);
          default -> new Block.Something(raw.type);
        });
      }
    }
    return blocks;
  }
}

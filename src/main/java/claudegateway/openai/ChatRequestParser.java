package claudegateway.openai;

import claudegateway.chat.ChatRequest;
import claudegateway.chat.ChatRequest.OnBusy;
import claudegateway.chat.ChatRequest.OnDisconnect;
import claudegateway.chat.ChatRequest.OnOtherWriter;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the body of {@code POST /v1/chat/completions}: OpenAI's fields, and as extensions {@code session_id},
 * {@code project_id}, {@code system_prompt}, {@code on_busy}, {@code on_disconnect},
 * {@code on_other_writer} and the object {@code claude} ({@code events}, {@code thinking}, {@code builtin_tools},
 * {@code commands}).
 *
 * <p>Everything is checked here that can be checked without knowing a session: nothing was stored and nothing
 * started when an {@link InvalidRequest} is thrown. Unknown fields are ignored everywhere, null is absent.
 */
public final class ChatRequestParser {
  static final int MODEL_MAX = 256;
  static final int ID_MAX = 128;

  private ChatRequestParser() {}

  /** Throws InvalidRequest. */
  public static ParsedRequest parse(byte[] body) {
    return parse(Fields.parse(body).object());
  }

  /** Throws InvalidRequest. */
  public static ParsedRequest parse(Json.Obj body) {
    Fields request = new Fields(body, "");
    Fields claude = request.object("claude").orElse(new Fields(Json.Obj.EMPTY, "claude"));
    Fields streaming = request.object("stream_options").orElse(new Fields(Json.Obj.EMPTY, "stream_options"));
    List<String> ignored = new ArrayList<>();

    Optional<String> model = request.name("model", MODEL_MAX);
    boolean stream = request.isTrue("stream");
    boolean includeUsage = streaming.isTrue("include_usage");
    boolean events = streaming.isTrue("include_events") | claude.isTrue("events");
    Optional<String> sessionId = id(request, "session_id", "[A-Za-z0-9._-]+",
        "letters, digits, '.', '_' and '-'");
    Optional<String> projectId =
        id(request, "project_id", "[ -~&&[^/\\\\]]+", "printable ASCII characters without '/' and '\\'");
    Optional<String> systemPrompt = request.string("system_prompt").filter(text -> !text.isBlank());
    OnBusy onBusy = request.word("on_busy", words("wait", OnBusy.WAIT, "interrupt", OnBusy.INTERRUPT))
        .orElse(OnBusy.WAIT);
    OnDisconnect onDisconnect = request.word("on_disconnect",
        words("cancel", OnDisconnect.CANCEL, "continue", OnDisconnect.CONTINUE)).orElse(OnDisconnect.DEFAULT);
    OnOtherWriter onOtherWriter = request.word("on_other_writer",
        words("follow", OnOtherWriter.FOLLOW, "fork", OnOtherWriter.FORK)).orElse(OnOtherWriter.FOLLOW);

    ChatRequest.Options options = OptionsParser.parse(request, claude, ignored);
    IgnoredParameters.collect(request, ignored);
    ChatRequest.OutputFormat format = FormatParser.parse(request);
    MessagesParser.Parsed conversation = MessagesParser.parse(request);
    if (conversation.named()) {
      ignored.add("messages.name");
    }
    ChatRequest.Tools tools =
        ToolsParser.parse(request, claude.bool("builtin_tools"), conversation.usesTools());

    ChatRequest chat = new ChatRequest(sessionId, projectId, model,
        conversation.system().or(() -> systemPrompt),
        conversation.messages(), options, tools, format, onBusy, onDisconnect,
        onOtherWriter);
    return new ParsedRequest(chat, stream, includeUsage, events, ignored, ToolsParser.isLegacy(request));
  }

  private static Optional<String> id(Fields request, String field, String pattern, String allowed) {
    Optional<String> id = request.name(field, ID_MAX);
    id.ifPresent(text -> {
      if (!text.matches(pattern) || text.matches("[. ]+")) {
        throw InvalidRequest.of("invalid_value", field, "Invalid '" + field + "': expected 1 to " + ID_MAX
            + " " + allowed + ", not dots alone, but got " + InvalidRequest.quoted(text) + ".");
      }
    });
    return id;
  }

  private static <T> Map<String, T> words(String one, T first, String other, T second) {
    Map<String, T> words = new LinkedHashMap<>();
    words.put(one, first);
    words.put(other, second);
    return words;
  }
}

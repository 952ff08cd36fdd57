package claudegateway.openai;

import claudegateway.chat.Message;
import claudegateway.chat.Message.Part;
import claudegateway.chat.Message.Role;
import claudegateway.chat.Message.ToolCall;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The {@code messages} of a request. System and developer messages, wherever they stand, are joined to one
 * system prompt with a blank line between them.
 *
 * <p>Messages without content stay: an app sends an empty assistant message for an answer that failed. Only
 * at the end, where it would be an answer still to be written, such a message is left out.
 */
final class MessagesParser {
  static final int MESSAGES_MAX = 10_000;
  static final int CALLS_MAX = 1_000;
  static final int CALL_ID_MAX = 512;

  private static final int PARTICIPANT_MAX = 256;
  private static final List<String> ROLES =
      List.of("system", "developer", "user", "assistant", "tool", "function");

  /**
   * @param named whether a user or assistant message has a participant's name, which nothing can be done with
   */
  record Parsed(Optional<String> system, List<Message> messages, boolean named) {
    boolean usesTools() {
      return messages.stream().anyMatch(message -> message.role() == Role.TOOL || !message.calls().isEmpty());
    }
  }

  private final ContentParser content = new ContentParser();
  private final List<String> system = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>();
  /** Calls that were answered since the last message of another role. */
  private final Set<String> answered = new HashSet<>();
  private boolean named;
  /** The id made up for the last legacy call: that dialect has none. */
  private Optional<String> legacyCall = Optional.empty();

  private MessagesParser() {}

  static Parsed parse(Fields request) {
    if (request.list("messages", MESSAGES_MAX).isEmpty()) {
      throw InvalidRequest.of("missing_messages", "messages",
          "Missing 'messages': expected an array with at least one message of role 'user'.");
    }
    MessagesParser parser = new MessagesParser();
    List<Fields> all = request.objects("messages", MESSAGES_MAX);
    for (int i = 0; i < all.size(); i++) {
      parser.message(all.get(i), i);
    }
    parser.checkEnd(all);
    String prompt = parser.system.stream()
        .filter(text -> !text.isBlank()).collect(Collectors.joining("\n\n"));
    return new Parsed(
        Optional.of(prompt).filter(text -> !text.isEmpty()), List.copyOf(parser.messages), parser.named);
  }

  private void message(Fields message, int index) {
    message.required("role");
    String role = message.string("role").orElseThrow();
    named |= message.name("name", PARTICIPANT_MAX).isPresent() && !List.of("tool", "function").contains(role);
    if (!role.equals("tool")) {
      answered.clear();
    }
    switch (role) {
      case "system", "developer" -> system.add(joined(content.plain(message)));
      case "user" -> messages.add(new Message(Role.USER, content.rich(message), List.of(), Optional.empty()));
      case "assistant" -> messages.add(assistant(message, index));
      case "tool" -> messages.add(tool(message));
      case "function" -> messages.add(function(message));
      default -> throw InvalidRequest.value(message.at("role"), role, ROLES);
    }
  }

  private Message assistant(Fields message, int index) {
    List<Part> parts = content.plain(message);
    Optional<String> refusal = message.string("refusal");
    if (parts.isEmpty() && refusal.isPresent() && !refusal.get().isEmpty()) {
      parts = List.of(new Part.Text(refusal.get()));
    }
    List<ToolCall> calls = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Fields call : message.objects("tool_calls", CALLS_MAX)) {
      ToolCall parsed = call(call);
      if (!ids.add(parsed.id())) {
        throw InvalidRequest.of("duplicate_value", call.at("id"), "Invalid '" + call.at("id")
            + "': two calls of one message have the id " + InvalidRequest.quoted(parsed.id()) + ".");
      }
      calls.add(parsed);
    }
    message.object("function_call").ifPresent(function -> {
      legacyCall = Optional.of("call_legacy_" + index);
      calls.add(new ToolCall(legacyCall.get(), function.requiredName("name", ToolsParser.NAME_MAX),
          function.string("arguments").orElse("")));
    });
    return new Message(Role.ASSISTANT, parts, calls, Optional.empty());
  }

  private static ToolCall call(Fields call) {
    String id = call.requiredName("id", CALL_ID_MAX);
    String type = call.string("type").orElse("function");
    if (!type.equals("function")) {
      throw InvalidRequest.value(call.at("type"), type, List.of("function"));
    }
    Fields function = call.requiredObject("function");
    return new ToolCall(id, function.requiredName("name", ToolsParser.NAME_MAX),
        function.string("arguments").orElse(""));
  }

  private Message tool(Fields message) {
    String id = message.requiredName("tool_call_id", CALL_ID_MAX);
    if (!answered.add(id)) {
      throw InvalidRequest.of("duplicate_value", message.at("tool_call_id"), "Invalid '"
          + message.at("tool_call_id") + "': the call " + InvalidRequest.quoted(id) + " is answered twice.");
    }
    return new Message(Role.TOOL, content.plain(message), List.of(), Optional.of(id));
  }

  private Message function(Fields message) {
    message.requiredName("name", ToolsParser.NAME_MAX);
    String id = legacyCall.orElseThrow(() -> InvalidRequest.of("invalid_value", message.at("role"),
        "Invalid '" + message.at("role") + "': a message of role 'function' must follow an assistant message "
            + "with 'function_call'. Use 'tools', 'tool_calls' and role 'tool' instead."));
    legacyCall = Optional.empty();
    return new Message(Role.TOOL, content.plain(message), List.of(), Optional.of(id));
  }

  private void checkEnd(List<Fields> all) {
    while (!messages.isEmpty() && isPlaceholder(messages.getLast())) {
      messages.removeLast();
    }
    boolean toolLast = !messages.isEmpty() && messages.getLast().role() == Role.TOOL;
    if (!toolLast && messages.stream().noneMatch(message -> message.role() == Role.USER)) {
      throw InvalidRequest.of("missing_user_message", "messages",
          "Invalid 'messages': expected at least one message of role 'user'.");
    }
    Message last = messages.getLast();
    if (last.role() == Role.ASSISTANT) {
      throw InvalidRequest.of("invalid_value", lastOf(all, "assistant").at("role"),
          "Invalid 'messages': the last message must be of role 'user' or 'tool'. "
              + "Continuing an assistant message is not supported.");
    }
    if (last.role() == Role.USER && last.parts().stream().allMatch(MessagesParser::isBlank)) {
      throw InvalidRequest.of("empty_string", lastOf(all, "user").at("content"),
          "Invalid '" + lastOf(all, "user").at("content") + "': the last user message must not be empty.");
    }
  }

  private static boolean isPlaceholder(Message message) {
    return message.role() == Role.ASSISTANT && message.calls().isEmpty()
        && message.parts().stream().allMatch(MessagesParser::isBlank);
  }

  private static boolean isBlank(Part part) {
    return part instanceof Part.Text(String text) && text.isBlank();
  }

  private static Fields lastOf(List<Fields> all, String role) {
    return all.reversed().stream()
        .filter(message -> message.value("role").equals(Optional.of(Json.of(role))))
        .findFirst().orElseThrow();
  }

  private static String joined(List<Part> texts) {
    return texts.stream().map(part -> ((Part.Text) part).text()).collect(Collectors.joining("\n\n"));
  }
}

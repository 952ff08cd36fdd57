package claudegateway.demo;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The messages of a request as the people in it would tell them: neighbours of one role merged, and without
 * what the CLI adds by itself (system reminders, where it keeps images, messages of role system, cache
 * marks).
 */
public record Conversation(List<Said> messages) {

  /** @param blocks content blocks, a plain string as one text block */
  public record Said(String role, List<Json.Obj> blocks) {
    public Said {
      blocks = List.copyOf(blocks);
    }

    /** The text blocks, joined by newlines. */
    public String text() {
      return blocks.stream().filter(block -> isType(block, "text")).map(Conversation::text)
          .collect(Collectors.joining("\n"));
    }

    /**
     * The last text block. A turn that failed leaves its prompt behind, in the same message as the next
     * one's; what is asked is the last.
     */
    public String lastText() {
      List<Json.Obj> texts = blocks("text");
      return texts.isEmpty() ? "" : Conversation.text(texts.getLast());
    }

    public List<Json.Obj> blocks(String type) {
      return blocks.stream().filter(block -> isType(block, type)).toList();
    }
  }

  public Conversation {
    messages = List.copyOf(messages);
  }

  static Conversation of(List<Json.Obj> messages) {
    List<Said> merged = new ArrayList<>();
    for (Json.Obj message : messages) {
      String role = message.string("role").orElse("");
      List<Json.Obj> blocks = blocks(message).stream().filter(block -> !isReminder(block))
          .map(block -> block.has("cache_control") ? block.without("cache_control") : block).toList();
      if (role.equals("system") || blocks.isEmpty()) {
        continue;
      }
      if (!merged.isEmpty() && merged.getLast().role().equals(role)) {
        List<Json.Obj> both = new ArrayList<>(merged.removeLast().blocks());
        both.addAll(blocks);
        blocks = both;
      }
      merged.add(new Said(role, blocks));
    }
    return new Conversation(merged);
  }

  /** A line for each block: {@code user: hi}, {@code assistant calls Bash {…}}, {@code user result: …}. */
  public List<String> lines() {
    return messages.stream()
        .flatMap(said -> said.blocks().stream().map(block -> said.role() + describe(block))).toList();
  }

  /** The last message in which the user says something, not only a tool's result. */
  public Optional<Said> lastPrompt() {
    return messages.reversed().stream()
        .filter(said -> said.role().equals("user") && !said.text().isBlank()).findFirst();
  }

  /** Names of the tools that the last assistant message called. */
  public List<String> lastCalls() {
    return messages.reversed().stream().filter(said -> said.role().equals("assistant")).findFirst().stream()
        .flatMap(said -> said.blocks("tool_use").stream())
        .map(call -> call.string("name").orElse("")).toList();
  }

  /** The name of the tool that the call of this id called; "The tool" when there is no such call. */
  public String calledBy(String id) {
    return messages.stream().flatMap(said -> said.blocks("tool_use").stream())
        .filter(call -> call.string("id").equals(Optional.of(id)))
        .flatMap(call -> call.string("name").stream()).findFirst().orElse("The tool");
  }

  /** The tool results that this request brings: those of the last message. */
  public List<Json.Obj> toolResults() {
    return messages.isEmpty() ? List.of() : messages.getLast().blocks("tool_result");
  }

  /** The content of a message as blocks. */
  static List<Json.Obj> blocks(Json.Obj message) {
    return switch (message.get("content").orElse(Json.Null.NULL)) {
      case Json.Str text -> List.of(Json.object("type", "text", "text", text));
      case Json.Arr array -> array.items().stream()
          .filter(Json.Obj.class::isInstance).map(Json.Obj.class::cast).toList();
      case Json.Obj _, Json.Num _, Json.Bool _, Json.Null _ -> List.of();
    };
  }

  static boolean isType(Json.Obj block, String type) {
    return block.string("type").filter(type::equals).isPresent();
  }

  /** The text in a string, a block or a list of blocks. */
  static String text(Json content) {
    return switch (content) {
      case Json.Str(String text) -> text;
      case Json.Arr(List<Json> items) ->
          items.stream().map(Conversation::text).collect(Collectors.joining("\n"));
      case Json.Obj block -> block.string("text")
          .orElseGet(() -> block.get("content").map(Conversation::text).orElse(""));
      case Json.Num _, Json.Bool _, Json.Null _ -> "";
    };
  }

  /** Whether it is a text of the CLI's own. */
  static boolean isReminder(Json.Obj block) {
    return isType(block, "text")
        && (text(block).startsWith("<system-reminder>") || text(block).startsWith("[Image: source: "));
  }

  private static String describe(Json.Obj block) {
    String type = block.string("type").orElse("?");
    return switch (type) {
      case "text" -> ": " + text(block);
      case "tool_use" -> " calls " + block.string("name").orElse("?") + " "
          + block.get("input").orElse(Json.Obj.EMPTY).toText();
      case "tool_result" -> (block.isTrue("is_error") ? " error: " : " result: ") + text(block);
      case "thinking" -> " thinks: " + block.string("thinking").orElse("");
      default -> " " + type;
    };
  }
}

package claudegateway.demo;

import static claudegateway.demo.Rules.require;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The content of one message: a text or blocks, each whole in itself. */
final class ContentRules {
  private static final Pattern TOOL_ID = Pattern.compile("[a-zA-Z0-9_-]+");
  private static final Set<String> TYPES = Set.of(
      "text", "image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking",
      "search_result", "server_tool_use", "web_search_tool_result", "container_upload",
      "tool_reference", "mcp_tool_use", "mcp_tool_result", "tool_addition", "tool_removal");

  private ContentRules() {}

  /** The message's blocks; a text as one block. */
  static List<Json.Obj> check(String at, Json.Obj message) {
    String role = message.string("role").orElse("");
    Json content = message.get("content")
        .orElseThrow(() -> RuleBroken.invalid(at + ".content: Field required"));
    require(content instanceof Json.Str || content instanceof Json.Arr,
        at + ".content: Input should be a valid string or a valid list");
    boolean empty = content instanceof Json.Str(String text) ? text.isEmpty()
        : content instanceof Json.Arr(List<Json> items) && items.isEmpty();
    require(!empty, at + ": " + role + " messages must have non-empty content");
    if (content instanceof Json.Str(String text)) {
      require(!text.isBlank(), "messages: text content blocks must contain non-whitespace text");
      return Conversation.blocks(message);
    }
    return blocks(at + ".content", ((Json.Arr) content).items());
  }

  private static List<Json.Obj> blocks(String at, List<Json> items) {
    List<Json.Obj> blocks = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof Json.Obj block)) {
        throw RuleBroken.invalid(at + "." + i + ": Input should be a valid dictionary");
      }
      block(at + "." + i, block);
      blocks.add(block);
    }
    return blocks;
  }

  private static void block(String at, Json.Obj block) {
    String type = block.string("type").orElseThrow(() -> RuleBroken.invalid(at + ".type: Field required"));
    require(TYPES.contains(type), at + ": Input tag '" + type
        + "' found using 'type' does not match any of the expected tags");
    switch (type) {
      case "text" -> {
        String text = field(at + ".text.text", block, "text");
        require(!text.isEmpty(), "messages: text content blocks must be non-empty");
        require(!text.isBlank(), "messages: text content blocks must contain non-whitespace text");
      }
      case "image" -> MediaRules.image(at + ".image.source", block);
      case "document" -> MediaRules.document(at + ".document.source", block);
      case "tool_use" -> {
        id(at + ".tool_use.id", block, "id");
        field(at + ".tool_use.name", block, "name");
        require(block.object("input").isPresent(),
            at + ".tool_use.input: Input should be a valid dictionary");
      }
      case "tool_result" -> {
        id(at + ".tool_result.tool_use_id", block, "tool_use_id");
        blocks(at + ".tool_result.content", block.array("content"));
      }
      case "thinking" -> require(Signature.isValid(field(at + ".thinking.signature", block, "signature")),
          at + ": Invalid `signature` in `thinking` block");
      default -> { }
    }
  }

  private static void id(String at, Json.Obj block, String name) {
    require(TOOL_ID.matcher(field(at, block, name)).matches(), at + ": String should match pattern "
        + "'^[a-zA-Z0-9_-]+$'");
  }

  private static String field(String at, Json.Obj block, String name) {
    return block.string(name).orElseThrow(() -> RuleBroken.invalid(at + ": Field required"));
  }
}

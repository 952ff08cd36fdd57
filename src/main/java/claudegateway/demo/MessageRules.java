package claudegateway.demo;

import static claudegateway.demo.Rules.require;

import claudegateway.json.Json;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Roles and their order, and that tool calls and tool results belong together. */
final class MessageRules {
  private MessageRules() {}

  static void check(Json.Obj body, ModelTraits model, String betas) {
    body.get("system").ifPresent(system -> system(system));
    require(body.get("messages").isPresent(), "messages: Field required");
    List<Json> messages = body.array("messages");
    require(!messages.isEmpty(), "messages: at least one message is required");
    Calls calls = new Calls();
    for (int i = 0; i < messages.size(); i++) {
      String at = "messages." + i;
      if (!(messages.get(i) instanceof Json.Obj message)) {
        throw RuleBroken.invalid(at + ": Input should be a valid dictionary");
      }
      String role = message.string("role")
          .orElseThrow(() -> RuleBroken.invalid(at + ".role: Field required"));
      switch (role) {
        case "user" -> calls.user(at, ContentRules.check(at, message));
        case "assistant" -> {
          require(i > 0, "messages: first message must use the \"user\" role");
          calls.assistant(at, ContentRules.check(at, message));
        }
        case "system" -> {
          require(i > 0, "messages: first message must use the \"user\" role");
          require(model.systemMessages() || betas.contains("mid-conversation"),
              "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, "
                  + "not \"system\" as an input message role.");
        }
        default -> throw RuleBroken.invalid(at + ".role: Input should be 'user' or 'assistant'");
      }
    }
    calls.end();
    boolean prefilled = messages.getLast() instanceof Json.Obj last
        && last.string("role").orElse("").equals("assistant");
    require(!prefilled || model.prefill(), "This model does not support assistant message prefill. "
        + "The conversation must end with a user message.");
  }

  private static void system(Json system) {
    if (system instanceof Json.Arr(List<Json> blocks)) {
      blocks.forEach(block -> require(!Conversation.text(block).isEmpty(),
          "system: text content blocks must be non-empty"));
    }
  }

  /** The calls that are open while one walks through the messages. */
  private static final class Calls {
    private final Set<String> seen = new HashSet<>();
    private final Set<String> open = new LinkedHashSet<>();
    private final Set<String> answered = new HashSet<>();
    private String madeAt = "";
    private boolean answering;

    void assistant(String at, List<Json.Obj> blocks) {
      end();
      for (Json.Obj block : blocks) {
        if (Conversation.isType(block, "tool_use")) {
          String id = block.string("id").orElseThrow();
          require(seen.add(id), "messages: `tool_use` ids must be unique");
          open.add(id);
          madeAt = at;
        }
      }
      answered.clear();
      answering = !open.isEmpty();
    }

    void user(String at, List<Json.Obj> blocks) {
      for (int i = 0; i < blocks.size(); i++) {
        Json.Obj block = blocks.get(i);
        if (!Conversation.isType(block, "tool_result")) {
          end();
          answering = false;
          continue;
        }
        String id = block.string("tool_use_id").orElseThrow();
        require(!answered.contains(id), at + ".content." + i + ": each tool_use must have a single result. "
            + "Found multiple `tool_result` blocks with id: " + id);
        require(answering && open.remove(id), at + ".content." + i + ": unexpected `tool_use_id` found in "
            + "`tool_result` blocks: " + id + ". Each `tool_result` block must have a corresponding "
            + "`tool_use` block in the previous message.");
        answered.add(id);
      }
    }

    void end() {
      require(open.isEmpty(), madeAt + ": `tool_use` ids were found without `tool_result` blocks immediately "
          + "after: " + String.join(", ", open) + ". Each `tool_use` block must have a corresponding "
          + "`tool_result` block in the next message.");
    }
  }
}

package claudegateway.demo;

import static claudegateway.demo.Rules.require;

import claudegateway.json.Json;
import java.util.List;
import java.util.Set;

/** Length, sampling, thinking and effort, and which of them exclude each other. */
final class SamplingRules {
  private static final int BUDGET_MIN = 1024;
  private static final double TOP_P_MIN_WITH_THINKING = 0.95;
  private static final double TOP_P_MIN_WITHOUT_SAMPLING = 0.99;
  private static final String CLEAR_THINKING = "clear_thinking_20251015";
  private static final Set<String> EFFORTS = Set.of("low", "medium", "high", "xhigh", "max");
  private static final String SEE = " Please consult our documentation at "
      + "https://docs.claude.com/en/docs/build-with-claude/extended-thinking";
  private static final String SEE_CONSIDERATIONS =
      SEE + "#important-considerations-when-using-extended-thinking";

  private SamplingRules() {}

  static void check(Json.Obj body, ModelTraits model, boolean counting) {
    if (!counting) {
      maxTokens(body, model);
    }
    range(body, "temperature");
    range(body, "top_p");
    if (model.adaptiveOnly()) {
      noSampling(body);
    }
    require(model.temperatureBesideTopP() || body.get("temperature").isEmpty() || body.get("top_p").isEmpty(),
        "`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
    boolean thinks = thinks(body, model);
    if (thinks) {
      withThinking(body);
    }
    require(thinks || !clearsThinking(body),
        "`" + CLEAR_THINKING + "` strategy requires `thinking` to be enabled or adaptive");
    stopSequences(body);
    body.object("output_config").flatMap(config -> config.get("effort")).ifPresent(effort -> {
      require(effort instanceof Json.Str(String level) && EFFORTS.contains(level),
          "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'");
      require(model.effort(), "This model does not support the effort parameter.");
    });
  }

  private static void maxTokens(Json.Obj body, ModelTraits model) {
    require(body.get("max_tokens").isPresent(), "max_tokens: Field required");
    long max = body.integer("max_tokens")
        .orElseThrow(() -> RuleBroken.invalid("max_tokens: Input should be a valid integer"));
    require(max >= 1, "max_tokens: Input should be greater than or equal to 1");
    require(max <= model.maxTokens(), "max_tokens: " + max + " > " + model.maxTokens()
        + ", which is the maximum allowed number of output tokens for " + model.id());
  }

  private static void range(Json.Obj body, String field) {
    body.get(field).ifPresent(value -> {
      double number = body.number(field)
          .orElseThrow(() -> RuleBroken.invalid(field + ": Input should be a valid number"));
      require(number >= 0, field + ": Input should be greater than or equal to 0");
      require(number <= 1, field + ": Input should be less than or equal to 1");
    });
  }

  /** The newest models still take the values that change nothing. */
  private static void noSampling(Json.Obj body) {
    require(body.number("temperature").filter(value -> value != 1).isEmpty(),
        "`temperature` is deprecated for this model.");
    require(body.number("top_p").filter(value -> value < TOP_P_MIN_WITHOUT_SAMPLING).isEmpty(),
        "`top_p` is deprecated for this model.");
    require(body.get("top_k").isEmpty(), "`top_k` is deprecated for this model.");
  }

  private static boolean thinks(Json.Obj body, ModelTraits model) {
    if (body.get("thinking").isEmpty()) {
      return model.thinksUnasked();
    }
    Json.Obj thinking = body.object("thinking")
        .orElseThrow(() -> RuleBroken.invalid("thinking: Input should be a valid dictionary"));
    return switch (thinking.string("type").orElse("")) {
      case "disabled" -> {
        require(!model.thinksAlways(), "\"thinking.type.disabled\" is not supported for this model.");
        yield false;
      }
      case "adaptive" -> {
        require(model.adaptive(), "adaptive thinking is not supported on this model");
        yield true;
      }
      case "enabled" -> {
        require(model.thinking(), "'" + model.id() + "' does not support thinking.");
        require(!model.adaptiveOnly(), "\"thinking.type.enabled\" is not supported for this model. Use "
            + "\"thinking.type.adaptive\" and \"output_config.effort\" to control thinking behavior.");
        budget(body, thinking);
        yield true;
      }
      default -> throw RuleBroken.invalid("thinking: Input tag '" + thinking.string("type").orElse("")
          + "' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', "
          + "'enabled'");
    };
  }

  private static boolean clearsThinking(Json.Obj body) {
    return body.object("context_management").stream().flatMap(all -> all.array("edits").stream())
        .anyMatch(edit -> edit instanceof Json.Obj object && Conversation.isType(object, CLEAR_THINKING));
  }

  private static void budget(Json.Obj body, Json.Obj thinking) {
    long budget = thinking.integer("budget_tokens")
        .orElseThrow(() -> RuleBroken.invalid("thinking.enabled.budget_tokens: Field required"));
    require(budget >= BUDGET_MIN,
        "thinking.enabled.budget_tokens: Input should be greater than or equal to " + BUDGET_MIN);
    require(body.integer("max_tokens").orElse(Long.MAX_VALUE) > budget,
        "`max_tokens` must be greater than `thinking.budget_tokens`." + SEE
            + "#max-tokens-and-context-window-size");
  }

  private static void withThinking(Json.Obj body) {
    require(body.number("temperature").filter(value -> value != 1).isEmpty(),
        "`temperature` may only be set to 1 when thinking is enabled." + SEE_CONSIDERATIONS);
    require(body.number("top_p").filter(value -> value < TOP_P_MIN_WITH_THINKING).isEmpty(),
        "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled."
            + SEE_CONSIDERATIONS);
    require(body.get("top_k").isEmpty(),
        "`top_k` must be unset when thinking is enabled." + SEE_CONSIDERATIONS);
    String choice = body.object("tool_choice").flatMap(chosen -> chosen.string("type")).orElse("auto");
    require(choice.equals("auto") || choice.equals("none"),
        "Thinking may not be enabled when tool_choice forces tool use.");
  }

  private static void stopSequences(Json.Obj body) {
    body.get("stop_sequences").ifPresent(value ->
        require(value instanceof Json.Arr, "stop_sequences: Input should be a valid list"));
    List<Json> sequences = body.array("stop_sequences");
    for (int i = 0; i < sequences.size(); i++) {
      require(sequences.get(i) instanceof Json.Str,
          "stop_sequences." + i + ": Input should be a valid string");
      require(!Conversation.text(sequences.get(i)).isBlank(),
          "stop_sequences: each stop sequence must contain non-whitespace");
    }
  }
}

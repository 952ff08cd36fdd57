package claudegateway.claude;

import claudegateway.json.Json;

/**
 * What the CLI books for its models, sub-agents and side calls included (protocol, section 9).
 *
 * @param costUsd US dollars
 */
public record ModelUse(TokenCount tokens, double costUsd) {
  public static final ModelUse NONE = new ModelUse(TokenCount.NONE, 0);

  /** From {@code modelUsage} or {@code model_usage_since_last_result}: an object by model name. */
  static ModelUse of(Json.Obj models) {
    ModelUse sum = NONE;
    for (Json each : models.fields().values()) {
      if (each instanceof Json.Obj model) {
        sum = new ModelUse(sum.tokens.plus(new TokenCount(
            model.integer("inputTokens").orElse(0L),
            model.integer("outputTokens").orElse(0L),
            model.integer("cacheReadInputTokens").orElse(0L),
            model.integer("cacheCreationInputTokens").orElse(0L),
            model.integer("thinkingTokens").orElse(0L))),
            sum.costUsd + model.number("costUSD").orElse(0.0));
      }
    }
    return sum;
  }

  /** What has been added since; negative figures when that was the sum of another process. */
  public ModelUse minus(ModelUse before) {
    TokenCount then = before.tokens;
    return new ModelUse(new TokenCount(tokens.input() - then.input(), tokens.output() - then.output(),
        tokens.cacheRead() - then.cacheRead(), tokens.cacheCreation() - then.cacheCreation(),
        tokens.thinking() - then.thinking()), costUsd - before.costUsd);
  }
}

package claudegateway.openai;

import claudegateway.json.Json;
import java.time.Instant;
import java.util.List;

/**
 * {@code GET /v1/models}, one model, and what models can do, in the shapes of OpenAI and of this API's
 * clients.
 */
public final class ModelList {
  private static final List<String> FEATURES = List.of("text_generation", "conversation", "code_generation",
      "analysis", "reasoning", "file_operations", "bash_execution", "project_management");

  /**
   * A model as the wire knows it.
   *
   * @param maxTokens of output
   * @param inputUsdPer1k US dollars for a thousand tokens
   */
  public record Model(
      String id,
      String name,
      String description,
      Instant created,
      String ownedBy,
      long maxTokens,
      double inputUsdPer1k,
      double outputUsdPer1k,
      boolean vision) {}

  private ModelList() {}

  public static Json.Obj list(List<Model> models) {
    return Json.object("object", "list", "data", Json.Arr.of(models, ModelList::model));
  }

  public static Json.Obj model(Model model) {
    return Json.object("id", model.id, "object", "model", "created", model.created.getEpochSecond(),
        "owned_by", model.ownedBy);
  }

  public static Json.Obj capabilities(List<Model> models) {
    Json.Arr items = Json.Arr.of(models, ModelList::capabilities);
    return Json.object("object", "list", "data", items, "models", items, "total", models.size(),
        "provider", "anthropic", "adapter", "claude-code-api");
  }

  public static Json.Obj capabilities(Model model) {
    return Json.object(
        "id", model.id,
        "name", model.name,
        "description", model.description,
        "max_tokens", model.maxTokens,
        "supports_streaming", true,
        "supports_tools", true,
        "supports_functions", true,
        "supports_vision", model.vision,
        "pricing", Json.object(
            "input", model.inputUsdPer1k,
            "output", model.outputUsdPer1k,
            "input_cost_per_1k_tokens", model.inputUsdPer1k,
            "output_cost_per_1k_tokens", model.outputUsdPer1k,
            "currency", "USD"),
        "features", FEATURES);
  }
}

package claudegateway.api;

import claudegateway.claude.ModelCatalogue;
import claudegateway.http.Exchange;
import claudegateway.http.HttpError;
import claudegateway.json.Json;
import claudegateway.openai.ModelList;
import java.time.Instant;
import java.util.List;

/** {@code /v1/models}: which there are, by their exact ids, and what they can do, by any name. */
final class ModelsResource {
  /** The providers' release dates are not known here; the reference gateway counts up from this one. */
  private static final Instant CREATED = Instant.parse("2024-01-01T00:00:00Z");

  private final Services services;

  ModelsResource(Services services) {
    this.services = services;
  }

  Json list(Exchange exchange) {
    return ModelList.list(wire(services.models().get().models()));
  }

  /** Strict: an id or an alias, no guessing. */
  Json get(Exchange exchange) {
    String id = exchange.pathParameter("model");
    ModelCatalogue models = services.models().get();
    return models.find(id)
        .map(model -> ModelList.model(wire(model, models.models().indexOf(model))))
        .orElseThrow(() -> HttpError.of(404, "invalid_request_error", "model_not_found",
            "The model '" + id + "' does not exist. Available: " + String.join(", ", models.ids()))
            .param("model"));
  }

  Json allCapabilities(Exchange exchange) {
    List<ModelCatalogue.Model> models = services.models().get().models();
    Json.Arr items = Json.Arr.of(models, this::capabilities);
    return ModelList.capabilities(wire(models)).with("data", items).with("models", items);
  }

  Json capabilities(Exchange exchange) {
    return capabilities(ChatCompletions.resolve(services, exchange.pathParameter("model")));
  }

  private Json.Obj capabilities(ModelCatalogue.Model model) {
    Json.Obj json = ModelList.capabilities(wire(model, 0))
        .with("supports_streaming", Json.of(model.streaming()))
        .with("supports_tools", Json.of(model.tools()))
        .with("supports_functions", Json.of(model.tools()));
    return model.price().isPresent() ? json : json.with("pricing", Json.Null.NULL);
  }

  private List<ModelList.Model> wire(List<ModelCatalogue.Model> models) {
    return models.stream().map(model -> wire(model, models.indexOf(model))).toList();
  }

  private ModelList.Model wire(ModelCatalogue.Model model, int index) {
    String owner = services.agent().cliVersion().map("anthropic-claude-"::concat).orElse("anthropic");
    return new ModelList.Model(model.id(), model.name(), model.description(), CREATED.plusSeconds(index),
        owner,
        model.maxTokens(), model.price().map(ModelCatalogue.Price::inputPer1k).orElse(0.0),
        model.price().map(ModelCatalogue.Price::outputPer1k).orElse(0.0), model.vision());
  }
}

package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.claude.ModelCatalogue.CliModel;
import claudegateway.claude.ModelCatalogue.Model;
import claudegateway.claude.ModelCatalogue.Sampling;
import claudegateway.claude.ModelCatalogue.Thinking;
import claudegateway.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCatalogueTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 23);
  private static final ModelCatalogue NEW = ModelCatalogue.builtIn("2.1.330", DAY);
  private static final ModelCatalogue OLD = ModelCatalogue.builtIn("2.1.197", DAY);

  /** The models file that the reference gateway ships. */
  private static final ModelCatalogue REFERENCE = user("""
      {"default_model": "claude-sonnet-4-5-20250929",
       "aliases": {"opus": "claude-opus-4-6-20260205", "claude-opus-4-6": "claude-opus-4-6-20260205",
                   "sonnet": "claude-sonnet-4-5-20250929", "haiku": "claude-haiku-4-5-20251001"},
       "models": [
        {"id": "claude-opus-4-6-20260205", "name": "Opus 4.6", "description": "d", "max_tokens": 65536,
         "input_cost_per_1k": 0.005, "output_cost_per_1k": 0.025, "aliases": ["big"]},
        {"id": "claude-sonnet-4-5-20250929", "name": "Sonnet 4.5", "description": "d", "max_tokens": 65536,
         "input_cost_per_1k": 0.003, "output_cost_per_1k": 0.015},
        {"id": "claude-haiku-4-5-20251001", "name": "Haiku 4.5", "description": "d", "max_tokens": 65536,
         "input_cost_per_1k": 0.001, "output_cost_per_1k": 0.005, "supports_tools": false}]}""");

  private static ModelCatalogue user(String json) {
    return ModelCatalogue.ofUser(json.getBytes(StandardCharsets.UTF_8), DAY);
  }

  private static String resolved(ModelCatalogue catalogue, String name) {
    return catalogue.resolve(name).map(Model::id).orElse("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude-opus-4-20250514", "claude-sonnet-4-20250514", "claude-3-7-sonnet-20250219",
    "claude-3-5-haiku-20241022"})
  void listsTheFourThatClientsKnowOnEveryVersion(String id) {
    assertTrue(NEW.ids().contains(id) && OLD.ids().contains(id));
    assertEquals(id, NEW.find(id).orElseThrow().id());
  }

  @ParameterizedTest
  @CsvSource({
    "claude-opus-5-5, claude-opus-5-5, claude-opus-4-8",
    "opus, claude-opus-5-5, claude-opus-4-8",
    "sonnet, claude-sonnet-5-5, claude-sonnet-5",
    "haiku, claude-haiku-5-5, claude-haiku-4-5-20251001",
    "fable, claude-fable-5-2, claude-fable-5",
    "claude-haiku-4-5, claude-haiku-4-5-20251001, claude-haiku-4-5-20251001",
    "claude-opus-4-5, claude-opus-4-5-20251101, claude-opus-4-5-20251101",
    "claude-opus-4-5-20990101, claude-opus-4-5-20251101, claude-opus-4-5-20251101",
    "claude-opus-4-6-20260205, claude-opus-4-6, claude-opus-4-6",
    "claude-opus-4-20250514, claude-opus-5-5, claude-opus-4-8",
    "claude-opus-4, claude-opus-5-5, claude-opus-4-8",
    "claude-opus-4-0, claude-opus-5-5, claude-opus-4-8",
    "claude-sonnet-4, claude-sonnet-5-5, claude-sonnet-5",
    "claude-3-7-sonnet, claude-sonnet-5-5, claude-sonnet-5",
    "claude-3-5-haiku-20241022, claude-haiku-5-5, claude-haiku-4-5-20251001",
    "claude-3-5-haiku-latest, claude-haiku-5-5, claude-haiku-4-5-20251001",
    "claude-3-5-sonnet-20241022, claude-sonnet-5-5, claude-sonnet-5",
    "claude-3-opus-20240229, claude-opus-5-5, claude-opus-4-8",
    "claude-instant-1.2, claude-haiku-5-5, claude-haiku-4-5-20251001",
    "claude-2.1, claude-sonnet-5-5, claude-sonnet-5",
    "claude-next, claude-sonnet-5-5, claude-sonnet-5",
    "default, claude-sonnet-5-5, claude-sonnet-5",
    "anthropic/claude-opus-4.8, claude-opus-4-8, claude-opus-4-8",
    "Claude-Opus-4-8, claude-opus-4-8, claude-opus-4-8",
  })
  void resolvesWhatIsLikeClaude(String name, String onNewCli, String onOldCli) {
    assertEquals(onNewCli, resolved(NEW, name));
    assertEquals(onOldCli, resolved(OLD, name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-4o", "invalid-model", "", "gemini-opusculum", "o3", "magnum-opus2"})
  void resolvesNothingElse(String name) {
    assertEquals(Optional.empty(), NEW.resolve(name));
  }

  @Test
  void aModelIsServedByAnotherFromItsLastDayOn() {
    assertEquals("claude-sonnet-4-5-20250929", resolved(NEW, "claude-sonnet-4-5"));
    assertEquals("claude-sonnet-5-5",
        resolved(ModelCatalogue.builtIn("2.1.330", LocalDate.of(2026, 11, 30)), "claude-sonnet-4-5"));
  }

  @Test
  void knowsWhatTheModelsTake() {
    Model haiku = OLD.resolve("haiku").orElseThrow();
    assertEquals(Thinking.BUDGET, haiku.thinking());
    assertEquals(Sampling.ANY, haiku.sampling());
    Model opus = NEW.resolve("opus").orElseThrow();
    assertEquals(Thinking.ALWAYS, opus.thinking());
    assertEquals(Sampling.NONE, opus.sampling());
    assertEquals(0.02, opus.price().orElseThrow().outputPer1k());
  }

  @Test
  void readsTheVersionAsTheCliSaysIt() {
    assertEquals(OLD.ids(), ModelCatalogue.builtIn("2.1.197 (Claude Code)", DAY).ids());
    assertEquals(NEW.ids(), ModelCatalogue.builtIn("2.2.0", DAY).ids());
    assertEquals(NEW.ids(), ModelCatalogue.builtIn("unknown", DAY).ids());
    assertTrue(OLD.ids().size() < NEW.ids().size());
  }

  @Test
  void theCliSaysWhatItsShortNamesMean() {
    ModelCatalogue told = NEW.withCliModels(List.of(
        new CliModel("default", "claude-opus-6[1m]", "Default", "d"),
        new CliModel("opus", "claude-opus-6", "Opus 6", "brand new"),
        new CliModel("sonnet", "claude-sonnet-5", "Sonnet", "pinned"),
        new CliModel("sonnet[1m]", "claude-sonnet-5[1m]", "Sonnet", "long")));
    assertEquals("claude-opus-6", resolved(told, "opus"));
    assertEquals("claude-opus-6", resolved(told, "claude-3-opus-20240229"));
    assertEquals("brand new", told.find("claude-opus-6").orElseThrow().description());
    assertEquals(Sampling.NONE, told.find("claude-opus-6").orElseThrow().sampling());
    assertEquals("claude-sonnet-5", told.defaultModel().id());
    assertEquals("claude-sonnet-5[1m]", resolved(told, "sonnet[1m]"));
    assertEquals("Claude Sonnet 5 (1M context)", told.find("sonnet[1m]").orElseThrow().name());
    assertEquals("claude-haiku-5-5", resolved(told, "haiku"));
    assertTrue(told.ids().contains("claude-3-5-haiku-20241022"));
  }

  @Test
  void aUsersFileIsTheWholeTruth() {
    assertEquals(3, REFERENCE.models().size());
    assertEquals("claude-sonnet-4-5-20250929", REFERENCE.defaultModel().id());
    assertEquals("claude-opus-4-6-20260205", resolved(REFERENCE, "opus"));
    assertEquals("claude-opus-4-6-20260205", resolved(REFERENCE, "claude-opus-4-6"));
    assertEquals("claude-opus-4-6-20260205", resolved(REFERENCE, "claude-opus-4-5-20251101"));
    assertEquals("claude-opus-4-6-20260205", resolved(REFERENCE, "big"));
    assertEquals("claude-haiku-4-5-20251001", resolved(REFERENCE, "claude-3-5-haiku-20241022"));
    assertEquals("claude-sonnet-4-5-20250929", resolved(REFERENCE, "claude-unheard-of"));
    assertEquals(Thinking.BUDGET, REFERENCE.defaultModel().thinking(), "taken from what we know of that id");
    assertEquals(false, REFERENCE.find("haiku").orElseThrow().tools());
    assertEquals(REFERENCE,
        REFERENCE.withCliModels(List.of(new CliModel("opus", "claude-opus-9", "O", "d"))));
  }

  @Test
  void anotherDefault() {
    assertEquals("claude-opus-5-5", NEW.withDefault("opus").defaultModel().id());
    assertEquals("claude-haiku-5-5", NEW.withDefault("claude-3-haiku-20240307").defaultModel().id());
    String message = assertThrows(IllegalArgumentException.class, () -> NEW.withDefault("gpt-4o"))
        .getMessage();
    assertTrue(message.contains("gpt-4o") && message.contains("claude-opus-5-5"), message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "[] | models",
    "{} | models",
    "{\"models\": []} | no model",
    "{\"models\": [1]} | models[0]",
    "{\"models\": [{\"id\": \"a\"}]} | models[0].name",
    "{\"models\": [{\"id\": \"a\", \"name\": \"n\", \"description\": \"d\", \"max_tokens\": 0}]}"
        + " | max_tokens",
    "{\"models\": [{\"id\": \"a\", \"name\": \"n\", \"description\": \"d\", \"max_tokens\": 1}]}"
        + " | input_cost_per_1k",
    "{\"models\": [{\"id\": \"a\", \"name\": \"n\", \"description\": \"d\", \"max_tokens\": 1,"
        + " \"input_cost_per_1k\": 1, \"output_cost_per_1k\": 1, \"thinking\": \"deep\"}]} | thinking",
    "{\"default_model\": \"b\", \"models\": [{\"id\": \"a\", \"name\": \"n\", \"description\": \"d\","
        + " \"max_tokens\": 1, \"input_cost_per_1k\": 1, \"output_cost_per_1k\": 1}]} | default_model",
    "{\"aliases\": {\"x\": \"x\"}, \"models\": [{\"id\": \"a\", \"name\": \"n\", \"description\": \"d\","
        + " \"max_tokens\": 1, \"input_cost_per_1k\": 1, \"output_cost_per_1k\": 1}]} | aliases.x",
  })
  void saysWhatIsWrongInAFile(String json, String place) {
    String message = assertThrows(JsonException.class, () -> user(json)).getMessage();
    assertTrue(message.contains(place), message);
  }
}

package claudegateway.claude;

import claudegateway.claude.ModelCatalogue.Model;
import claudegateway.claude.ModelCatalogue.Price;
import claudegateway.claude.ModelCatalogue.Sampling;
import claudegateway.claude.ModelCatalogue.Thinking;
import claudegateway.json.Json;
import claudegateway.json.JsonException;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads a models file: {@code {"default_model", "aliases": {name: id}, "models": [{"id", "name",
 * "description", "max_tokens", "input_cost_per_1k", "output_cost_per_1k", "supports_streaming"?,
 * "supports_tools"?, "aliases"?: [name]}]}}, costs in US dollars. Also taken, all optional: {@code
 * supports_vision}, {@code thinking} (none, budget, adaptive, always), {@code sampling} (none, any), {@code
 * retired} (a day) with {@code served_by} (a model or alias), {@code since_cli}. What a user's file leaves
 * out comes from our resource, where it has that id.
 */
final class ModelCatalogueFile {
  /** For a model that nobody has described: all current ones can do more. */
  static final long MAX_TOKENS_DEFAULT = 64_000;

  private final LocalDate today;
  private final Map<String, Model> known = new LinkedHashMap<>();

  private ModelCatalogueFile(LocalDate today) {
    this.today = today;
  }

  static ModelCatalogue builtIn(LocalDate today) {
    return new ModelCatalogueFile(today).read(JsonReader.parse(resource()), false);
  }

  static ModelCatalogue ofUser(byte[] file, LocalDate today) {
    ModelCatalogueFile reader = new ModelCatalogueFile(today);
    builtIn(today).models().forEach(model -> reader.known.put(model.id(), model));
    return reader.read(JsonReader.parse(file), true);
  }

  private static byte[] resource() {
    try (InputStream in = ModelCatalogueFile.class.getResourceAsStream("models.json")) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private ModelCatalogue read(Json file, boolean fromUser) {
    if (!(file instanceof Json.Obj root)
        || !(root.fields().get("models") instanceof Json.Arr(List<Json> items))) {
      throw new JsonException("a models file is an object with an array \"models\"");
    }
    List<Model> models = new ArrayList<>();
    Map<String, String> aliases = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      String place = "models[" + i + "]";
      if (!(items.get(i) instanceof Json.Obj entry)) {
        throw new JsonException(place + " must be an object");
      }
      Model model = model(entry, place);
      models.add(model);
      entry.array("aliases").forEach(alias -> aliases.put(text(alias, place + ".aliases"), model.id()));
    }
    root.object("aliases").orElse(Json.Obj.EMPTY).fields()
        .forEach((name, id) -> aliases.put(name, text(id, "aliases." + name)));
    String first = models.isEmpty() ? "" : models.getFirst().id();
    return new ModelCatalogue(models, aliases, root.string("default_model").orElse(first), fromUser);
  }

  private Model model(Json.Obj entry, String place) {
    String id = string(entry, place, "id");
    Optional<Model> known = Optional.ofNullable(this.known.get(id));
    Optional<LocalDate> retired = entry.string("retired").map(day -> day(day, place + ".retired"));
    return new Model(
        id,
        string(entry, place, "name"),
        string(entry, place, "description"),
        entry.integer("max_tokens").filter(max -> max > 0)
            .orElseThrow(() -> new JsonException(place + ".max_tokens must be a positive whole number")),
        Optional.of(new Price(
            cost(entry, place, "input_cost_per_1k"), cost(entry, place, "output_cost_per_1k"))),
        flag(entry, place, "supports_streaming"),
        flag(entry, place, "supports_tools"),
        flag(entry, place, "supports_vision"),
        word(entry, place, "thinking", Thinking.values())
            .or(() -> known.map(Model::thinking)).orElse(Thinking.ADAPTIVE),
        word(entry, place, "sampling", Sampling.values())
            .or(() -> known.map(Model::sampling)).orElse(Sampling.NONE),
        retired,
        entry.string("served_by").filter(_ -> retired.isEmpty() || !today.isBefore(retired.get())),
        entry.string("since_cli"));
  }

  private static LocalDate day(String text, String place) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException notADay) {
      throw new JsonException(place + " must be a day as 2026-11-30");
    }
  }

  private static String string(Json.Obj entry, String place, String field) {
    return text(entry.fields().get(field), place + "." + field);
  }

  private static String text(Json value, String place) {
    if (value instanceof Json.Str(String text) && !text.isBlank()) {
      return text;
    }
    throw new JsonException(place + " must be a string that is not empty");
  }

  private static double cost(Json.Obj entry, String place, String field) {
    return entry.number(field).filter(cost -> cost >= 0 && Double.isFinite(cost))
        .orElseThrow(() -> new JsonException(place + "." + field + " must be a number of US dollars"));
  }

  private static boolean flag(Json.Obj entry, String place, String field) {
    return switch (entry.get(field).orElse(Json.Bool.TRUE)) {
      case Json.Bool flag -> flag == Json.Bool.TRUE;
      default -> throw new JsonException(place + "." + field + " must be true or false");
    };
  }

  private static <E extends Enum<E>> Optional<E> word(Json.Obj entry, String place, String field, E[] words) {
    return entry.get(field).map(value -> Stream.of(words)
        .filter(word -> value.equals(Json.of(word.name().toLowerCase(Locale.ROOT))))
        .findFirst()
        .orElseThrow(() -> new JsonException(place + "." + field + " must be one of "
            + Stream.of(words).map(word -> word.name().toLowerCase(Locale.ROOT)).toList())));
  }
}

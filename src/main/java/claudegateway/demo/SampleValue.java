package claudegateway.demo;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A value that a JSON Schema allows, with words of the prompt where they fit.
 *
 * <p>Knows the keywords that function declarations use; a {@code pattern} that none of a few usual texts
 * matches, and what only {@code not} or {@code if} would exclude, are beyond it.
 */
final class SampleValue {
  /** Down to here optional properties are filled in too. */
  private static final int OPTIONAL_DEPTH_MAX = 2;

  private static final Map<String, String> FORMATS = Map.of(
      "date", "2026-01-31",
      "time", "12:30:00Z",
      "date-time", "2026-01-31T12:30:00Z",
      "duration", "PT5M",
      "email", "demo@example.com",
      "uri", "https://example.com/",
      "uuid", "6f1f2d0e-2c1f-4d55-9a55-0d7a3c1c9b10",
      "hostname", "example.com",
      "ipv4", "192.0.2.1",
      "ipv6", "2001:db8::1");

  /** Tried in this order against a pattern. */
  private static final List<String> USUAL = List.of(
      "demo", "Demo", "DEMO", "a", "A", "1", "12", "123", "1234", "12345", "a1", "A1", "ABC-123", "abc-def",
      "abc_def", "2026-01-31", "12:30", "en-US", "1.0.0", "#336699", "+15550100000", "demo@example.com",
      "https://example.com/", "/demo", "6f1f2d0e-2c1f-4d55-9a55-0d7a3c1c9b10", "USD");

  private final Schema schemas;
  private final Hints hints;

  private SampleValue(Json.Obj root, Hints hints) {
    this.schemas = new Schema(root);
    this.hints = hints;
  }

  static Json of(Json.Obj schema, String prompt) {
    return new SampleValue(schema, new Hints(prompt)).value(schema, "", 0, 0);
  }

  /**
   * @param name of the property that the value is for
   * @param variant differs for neighbours in an array, whose items may have to be unique
   */
  private Json value(Json schemaOrFlag, String name, int depth, int variant) {
    if (!(schemaOrFlag instanceof Json.Obj given) || depth > Schema.DEPTH_MAX) {
      return Json.Null.NULL;
    }
    Json.Obj schema = schemas.flattened(given, depth);
    if (schema.has("const")) {
      return schema.fields().get("const");
    }
    List<Json> choices = schema.array("enum");
    if (!choices.isEmpty()) {
      return hints.choose(choices).filter(_ -> variant == 0).orElse(choices.get(variant % choices.size()));
    }
    return switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, name, depth);
      case "integer" -> Json.Num.of((long) number(schema, variant, true));
      case "number" -> Json.Num.of(number(schema, variant, false));
      case "boolean" -> Json.Bool.TRUE;
      case "null" -> Json.Null.NULL;
      default -> new Json.Str(string(schema, name, variant));
    };
  }

  private static String type(Json.Obj schema) {
    return switch (schema.get("type").orElse(Json.Null.NULL)) {
      case Json.Str(String name) -> name;
      case Json.Arr(List<Json> names) -> names.stream().map(Conversation::text)
          .filter(name -> !name.equals("null")).findFirst().orElse("null");
      case Json.Obj _, Json.Num _, Json.Bool _, Json.Null _ ->
          schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
    };
  }

  private Json object(Json.Obj schema, int depth) {
    Map<String, Json> fields = new LinkedHashMap<>();
    List<String> required = schema.array("required").stream().map(Conversation::text).toList();
    schema.object("properties").orElse(Json.Obj.EMPTY).fields().forEach((name, property) -> {
      boolean optional = !required.contains(name);
      if (!optional || (depth < OPTIONAL_DEPTH_MAX && !property.toText().contains("\"$ref\""))) {
        fields.put(name, value(property, name, depth + 1, 0));
      }
    });
    for (String name : required) {
      if (!fields.containsKey(name)) {
        Json open = schema.get("additionalProperties").orElse(Json.Obj.EMPTY);
        fields.put(name, value(open, name, depth + 1, 0));
      }
    }
    return new Json.Obj(fields);
  }

  private Json array(Json.Obj schema, String name, int depth) {
    List<Json> items = new ArrayList<>();
    for (Json item : schema.array("prefixItems")) {
      items.add(value(item, name, depth + 1, items.size()));
    }
    long wanted = Math.max(schema.integer("minItems").orElse(0L),
        depth > OPTIONAL_DEPTH_MAX || !schema.has("items") ? 0 : 1);
    Json each = schema.get("items").orElse(Json.Obj.EMPTY);
    while (items.size() < Math.min(wanted, schema.integer("maxItems").orElse(Long.MAX_VALUE))) {
      items.add(value(each, name, depth + 1, items.size()));
    }
    return new Json.Arr(items);
  }

  private double number(Json.Obj schema, int variant, boolean whole) {
    double step = schema.number("multipleOf").orElse(whole ? 1.0 : 0.5);
    double least = schema.number("minimum").orElse(Double.NEGATIVE_INFINITY);
    double most = schema.number("maximum").orElse(Double.POSITIVE_INFINITY);
    least = Math.max(least, schema.number("exclusiveMinimum").map(bound -> bound + step).orElse(least));
    most = Math.min(most, schema.number("exclusiveMaximum").map(bound -> bound - step).orElse(most));
    double wanted = Math.clamp(hints.number().orElse(step) + variant * step, least, Math.max(least, most));
    double fitted = Math.ceil(wanted / step) * step;
    return fitted > most ? Math.floor(most / step) * step : fitted;
  }

  private String string(Json.Obj schema, String name, int variant) {
    Optional<String> format = schema.string("format").map(FORMATS::get);
    String text = format.orElseGet(() -> hints.text(name) + (variant == 0 ? "" : " " + (variant + 1)));
    Optional<Pattern> pattern = schema.string("pattern").flatMap(SampleValue::compiled);
    if (pattern.isPresent() && !pattern.get().matcher(text).find()) {
      text = USUAL.stream().filter(usual -> pattern.get().matcher(usual).find()).findFirst().orElse(text);
    }
    int shortest = schema.integer("minLength").orElse(0L).intValue();
    int longest = schema.integer("maxLength").orElse((long) Integer.MAX_VALUE).intValue();
    String padded = text.length() < shortest ? text + "x".repeat(shortest - text.length()) : text;
    return padded.length() > longest ? padded.substring(0, longest) : padded;
  }

  private static Optional<Pattern> compiled(String pattern) {
    try {
      return Optional.of(Pattern.compile(pattern));
    } catch (PatternSyntaxException notJava) {
      return Optional.empty();
    }
  }
}

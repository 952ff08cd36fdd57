package claudegateway.openai;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes of a client's JSON Schema one that the CLI can compile. It drops a schema that it cannot compile without
 * a word, and the model then answers free text.
 */
final class SchemaCleaner {
  /** UTF-8 bytes of JSON text. */
  static final int SIZE_MAX = 1 << 20;

  /** The field that holds the answer when the root was no object. */
  static final String WRAPPER = "value";

  /** @param wrapped whether the schema was put into the field {@link #WRAPPER} of an object */
  record Cleaned(Json.Obj schema, boolean wrapped) {}

  private SchemaCleaner() {}

  /** @param param where the schema stands in the request */
  static Cleaned clean(Json.Obj schema, String param) {
    if (schema.toBytes().length > SIZE_MAX) {
      throw InvalidRequest.of("invalid_json_schema", param,
          "Invalid '" + param + "': expected a schema of at most " + (SIZE_MAX >> 10) + " KiB.");
    }
    Json.Obj cleaned = (Json.Obj) strip(schema);
    if (cleaned.string("type").filter("object"::equals).isPresent()) {
      return new Cleaned(cleaned, false);
    }
    return new Cleaned(Json.object("type", "object", "properties", Json.object(WRAPPER, cleaned),
        "required", List.of(WRAPPER), "additionalProperties", false), true);
  }

  private static Json strip(Json schema) {
    return switch (schema) {
      case Json.Obj object -> {
        Map<String, Json> fields = new LinkedHashMap<>();
        object.fields().forEach((name, value) -> {
          if (!name.equals("$schema") && !(name.equals("format") && value instanceof Json.Str)) {
            fields.put(name, strip(value));
          }
        });
        yield new Json.Obj(fields);
      }
      case Json.Arr array -> {
        List<Json> items = new ArrayList<>();
        array.items().forEach(item -> items.add(strip(item)));
        yield new Json.Arr(items);
      }
      default -> schema;
    };
  }
}

package claudegateway.openai;

import claudegateway.chat.ChatRequest;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes of a client's JSON Schema one that both the CLI and the model's API take, or says why there is none.
 *
 * <p>The CLI compiles it with Ajv's draft-07 dialect in strict mode (seen in 2.1.197 and 2.1.330); one that
 * does not compile it drops without a word, and the model answers prose. Strict mode refuses every unknown
 * keyword, 2.1.197 also every {@code format}. The API wants draft 2020-12, an object as root, and no {@code
 * anyOf}, {@code oneOf}, {@code allOf} there. So: what only annotates is left out, what constrains must be
 * understood by all, and another root is put into the field {@code value} of an object.
 */
final class SchemaCleaner {
  /** UTF-8 bytes of JSON text. */
  static final int SIZE_MAX = 1 << 20;

  /** Values of all kinds in the schema, with room for the wrapper: the CLI's own limit is 100,000. */
  static final int NODES_MAX = 99_000;

  /** The field that holds the answer when the root was no plain object. */
  static final String WRAPPER = ChatRequest.OutputFormat.JsonSchema.WRAPPER;

  /** @param wrapped whether the schema was put into the field {@link #WRAPPER} of an object */
  record Cleaned(Json.Obj schema, boolean wrapped) {}

  private final String param;
  /** What references into the schema begin with. */
  private final String root;
  /** JSON pointers of all schemas; the root's is "". */
  private final Set<String> places = new HashSet<>();
  /** The targets of references by the place where they stand. */
  private final Map<String, String> references = new LinkedHashMap<>();
  private int nodes;

  private SchemaCleaner(String param, boolean wrapped) {
    this.param = param;
    this.root = wrapped ? "#/properties/" + WRAPPER : "#";
  }

  /** @param param where the schema stands in the request */
  static Cleaned clean(Json.Obj schema, String param) {
    Json.Obj typed = withType(schema);
    boolean wrapped = !isPlainObject(typed);
    Json.Obj cleaned = new SchemaCleaner(param, wrapped).whole(typed);
    return new Cleaned(wrapped ? wrap(cleaned) : cleaned, wrapped);
  }

  private Json.Obj whole(Json.Obj schema) {
    if (schema.toBytes().length > SIZE_MAX) {
      throw fault("", "is larger than " + (SIZE_MAX >> 10) + " KiB");
    }
    count(schema);
    Json.Obj cleaned = (Json.Obj) schema(schema, "");
    references.forEach(this::requireResolved);
    return cleaned;
  }

  private static Json.Obj wrap(Json.Obj schema) {
    return Json.object("type", "object", "properties", Json.object(WRAPPER, schema),
        "required", List.of(WRAPPER), "additionalProperties", false);
  }

  private void count(Json value) {
    if (++nodes > NODES_MAX) {
      throw fault("", "holds more than " + NODES_MAX + " values");
    }
    switch (value) {
      case Json.Obj object -> object.fields().values().forEach(this::count);
      case Json.Arr array -> array.items().forEach(this::count);
      default -> { }
    }
  }

  /** @param at the JSON pointer of the schema */
  private Json schema(Json schema, String at) {
    places.add(at);
    if (schema instanceof Json.Bool) {
      return schema;
    }
    if (!(schema instanceof Json.Obj object)) {
      throw fault(at, "must be an object or a boolean, not of type " + schema.typeName());
    }
    Map<String, Json> fields = new LinkedHashMap<>();
    object.fields().forEach((name, value) ->
        keyword(name, value, at + "/" + SchemaKeyword.escaped(name), object)
            .ifPresent(kept -> fields.put(name, kept)));
    return new Json.Obj(nullable(object, fields));
  }

  /** What is kept of a keyword's value; empty when it is left out. */
  private Optional<Json> keyword(String name, Json value, String at, Json.Obj schema) {
    SchemaKeyword keyword = SchemaKeyword.of(name);
    return switch (keyword.kind()) {
      case ANNOTATION -> Optional.empty();
      case TEXT -> Optional.of(value).filter(Json.Str.class::isInstance);
      case LIST -> Optional.of(value).filter(Json.Arr.class::isInstance);
      case ANY -> Optional.of(value);
      case REFUSED -> throw fault(at, "is a keyword that is not supported here" + keyword.advice());
      case CHECKED -> Optional.of(SchemaKeyword.checked(name, value, problem -> fault(at, problem)));
      case REFERENCE -> Optional.of(reference(value, at));
      case SCHEMA ->
          SchemaKeyword.hasEffect(name, schema) ? Optional.of(schema(value, at)) : Optional.empty();
      case SCHEMAS -> Optional.of(schemas(value, at));
      case SCHEMAS_BY_NAME -> Optional.of(schemasByName(name, value, at));
    };
  }

  private Json reference(Json value, String at) {
    if (!(value instanceof Json.Str(String target)) || !(target.equals("#") || target.startsWith("#/"))) {
      throw fault(at, "must be a reference into the schema itself, like '#/$defs/name'");
    }
    references.put(at, target);
    return Json.of(root + target.substring(1));
  }

  private void requireResolved(String at, String target) {
    if (!places.contains(SchemaKeyword.pointer(target.substring(1)))) {
      throw fault(at, "refers to " + InvalidRequest.quoted(target) + ", where no schema is");
    }
    Set<String> passed = new HashSet<>();
    for (String next = target; next != null;
        next = references.get(SchemaKeyword.pointer(next.substring(1)) + "/$ref")) {
      if (!passed.add(next)) {
        throw fault(at, "refers to itself and to nothing else");
      }
    }
  }

  private Json schemas(Json value, String at) {
    if (!(value instanceof Json.Arr(List<Json> items)) || items.isEmpty()) {
      throw fault(at, "must be an array of schemas with at least one");
    }
    List<Json> kept = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      kept.add(schema(items.get(i), at + "/" + i));
    }
    return new Json.Arr(kept);
  }

  private Json schemasByName(String keyword, Json value, String at) {
    if (!(value instanceof Json.Obj(Map<String, Json> named))) {
      throw fault(at, "must be an object of schemas");
    }
    Map<String, Json> kept = new LinkedHashMap<>();
    named.forEach((name, schema) -> {
      String place = at + "/" + SchemaKeyword.escaped(name);
      String key = keyword.equals("patternProperties")
          ? EcmaPattern.repaired(name)
              .orElseThrow(() -> fault(place, "is not a regular expression of JavaScript"))
          : name;
      kept.put(key, keyword.equals("dependencies") && schema instanceof Json.Arr
          ? SchemaKeyword.checked("required", schema, problem -> fault(place, problem))
          : schema(schema, place));
    });
    return new Json.Obj(kept);
  }

  /** OpenAPI's {@code nullable} in JSON Schema's own words; without a type beside it, it says nothing. */
  private static Map<String, Json> nullable(Json.Obj schema, Map<String, Json> fields) {
    if (schema.isTrue("nullable") && fields.get("type") instanceof Json.Str(String type)
        && !type.equals("null")) {
      fields.put("type", Json.Arr.of(List.of(type, "null"), Json::of));
    }
    return fields;
  }

  /** Whoever names properties at the root means an object. */
  private static Json.Obj withType(Json.Obj root) {
    return root.has("type") || root.has("$ref") || !root.has("properties")
        ? root
        : root.with("type", Json.of("object"));
  }

  private static boolean isPlainObject(Json.Obj root) {
    return root.string("type").filter("object"::equals).isPresent() && !root.isTrue("nullable")
        && List.of("$ref", "anyOf", "oneOf", "allOf").stream().noneMatch(root::has);
  }

  private InvalidRequest fault(String at, String problem) {
    return InvalidRequest.of("invalid_json_schema", param, "Invalid schema for '" + param + "': "
        + (at.isEmpty() ? "it" : InvalidRequest.quoted(at)) + " " + problem + ".");
  }
}

package claudegateway.openai;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The JSON Schema of a function's parameters, made such that the CLI and the model's API take it. It only tells
 * the model what to write; the client checks what it gets. So what they would not take is put otherwise or left
 * out, never refused where that can be avoided.
 *
 * <p>Why nothing can be passed on unseen: 2.1.197 loses all functions, without a word, when one lacks {@code
 * type}, or has a null or a boolean where it expects an object; 2.1.330 loses each one that is no valid schema of
 * draft 2020-12; 2.1.197 loses one with {@code anyOf}, {@code oneOf} or {@code allOf} at its root, which the API
 * refuses.
 */
final class ToolSchema {
  /** The API takes no other names of parameters. */
  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private static final Pattern ANCHOR = Pattern.compile("[A-Za-z_][-A-Za-z0-9._]*");
  private static final List<String> COMBINED = List.of("allOf", "anyOf", "oneOf");

  /** References followed from the root. */
  private static final int HOPS_MAX = 16;

  private ToolSchema() {}

  /** @param at where the schema stands in the request; throws InvalidRequest */
  static Json.Obj cleaned(Json.Obj parameters, String at) {
    Json type = parameters.get("type").orElse(Json.of("object"));
    boolean object = type.equals(Json.of("object"))
        || (type instanceof Json.Arr(List<Json> types) && types.contains(Json.of("object")));
    if (!object) {
      throw InvalidRequest.of("invalid_function_parameters", at + ".type",
          "Invalid '" + at + ".type': expected the JSON Schema of an object, of type 'object'.");
    }
    Json.Obj root = plain(resolved(schema(parameters), parameters));
    root.object("properties").ifPresent(properties -> properties.fields().keySet().forEach(name -> {
      if (!PARAMETER.matcher(name).matches()) {
        throw InvalidRequest.of("invalid_function_parameters", at + ".properties", "Invalid '" + at
            + ".properties': names of parameters have 1 to 64 of the characters A-Z, a-z, 0-9, '_', '.' and '-', "
            + "but one is " + InvalidRequest.quoted(name) + ".");
      }
    }));
    Map<String, Json> fields = new LinkedHashMap<>();
    fields.put("type", Json.of("object"));
    root.fields().forEach(fields::putIfAbsent);
    return new Json.Obj(fields);
  }

  /** A root that only refers to a definition is that definition. */
  private static Json.Obj resolved(Json.Obj root, Json.Obj whole) {
    Json.Obj now = root;
    for (int hop = 0; hop < HOPS_MAX && now.string("$ref").isPresent(); hop++) {
      Optional<Json.Obj> target = target(now.string("$ref").get(), whole);
      Json.Obj rest = now.without("$ref");
      now = target.map(found -> over(rest, schema(found))).orElse(rest);
    }
    return now.without("$ref");
  }

  private static Optional<Json.Obj> target(String reference, Json.Obj whole) {
    if (!reference.startsWith("#/")) {
      return Optional.empty();
    }
    Json found = whole;
    for (String step : SchemaKeyword.pointer(reference.substring(2)).split("/")) {
      String name = step.replace("~1", "/").replace("~0", "~");
      found = found instanceof Json.Obj object ? object.get(name).orElse(Json.Null.NULL) : Json.Null.NULL;
    }
    return found instanceof Json.Obj schema ? Optional.of(schema) : Optional.empty();
  }

  private static Json.Obj over(Json.Obj first, Json.Obj second) {
    Map<String, Json> fields = new LinkedHashMap<>(second.fields());
    fields.putAll(first.fields());
    return new Json.Obj(fields);
  }

  /** Without combinations at the root: all parameters that they name, and in words what was combined. */
  private static Json.Obj plain(Json.Obj root) {
    Json.Obj said = Json.Obj.EMPTY;
    Map<String, Json> properties = new LinkedHashMap<>(
        root.object("properties").map(Json.Obj::fields).orElse(Map.of()));
    Set<Json> required = new LinkedHashSet<>(root.array("required"));
    for (String keyword : COMBINED) {
      List<Json.Obj> branches = root.array(keyword).stream().filter(Json.Obj.class::isInstance)
          .map(branch -> resolved((Json.Obj) branch, root)).toList();
      for (Json.Obj branch : branches) {
        branch.object("properties").ifPresent(more -> more.fields().forEach(properties::putIfAbsent));
        if (keyword.equals("allOf")) {
          required.addAll(branch.array("required"));
        }
      }
      said = root.has(keyword) ? said.with(keyword, root.get(keyword).orElseThrow()) : said;
    }
    if (said.fields().isEmpty()) {
      return root;
    }
    Json.Obj bare = root.without("allOf").without("anyOf").without("oneOf")
        .with("properties", new Json.Obj(properties));
    String rule = "The parameters together must also match this JSON Schema: " + said.toText();
    return (required.isEmpty() ? bare : bare.with("required", new Json.Arr(List.copyOf(required))))
        .with("description", Json.of(root.string("description").map(text -> text + "\n\n").orElse("") + rule));
  }

  private static Json.Obj schema(Json.Obj schema) {
    Map<String, Json> kept = new LinkedHashMap<>();
    schema.fields().forEach((name, value) -> keyword(name, value, schema).ifPresent(fit -> kept.put(name, fit)));
    if (schema.get("items").orElse(null) instanceof Json.Arr(List<Json> tuple) && !kept.containsKey("prefixItems")) {
      // Draft 7's way to say it.
      schemas(new Json.Arr(tuple)).ifPresent(items -> kept.put("prefixItems", items));
      schema.get("additionalItems").flatMap(ToolSchema::anySchema).ifPresent(rest -> kept.put("items", rest));
    }
    return new Json.Obj(kept);
  }

  private static Optional<Json> keyword(String name, Json value, Json.Obj schema) {
    return switch (name) {
      case "prefixItems" -> schemas(value);
      case "unevaluatedProperties", "unevaluatedItems" -> anySchema(value);
      case "dependentSchemas" -> named(value);
      case "dependentRequired" -> of(value, Json.Obj.class).filter(names -> ((Json.Obj) names).fields().values()
          .stream().allMatch(list -> SchemaKeyword.accepts("required", list)));
      case "minContains", "maxContains" -> checked("minItems", value);
      case "deprecated", "readOnly", "writeOnly" -> of(value, Json.Bool.class);
      case "format", "$comment", "$schema", "pattern", "$ref", "$dynamicRef" -> of(value, Json.Str.class);
      case "$id" -> of(value, Json.Str.class).filter(id -> !((Json.Str) id).value().contains("#"));
      case "$anchor", "$dynamicAnchor" ->
          of(value, Json.Str.class).filter(anchor -> ANCHOR.matcher(((Json.Str) anchor).value()).matches());
      case "$vocabulary" -> Optional.empty();
      case "exclusiveMinimum" -> exclusive(value, schema.get("minimum"));
      case "exclusiveMaximum" -> exclusive(value, schema.get("maximum"));
      case "type" -> type(value);
      default -> switch (SchemaKeyword.of(name).kind()) {
        case TEXT -> of(value, Json.Str.class);
        case LIST -> of(value, Json.Arr.class);
        case CHECKED -> checked(name, value);
        case SCHEMA -> anySchema(value);
        case SCHEMAS -> schemas(value);
        case SCHEMAS_BY_NAME -> named(value);
        case ANNOTATION, ANY, REFERENCE, REFUSED -> Optional.of(value);
      };
    };
  }

  private static Optional<Json> of(Json value, Class<? extends Json> kind) {
    return Optional.of(value).filter(kind::isInstance);
  }

  private static Optional<Json> checked(String name, Json value) {
    return Optional.of(value).filter(any -> SchemaKeyword.accepts(name, any));
  }

  /** Draft 4 had a boolean beside the bound. */
  private static Optional<Json> exclusive(Json value, Optional<Json> bound) {
    return value == Json.Bool.TRUE ? bound.filter(Json.Num.class::isInstance) : checked("minimum", value);
  }

  private static Optional<Json> type(Json value) {
    if (!(value instanceof Json.Arr(List<Json> types))) {
      return checked("type", value);
    }
    List<Json> known = new ArrayList<>(new LinkedHashSet<>(types));
    known.removeIf(type -> !(type instanceof Json.Str) || !SchemaKeyword.accepts("type", type));
    return known.isEmpty() ? Optional.empty() : Optional.of(new Json.Arr(known));
  }

  private static Optional<Json> anySchema(Json value) {
    return switch (value) {
      case Json.Obj object -> Optional.of(schema(object));
      case Json.Bool flag -> Optional.of(flag);
      default -> Optional.empty();
    };
  }

  private static Optional<Json> schemas(Json value) {
    if (!(value instanceof Json.Arr(List<Json> items))) {
      return Optional.empty();
    }
    List<Json> kept = items.stream().flatMap(item -> anySchema(item).stream()).toList();
    return kept.isEmpty() || kept.size() < items.size() ? Optional.empty() : Optional.of(new Json.Arr(kept));
  }

  /** Booleans as objects that say the same: as a property's schema 2.1.197 takes no other. */
  private static Optional<Json> named(Json value) {
    if (!(value instanceof Json.Obj(Map<String, Json> byName))) {
      return Optional.empty();
    }
    Map<String, Json> kept = new LinkedHashMap<>();
    byName.forEach((name, schema) -> kept.put(name, switch (schema) {
      case Json.Obj object -> schema(object);
      case Json.Arr names when SchemaKeyword.accepts("required", names) -> names;
      case Json.Bool flag when flag == Json.Bool.FALSE -> Json.object("not", Json.Obj.EMPTY);
      default -> Json.Obj.EMPTY;
    }));
    return Optional.of(new Json.Obj(kept));
  }
}

package claudegateway.openai;

import claudegateway.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What is done with a keyword of JSON Schema. @param advice what to use in place of a refused one, or "" */
record SchemaKeyword(Kind kind, String advice) {

  enum Kind {
    /** Constrains nothing that Claude could heed, or nothing at all: left out. So are unknown keywords. */
    ANNOTATION,
    /** Kept when it is a string. */
    TEXT,
    /** Kept when it is an array. */
    LIST,
    /** Kept as it is. */
    ANY,
    /** Kept when {@link #checked} finds its value right. */
    CHECKED,
    REFERENCE,
    SCHEMA,
    SCHEMAS,
    SCHEMAS_BY_NAME,
    /** A constraint that the CLI does not know: leaving it out would promise what nobody checks. */
    REFUSED
  }

  private static final Set<String> TYPES =
      Set.of("object", "array", "string", "integer", "number", "boolean", "null");
  private static final SchemaKeyword OTHER = new SchemaKeyword(Kind.ANNOTATION, "");
  private static final Map<String, SchemaKeyword> KEYWORDS = keywords();

  static SchemaKeyword of(String name) {
    return KEYWORDS.getOrDefault(name, OTHER);
  }

  /** The value of a keyword of kind CHECKED; else throws what the complaint makes of the problem. */
  static Json checked(String name, Json value, Function<String, ? extends RuntimeException> complaint) {
    String problem = problem(name, value);
    if (problem != null) {
      throw complaint.apply(problem);
    }
    return name.equals("pattern")
        ? Json.of(EcmaPattern.repaired(((Json.Str) value).value()).orElseThrow())
        : value;
  }

  /** Whether a keyword of kind CHECKED can have this value. */
  static boolean accepts(String name, Json value) {
    return problem(name, value) == null;
  }

  private static String problem(String name, Json value) {
    return switch (name) {
      case "type" -> isType(value)
          ? null
          : "must be one of 'object', 'array', 'string', 'integer', 'number', 'boolean' and 'null', "
              + "or an array of different ones";
      case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
          isNumber(value) ? null : "must be a number";
      case "multipleOf" -> isNumber(value) && ((Json.Num) value).doubleValue() > 0 ? null : "must be above 0";
      case "uniqueItems" -> value instanceof Json.Bool ? null : "must be a boolean";
      case "enum" -> value instanceof Json.Arr(List<Json> items) && !items.isEmpty()
          ? null
          : "must be an array with at least one value";
      case "required" -> isNames(value) ? null : "must be an array of different strings";
      case "pattern" -> value instanceof Json.Str(String pattern) && EcmaPattern.repaired(pattern).isPresent()
          ? null
          : "must be a regular expression of JavaScript (with the flag u)";
      default -> isCount(value) ? null : "must be a whole number from 0";
    };
  }

  /** Strict mode refuses half an {@code if}. */
  static boolean hasEffect(String name, Json.Obj schema) {
    return switch (name) {
      case "if" -> schema.has("then") || schema.has("else");
      case "then", "else" -> schema.has("if");
      default -> true;
    };
  }

  /** One step of a JSON pointer (RFC 6901). */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** The pointer that a URI fragment means; text that is no fragment stays as it is and leads nowhere. */
  static String pointer(String fragment) {
    try {
      return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return fragment;
    }
  }

  private static boolean isType(Json value) {
    return value instanceof Json.Str(String type)
        ? TYPES.contains(type)
        : isNames(value) && ((Json.Arr) value).items().size() > 0
            && ((Json.Arr) value).items().stream()
                .allMatch(type -> TYPES.contains(((Json.Str) type).value()));
  }

  private static boolean isNames(Json value) {
    return value instanceof Json.Arr(List<Json> items)
        && items.stream().allMatch(Json.Str.class::isInstance)
        && new HashSet<>(items).size() == items.size();
  }

  private static boolean isNumber(Json value) {
    return value instanceof Json.Num number && Double.isFinite(number.doubleValue());
  }

  private static boolean isCount(Json value) {
    return value instanceof Json.Num number && number.isInteger() && number.doubleValue() >= 0;
  }

  private static Map<String, SchemaKeyword> keywords() {
    Map<String, SchemaKeyword> all = new HashMap<>();
    put(all, Kind.TEXT, "title", "description", "contentMediaType", "contentEncoding");
    put(all, Kind.LIST, "examples");
    put(all, Kind.ANY, "const", "default");
    put(all, Kind.CHECKED, "type", "enum", "required", "pattern", "uniqueItems", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems",
        "maxItems", "minProperties", "maxProperties");
    put(all, Kind.REFERENCE, "$ref");
    put(all, Kind.SCHEMA, "not", "if", "then", "else", "items", "contains", "propertyNames",
        "additionalProperties");
    put(all, Kind.SCHEMAS, "allOf", "anyOf", "oneOf");
    put(all, Kind.SCHEMAS_BY_NAME, "properties", "patternProperties", "dependencies", "$defs", "definitions");
    refuse(all, "an array whose 'items' are one schema, or an object", "prefixItems");
    refuse(all, "'additionalProperties'", "unevaluatedProperties", "unevaluatedItems");
    refuse(all, "'dependencies'", "dependentRequired", "dependentSchemas");
    refuse(all, "'minItems' and 'maxItems'", "minContains", "maxContains");
    refuse(all, "'$ref'", "$dynamicRef", "$recursiveRef");
    return Map.copyOf(all);
  }

  private static void put(Map<String, SchemaKeyword> all, Kind kind, String... names) {
    for (String name : names) {
      all.put(name, new SchemaKeyword(kind, ""));
    }
  }

  private static void refuse(Map<String, SchemaKeyword> all, String instead, String... names) {
    for (String name : names) {
      all.put(name, new SchemaKeyword(Kind.REFUSED, ": use " + instead));
    }
  }
}

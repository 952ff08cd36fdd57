package claudegateway.api;

import claudegateway.json.Json;
import java.util.List;

/** As much of JSON Schema as our own document uses; fields that a schema does not know are an error. */
final class SchemaCheck {
  private final Json.Obj document;

  SchemaCheck(Json.Obj document) {
    this.document = document;
  }

  /** Throws AssertionError naming the place. */
  void check(String schema, Json value) {
    check(resolve("#/components/schemas/" + schema), value, schema);
  }

  Json.Obj resolve(String reference) {
    Json at = document;
    for (String name : reference.substring(2).split("/")) {
      at = ((Json.Obj) at).fields().get(name);
      if (at == null) {
        throw new AssertionError(reference + " leads nowhere");
      }
    }
    return (Json.Obj) at;
  }

  private void check(Json.Obj schema, Json value, String place) {
    if (schema.string("$ref").isPresent()) {
      check(resolve(schema.string("$ref").get()), value, place);
      return;
    }
    if (schema.has("anyOf")) {
      if (schema.array("anyOf").stream().noneMatch(one -> fits((Json.Obj) one, value, place))) {
        throw new AssertionError(place + " fits none of " + schema.toText() + ": " + value.toText());
      }
      return;
    }
    if (schema.has("const") && !schema.get("const").orElseThrow().equals(value)
        || schema.has("enum") && !schema.array("enum").contains(value)) {
      throw new AssertionError(place + " must be as in " + schema.toText() + ": " + value.toText());
    }
    List<Json> types = schema.fields().get("type") instanceof Json.Arr(List<Json> several) ? several
        : schema.get("type").stream().toList();
    if (!types.isEmpty() && types.stream().noneMatch(type -> isOf(((Json.Str) type).value(), value))) {
      throw new AssertionError(place + " must be " + types + ", but is " + value.toText());
    }
    if (value instanceof Json.Obj object) {
      fields(schema, object, place);
    } else if (value instanceof Json.Arr(List<Json> items) && schema.object("items").isPresent()) {
      for (int i = 0; i < items.size(); i++) {
        check(schema.object("items").get(), items.get(i), place + "[" + i + "]");
      }
    }
  }

  private void fields(Json.Obj schema, Json.Obj object, String place) {
    for (Json name : schema.array("required")) {
      if (!object.has(((Json.Str) name).value())) {
        throw new AssertionError(place + " has no " + name);
      }
    }
    schema.object("properties").ifPresent(known -> object.fields().forEach((name, value) -> {
      if (!known.has(name)) {
        throw new AssertionError(place + "." + name + " is not described");
      }
      check((Json.Obj) known.fields().get(name), value, place + "." + name);
    }));
  }

  private boolean fits(Json.Obj schema, Json value, String place) {
    try {
      check(schema, value, place);
      return true;
    } catch (AssertionError not) {
      return false;
    }
  }

  private static boolean isOf(String type, Json value) {
    return switch (type) {
      case "integer" -> value instanceof Json.Num number && number.isInteger();
      default -> value.typeName().equals(type);
    };
  }
}

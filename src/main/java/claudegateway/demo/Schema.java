package claudegateway.demo;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON Schema whose parts refer to each other. */
record Schema(Json.Obj root) {
  /** Deeper than any schema that a function declares; a recursive one ends here. */
  static final int DEPTH_MAX = 24;

  /** With its reference followed, all of its {@code allOf} and the first of its alternatives merged in. */
  Json.Obj flattened(Json.Obj schema, int depth) {
    Json.Obj flat = schema.without("$ref").without("allOf").without("anyOf").without("oneOf");
    List<Json> parts = new ArrayList<>(schema.array("allOf"));
    schema.string("$ref").flatMap(this::resolve).ifPresent(parts::add);
    for (String alternatives : List.of("anyOf", "oneOf")) {
      schema.array(alternatives).stream().findFirst().ifPresent(parts::add);
    }
    for (Json part : parts) {
      if (part instanceof Json.Obj object && depth < DEPTH_MAX) {
        flat = merged(flat, flattened(object, depth + 1));
      }
    }
    return flat;
  }

  private static Json.Obj merged(Json.Obj one, Json.Obj other) {
    Map<String, Json> fields = new LinkedHashMap<>(one.fields());
    other.fields().forEach((keyword, value) -> fields.merge(keyword, value, (a, b) -> switch (a) {
      case Json.Obj object when b instanceof Json.Obj more -> {
        Map<String, Json> both = new LinkedHashMap<>(object.fields());
        both.putAll(more.fields());
        yield new Json.Obj(both);
      }
      case Json.Arr(List<Json> items) when keyword.equals("required") && b instanceof Json.Arr(var more) -> {
        List<Json> both = new ArrayList<>(items);
        both.addAll(more);
        yield new Json.Arr(both);
      }
      case Json.Obj _, Json.Arr _, Json.Str _, Json.Num _, Json.Bool _, Json.Null _ -> a;
    }));
    return new Json.Obj(fields);
  }

  private Optional<Json> resolve(String reference) {
    if (!reference.startsWith("#")) {
      return Optional.empty();
    }
    Json at = root;
    for (String part : reference.substring(1).split("/")) {
      if (!part.isEmpty()) {
        String name = part.replace("~1", "/").replace("~0", "~");
        Optional<Json> next = at instanceof Json.Obj object ? object.get(name) : Optional.empty();
        if (next.isEmpty()) {
          return Optional.empty();
        }
        at = next.get();
      }
    }
    return Optional.of(at);
  }
}

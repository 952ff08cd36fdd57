package claudegateway.demo;

import static claudegateway.demo.Rules.require;

import claudegateway.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The tools of a request and the choice among them. */
final class ToolRules {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
  private static final Pattern PROPERTY = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");
  private static final Set<String> TYPES =
      Set.of("object", "array", "string", "number", "integer", "boolean", "null");

  private ToolRules() {}

  static void check(Json.Obj body) {
    List<Json> tools = body.array("tools");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tools.size(); i++) {
      String at = "tools." + i;
      if (!(tools.get(i) instanceof Json.Obj tool)) {
        throw RuleBroken.invalid(at + ": Input should be a valid dictionary");
      }
      String name = tool.string("name").orElseThrow(() -> RuleBroken.invalid(at + ".name: Field required"));
      require(names.add(name), "tools: Tool names must be unique.");
      if (tool.string("type").orElse("custom").equals("custom")) {
        custom(at + ".custom", tool, name);
      }
    }
    body.get("tool_choice").ifPresent(choice -> choice(choice, names));
  }

  private static void custom(String at, Json.Obj tool, String name) {
    require(NAME.matcher(name).matches(), at + ".name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
    require(tool.get("input_schema").isPresent(), at + ".input_schema: Field required");
    Json.Obj schema = tool.object("input_schema")
        .orElseThrow(() -> RuleBroken.invalid(at + ".input_schema: Input should be a valid dictionary"));
    require(schema.get("type").isPresent(), at + ".input_schema.type: Field required");
    require(schema.string("type").equals(Optional.of("object")),
        at + ".input_schema.type: Input should be 'object'");
    for (String keyword : List.of("oneOf", "allOf", "anyOf")) {
      require(!schema.has(keyword),
          at + ".input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level");
    }
    schema.object("properties").ifPresent(properties -> properties.fields().keySet().forEach(property ->
        require(PROPERTY.matcher(property).matches(), at + ".input_schema.properties: Property keys should "
            + "match pattern '^[a-zA-Z0-9_.-]{1,64}$'")));
    require(isSchema(schema), at + ".input_schema: JSON schema is invalid. It must match JSON Schema draft "
        + "2020-12 (https://json-schema.org/draft/2020-12). Learn more about tool use at "
        + "https://docs.claude.com/en/docs/tool-use.");
  }

  /** The faults that people make: an unknown type, a keyword whose value has the wrong kind. */
  private static boolean isSchema(Json value) {
    return switch (value) {
      case Json.Bool _ -> true;
      case Json.Obj schema -> type(schema.fields().get("type"))
          && kind(schema, "properties", Json.Obj.class) && kind(schema, "required", Json.Arr.class)
          && kind(schema, "enum", Json.Arr.class) && kind(schema, "$defs", Json.Obj.class)
          && schema.array("required").stream().allMatch(Json.Str.class::isInstance)
          && schema.object("properties").stream().flatMap(each -> each.fields().values().stream())
              .allMatch(ToolRules::isSchema)
          && (!schema.has("items") || isSchema(schema.fields().get("items")));
      case Json.Arr _, Json.Str _, Json.Num _, Json.Null _ -> false;
    };
  }

  private static boolean type(Json type) {
    return switch (type) {
      case null -> true;
      case Json.Str(String name) -> TYPES.contains(name);
      case Json.Arr(List<Json> names) -> !names.isEmpty() && names.stream()
          .allMatch(each -> each instanceof Json.Str(String name) && TYPES.contains(name));
      case Json.Obj _, Json.Num _, Json.Bool _, Json.Null _ -> false;
    };
  }

  private static boolean kind(Json.Obj schema, String keyword, Class<? extends Json> kind) {
    return !schema.has(keyword) || kind.isInstance(schema.fields().get(keyword));
  }

  private static void choice(Json value, Set<String> names) {
    if (!(value instanceof Json.Obj choice)) {
      throw RuleBroken.invalid("tool_choice: Input should be a valid dictionary");
    }
    String type = choice.string("type").orElse("");
    require(Set.of("auto", "any", "tool", "none").contains(type), "tool_choice: Input tag '" + type
        + "' found using 'type' does not match any of the expected tags: 'any', 'auto', 'none', 'tool'");
    require(!names.isEmpty() || type.equals("none"),
        "tool_choice may only be specified while providing tools.");
    if (type.equals("tool")) {
      String name = choice.string("name")
          .orElseThrow(() -> RuleBroken.invalid("tool_choice.tool.name: Field required"));
      require(names.contains(name), "Tool '" + name + "' not found in provided tools");
    }
  }
}

package claudegateway.openai;

import claudegateway.chat.ChatRequest.OutputFormat;
import claudegateway.json.Json;
import java.util.List;

/** {@code response_format}. */
final class FormatParser {
  private static final int NAME_MAX = 64;
  private static final List<String> TYPES = List.of("text", "json_object", "json_schema");

  private FormatParser() {}

  static OutputFormat parse(Fields request) {
    return request.object("response_format").map(FormatParser::format)
        .orElse(new OutputFormat.Text());
  }

  private static OutputFormat format(Fields format) {
    format.required("type");
    String type = format.string("type").orElseThrow();
    return switch (type) {
      case "text" -> new OutputFormat.Text();
      case "json_object" -> new OutputFormat.JsonObject();
      case "json_schema" -> schema(format.requiredObject("json_schema"));
      default -> throw InvalidRequest.value(format.at("type"), type, TYPES);
    };
  }

  private static OutputFormat schema(Fields format) {
    String name = format.requiredName("name", NAME_MAX);
    if (!name.matches("[A-Za-z0-9_-]+")) {
      throw InvalidRequest.of("invalid_value", format.at("name"), "Invalid '" + format.at("name")
          + "': expected only letters, digits, '_' and '-', but got " + InvalidRequest.quoted(name) + ".");
    }
    format.string("description");
    format.bool("strict");
    Json.Obj schema = format.requiredObject("schema").object();
    SchemaCleaner.Cleaned cleaned = SchemaCleaner.clean(schema, format.at("schema"));
    return new OutputFormat.JsonSchema(name, cleaned.schema(), cleaned.wrapped());
  }
}

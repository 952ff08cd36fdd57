package claudegateway.api;

import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The route table as an OpenAPI 3.1 document. Schemas, examples and the words for parameters are in the
 * resource {@code schemas.json}; the table says which belongs where.
 */
final class OpenApi {
  private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");

  private final Json.Obj described;

  private OpenApi(Json.Obj described) {
    this.described = described;
  }

  static Json.Obj of(List<Endpoint> table, String version) {
    return new OpenApi(resource()).document(table, version);
  }

  private static Json.Obj resource() {
    try (InputStream in = OpenApi.class.getResourceAsStream("schemas.json")) {
      return (Json.Obj) JsonReader.parse(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private Json.Obj document(List<Endpoint> table, String version) {
    Map<String, Json> paths = new LinkedHashMap<>();
    for (Endpoint line : table) {
      Json.Obj methods = (Json.Obj) paths.getOrDefault(line.pattern(), Json.Obj.EMPTY);
      paths.put(line.pattern(), methods.with(line.method().toLowerCase(Locale.ROOT), operation(line)));
    }
    return Json.object(
        "openapi", "3.1.0",
        "info", Json.object(
            "title", "Claude Code API Gateway",
            "version", version,
            "description", "The Claude Code CLI as an OpenAI-compatible HTTP API"),
        "tags", Json.Arr.of(List.of(Endpoint.Group.values()), group -> Json.object("name", title(group))),
        "paths", new Json.Obj(paths),
        "components", Json.object(
            "schemas", described.object("schemas").orElseThrow(),
            "securitySchemes", Json.object(
                "bearer", Json.object("type", "http", "scheme", "bearer"),
                "key", Json.object("type", "apiKey", "in", "header", "name", "x-api-key"))));
  }

  private Json.Obj operation(Endpoint line) {
    Json.Obj operation = Json.object(
        "operationId", line.name(),
        "tags", List.of(title(line.group())),
        "summary", line.summary(),
        "security", line.open() ? Json.Arr.EMPTY : Json.Arr.of(
            List.of("bearer", "key"), scheme -> Json.object(scheme, List.of())));
    List<Json> parameters = parameters(line);
    if (!parameters.isEmpty()) {
      operation = operation.with("parameters", new Json.Arr(parameters));
    }
    if (line.takes().isPresent()) {
      operation = operation.with("requestBody", Json.object("content", json(line.takes().get())));
    }
    return operation.with("responses", responses(line));
  }

  private List<Json> parameters(Endpoint line) {
    List<Json> parameters = new ArrayList<>();
    for (Matcher path = PARAMETER.matcher(line.pattern()); path.find(); ) {
      parameters.add(parameter(path.group(1)).with("in", Json.of("path")).with("required", Json.of(true)));
    }
    line.query().forEach(name -> parameters.add(parameter(name).with("in", Json.of("query"))));
    return parameters;
  }

  private Json.Obj parameter(String name) {
    return described.object("parameters").orElseThrow().object(name)
        .orElseThrow(() -> new IllegalStateException("schemas.json describes no parameter " + name));
  }

  private Json.Obj responses(Endpoint line) {
    Json.Obj content = Stream.concat(
            line.answers().map(this::json).stream(),
            line.streams() ? Stream.of(Json.object("text/event-stream",
                Json.object("schema", reference("ChatCompletionChunk")))) : Stream.<Json.Obj>empty())
        .reduce(Json.Obj.EMPTY, OpenApi::joined);
    String status = Integer.toString(line.status());
    Json.Obj success = Json.object("description", line.status() < 300 ? "What was asked for" : "Refused");
    Json.Obj responses = Json.object(
        status, content.fields().isEmpty() ? success : success.with("content", content));
    return responses.with("default", Json.object("description", "What went wrong", "content", json("Error")));
  }

  private static Json.Obj joined(Json.Obj one, Json.Obj other) {
    Map<String, Json> fields = new LinkedHashMap<>(one.fields());
    fields.putAll(other.fields());
    return new Json.Obj(fields);
  }

  private Json.Obj json(String schema) {
    return Json.object("application/json", Json.object("schema", reference(schema)));
  }

  private Json.Obj reference(String schema) {
    if (!described.object("schemas").orElseThrow().has(schema)) {
      throw new IllegalStateException("schemas.json describes no " + schema);
    }
    return Json.object("$ref", "#/components/schemas/" + schema);
  }

  private static String title(Endpoint.Group group) {
    String name = group.name();
    return group == Endpoint.Group.SSH ? name : name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }
}

package claudegateway.openai;

import claudegateway.chat.ChatRequest.Choice;
import claudegateway.chat.ChatRequest.Function;
import claudegateway.chat.ChatRequest.Tools;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code tools}, {@code tool_choice}, {@code parallel_tool_calls}, and the older {@code functions} and
 * {@code function_call}. Any name up to a length is accepted: it comes back exactly as declared.
 */
final class ToolsParser {
  static final int TOOLS_MAX = 512;
  static final int NAME_MAX = 256;

  private static final List<String> CHOICES = List.of("none", "auto", "required");

  private ToolsParser() {}

  /**
   * @param builtins whether Claude Code's own tools were asked for; when nothing was said they are on only
   *     where the client has no tools of its own
   * @param toolsInHistory whether the messages hold calls, so that the client has tools though it named none
   *     now
   */
  static Tools parse(Fields request, Optional<Boolean> builtins, boolean toolsInHistory) {
    boolean legacy = isLegacy(request);
    List<Function> functions = legacy
        ? functions(request.objects("functions", TOOLS_MAX))
        : functions(tools(request));
    Choice choice = legacy
        ? choice(request, "function_call", functions)
        : choice(request, "tool_choice", functions);
    boolean parallel = request.bool("parallel_tool_calls").orElse(true) && !legacy;
    return new Tools(functions, choice, parallel, builtins.orElse(functions.isEmpty() && !toolsInHistory));
  }

  static boolean isLegacy(Fields request) {
    return request.has("functions") && !request.has("tools");
  }

  private static List<Fields> tools(Fields request) {
    List<Fields> functions = new ArrayList<>();
    for (Fields tool : request.objects("tools", TOOLS_MAX)) {
      String type = tool.has("function")
          ? tool.string("type").orElse("function")
          : requiredType(tool);
      if (!type.equals("function")) {
        throw InvalidRequest.value(tool.at("type"), type, List.of("function"));
      }
      functions.add(tool.requiredObject("function"));
    }
    return functions;
  }

  private static String requiredType(Fields tool) {
    tool.required("type");
    return tool.string("type").orElseThrow();
  }

  private static List<Function> functions(List<Fields> declared) {
    List<Function> functions = new ArrayList<>(declared.size());
    Set<String> names = new HashSet<>();
    for (Fields function : declared) {
      String name = function.requiredName("name", NAME_MAX);
      if (!names.add(name)) {
        throw InvalidRequest.of("duplicate_value", function.at("name"), "Invalid '" + function.at("name")
            + "': another function is named " + InvalidRequest.quoted(name) + " too.");
      }
      function.bool("strict");
      functions.add(new Function(name, function.string("description").orElse(""), parameters(function)));
    }
    return functions;
  }

  private static Json.Obj parameters(Fields function) {
    return ToolSchema.cleaned(function.object("parameters").map(Fields::object).orElse(Json.Obj.EMPTY),
        function.at("parameters"));
  }

  private static Choice choice(Fields request, String field, List<Function> functions) {
    Json value = request.value(field).orElse(null);
    Choice choice = switch (value) {
      case null -> new Choice.Auto();
      case Json.Str(String word) -> switch (word) {
        case "auto" -> new Choice.Auto();
        case "none" -> new Choice.None();
        case "required" -> new Choice.Required();
        default -> throw InvalidRequest.value(request.at(field), word, CHOICES);
      };
      case Json.Obj object -> named(new Fields(object, request.at(field)), functions);
      default -> throw InvalidRequest.type(
          request.at(field), "one of 'none', 'auto', 'required' or an object that names a function", value);
    };
    if (choice instanceof Choice.Required && functions.isEmpty()) {
      throw InvalidRequest.of("invalid_value", request.at(field),
          "Invalid '" + request.at(field) + "': a call cannot be required without 'tools'.");
    }
    return choice;
  }

  /** {@code {type, function: {name}}}, or with the name beside the type, as the iOS app sends it. */
  private static Choice named(Fields choice, List<Function> functions) {
    String type = choice.string("type").orElse("function");
    if (!type.equals("function")) {
      throw InvalidRequest.value(choice.at("type"), type, List.of("function"));
    }
    Fields place = choice.object("function").orElse(choice.has("name") ? choice : null);
    if (place == null) {
      throw InvalidRequest.missing(choice.at("function"));
    }
    String name = place.requiredName("name", NAME_MAX);
    if (functions.stream().noneMatch(function -> function.name().equals(name))) {
      throw InvalidRequest.of("invalid_value", place.at("name"), "Invalid '" + place.at("name")
          + "': there is no function named " + InvalidRequest.quoted(name) + " in this request.");
    }
    return new Choice.Named(name);
  }
}

package claudegateway.demo;

import static claudegateway.demo.Conversation.isType;

import claudegateway.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds among a request's tools the one that a prompt is about. */
final class ClientTools {
  /** How the CLI names the functions of the client behind the gateway. */
  static final String PREFIX = "mcp__client__";

  /** Parts of function names that say nothing about what a function is for. */
  private static final Set<String> COMMON = Set.of(
      "get", "set", "list", "fetch", "find", "make", "create", "read", "write", "add", "run", "use", "call",
      "the", "for", "with", "from", "new", "current", "tool", "function");

  /** How the gateway asks for a call of a model that it cannot force to make one. */
  private static final Pattern DEMAND =
      Pattern.compile("needs (?:a call of the tool (\\S+)|at least one call of a tool) as this answer");

  private ClientTools() {}

  static Optional<Json.Obj> named(Received request, String name) {
    return request.tools().stream().filter(tool -> tool.string("name").equals(Optional.of(name))).findFirst();
  }

  /** The tool that the request forces or demands, else the client's function that the prompt names. */
  static Optional<Json.Obj> choose(Received request, String prompt) {
    Json.Obj choice = choice(request);
    if (isType(choice, "tool")) {
      return choice.string("name").flatMap(name -> named(request, name));
    }
    List<Json.Obj> functions = request.tools().stream().filter(ClientTools::isClients).toList();
    Optional<Json.Obj> meant = functions.stream().filter(tool -> says(prompt, bareName(tool))).findFirst()
        .or(() -> functions.stream().filter(tool -> isAbout(prompt, bareName(tool))).findFirst());
    return meant.isPresent() || !isType(choice, "any") ? meant
        : functions.stream().findFirst().or(() -> request.tools().stream().findFirst());
  }

  static boolean forced(Received request) {
    Json.Obj choice = choice(request);
    return isType(choice, "any") || isType(choice, "tool");
  }

  static boolean forbidden(Received request) {
    return isType(choice(request), "none");
  }

  static String bareName(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  /** What the request says, else what its last message demands in words. */
  private static Json.Obj choice(Received request) {
    return request.body().object("tool_choice").filter(choice -> !isType(choice, "auto"))
        .or(() -> demanded(request)).orElse(Json.object("type", "auto"));
  }

  private static Optional<Json.Obj> demanded(Received request) {
    return request.messages().reversed().stream()
        .filter(message -> message.string("role").equals(Optional.of("user"))).limit(1)
        .flatMap(last -> Conversation.blocks(last).stream())
        .filter(Conversation::isReminder).map(Conversation::text)
        .map(DEMAND::matcher).filter(Matcher::find).findFirst()
        .map(demand -> demand.group(1) == null ? Json.object("type", "any")
            : Json.object("type", "tool", "name", demand.group(1)));
  }

  private static boolean isClients(Json.Obj tool) {
    return tool.string("name").filter(name -> name.startsWith(PREFIX)).isPresent();
  }

  private static String bareName(Json.Obj tool) {
    return bareName(tool.string("name").orElse(""));
  }

  private static boolean says(String prompt, String name) {
    return prompt.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT));
  }

  /** A telling part of the name is a word of the prompt: "weather" for get_weather and getWeather. */
  private static boolean isAbout(String prompt, String name) {
    List<String> words = List.of(prompt.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"));
    return Arrays.stream(name.split("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])"))
        .map(part -> part.toLowerCase(Locale.ROOT))
        .anyMatch(part -> part.length() > 2 && !COMMON.contains(part) && words.contains(part));
  }
}

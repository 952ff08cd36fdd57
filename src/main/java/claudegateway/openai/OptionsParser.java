package claudegateway.openai;

import claudegateway.chat.ChatRequest.Effort;
import claudegateway.chat.ChatRequest.Options;
import claudegateway.chat.ChatRequest.Thinking;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What steers the model for one turn: sampling, length, stop sequences, reasoning.
 *
 * <p>A value that the model's API would refuse is left out and named as ignored: a temperature above 1 (the
 * API's range ends there, and 1 is its default), any temperature or top_p beside thinking, top_p beside a
 * temperature, and stop sequences of white space only.
 */
final class OptionsParser {
  /** More than any model writes; the engine knows the model's own limit. */
  static final long TOKENS_MAX = 10_000_000;
  static final int STOPS_MAX = 16;
  static final int STOP_LENGTH_MAX = 1_024;

  /** The API's smallest thinking budget. */
  static final long BUDGET_MIN = 1_024;

  private static final Map<String, Effort> EFFORTS = efforts();

  private OptionsParser() {}

  /** @param ignored gets the names of parameters that could not be honoured */
  static Options parse(Fields request, Fields claude, List<String> ignored) {
    Optional<Effort> effort = request.word("reasoning_effort", EFFORTS);
    Thinking thinking = thinking(claude, effort);
    boolean thinks = thinking.shown() && !thinking.budgetTokens().equals(Optional.of(0L));
    Optional<Double> temperature = kept("temperature", request.number("temperature", 0, 2),
        value -> value < 1 && !thinks, ignored);
    Optional<Double> topP = kept("top_p", request.number("top_p", 0, 1),
        _ -> temperature.isEmpty() && !thinks, ignored);
    return new Options(temperature, topP, stops(request, ignored), maxTokens(request, ignored), effort,
        thinking, claude.isTrue("commands"));
  }

  /** The value when it differs from the API's default, which is 1, and can be had. */
  private static Optional<Double> kept(
      String name, Optional<Double> value, Predicate<Double> possible, List<String> ignored) {
    Optional<Double> wanted = value.filter(found -> found != 1);
    Optional<Double> kept = wanted.filter(possible);
    if (wanted.isPresent() && kept.isEmpty()) {
      ignored.add(name);
    }
    return kept;
  }

  /** {@code max_completion_tokens} is the newer name and wins. */
  private static Optional<Long> maxTokens(Fields request, List<String> ignored) {
    Optional<Long> older = request.integer("max_tokens", 1, TOKENS_MAX);
    Optional<Long> newer = request.integer("max_completion_tokens", 1, TOKENS_MAX);
    if (newer.isPresent() && older.isPresent() && !newer.equals(older)) {
      ignored.add("max_tokens");
    }
    return newer.or(() -> older);
  }

  private static List<String> stops(Fields request, List<String> ignored) {
    Json value = request.value("stop").orElse(Json.Arr.EMPTY);
    List<String> stops = new ArrayList<>();
    switch (value) {
      case Json.Str _ -> stops.add(request.name("stop", STOP_LENGTH_MAX).orElseThrow());
      case Json.Arr _ -> {
        List<Json> items = request.list("stop", STOPS_MAX);
        for (int i = 0; i < items.size(); i++) {
          String place = "stop[" + i + "]";
          Fields item = new Fields(new Json.Obj(Map.of(place, items.get(i))), "");
          stops.add(item.requiredName(place, STOP_LENGTH_MAX));
        }
      }
      default -> throw InvalidRequest.type("stop", "a string or an array of strings", value);
    }
    if (stops.removeIf(String::isBlank)) {
      ignored.add("stop");
    }
    return stops.stream().distinct().toList();
  }

  /** {@code claude.thinking}: true, false, or {@code {"budget_tokens": N}}; it wins over the effort. */
  private static Thinking thinking(Fields claude, Optional<Effort> effort) {
    return switch (claude.value("thinking").orElse(null)) {
      case null -> new Thinking(
          effort.filter(word -> word != Effort.NONE && word != Effort.MINIMAL).isPresent(), Optional.empty());
      case Json.Bool flag -> flag == Json.Bool.TRUE
          ? new Thinking(true, Optional.empty())
          : new Thinking(false, Optional.of(0L));
      case Json.Obj object -> budget(new Fields(object, claude.at("thinking")));
      case Json other -> throw InvalidRequest.type(
          claude.at("thinking"), "a boolean or an object with 'budget_tokens'", other);
    };
  }

  private static Thinking budget(Fields thinking) {
    Optional<Long> budget = thinking.integer("budget_tokens", 0, TOKENS_MAX);
    if (budget.filter(tokens -> tokens > 0 && tokens < BUDGET_MIN).isPresent()) {
      throw InvalidRequest.of("integer_below_min_value", thinking.at("budget_tokens"), "Invalid '"
          + thinking.at("budget_tokens") + "': expected 0 (no thinking) or at least " + BUDGET_MIN + ".");
    }
    return new Thinking(!budget.equals(Optional.of(0L)), budget);
  }

  private static Map<String, Effort> efforts() {
    Map<String, Effort> efforts = new LinkedHashMap<>();
    for (Effort effort : Effort.values()) {
      efforts.put(effort.name().toLowerCase(Locale.ROOT), effort);
    }
    return efforts;
  }
}

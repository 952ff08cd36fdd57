package claudegateway.claude;

import claudegateway.claude.ModelCatalogue.Model;
import claudegateway.claude.ModelCatalogue.Sampling;
import claudegateway.claude.ModelCatalogue.Thinking;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one turn asks of the model's API beyond its default.
 *
 * @param effort low, medium, high, xhigh, max; none or minimal = without thinking
 * @param thinkingBudget tokens; 0 = without thinking
 * @param thinkingShown whether the text of its thinking is wanted; newer models keep it to themselves unless asked
 * @param toolChoice as the Messages API has it; empty = auto
 */
public record TurnOptions(
    Optional<Double> temperature,
    Optional<Double> topP,
    List<String> stop,
    Optional<Long> maxTokens,
    Optional<String> effort,
    Optional<Long> thinkingBudget,
    boolean thinkingShown,
    Optional<Json.Obj> toolChoice) {

  /** The API takes no smaller one. */
  private static final long BUDGET_MIN = 1_024;

  /** Budgets for models that have no effort of their own; high and above is the CLI's own, all it can be. */
  private static final Map<String, Long> BUDGET_OF_EFFORT = Map.of("low", 4_096L, "medium", 10_000L);

  /** One call at a time, in a tool choice. */
  private static final String SERIAL = "disable_parallel_tool_use";

  /** Below it the API refuses top_p beside thinking. */
  private static final double TOP_P_MIN_WITH_THINKING = 0.95;

  /**
   * @param dropped names of what this model would have refused, and so is not sent
   * @param demanded the tool choice that could not be forced, so that it can be asked for in words
   */
  public record Fitted(TurnControls controls, List<String> dropped, Optional<Json.Obj> demanded) {}

  /** What of it can be asked of this model: the API refuses a whole request for one parameter that does not fit. */
  public Fitted fitted(Model model) {
    List<String> dropped = new ArrayList<>();
    Optional<Json.Obj> choice = toolChoice;
    boolean forced = choice.filter(TurnOptions::forces).isPresent();
    Optional<Json.Obj> demanded = Optional.empty();
    if (forced && model.thinking() == Thinking.ALWAYS) {
      // Thinking excludes a forced choice at the API, and these models refuse a request that switches it off.
      dropped.add("tool_choice");
      demanded = choice;
      choice = choice.filter(asked -> asked.isTrue(SERIAL)).map(_ -> Json.object("type", "auto", SERIAL, true));
      forced = false;
    }
    boolean withoutThinking = forced || thinkingBudget.filter(tokens -> tokens == 0).isPresent()
        || effort.filter(level -> level.equals("none") || level.equals("minimal")).isPresent();
    Json thinkingTokens = Json.Null.NULL;
    boolean thinks = model.thinking() != Thinking.NONE;
    switch (model.thinking()) {
      case NONE -> thinkingBudget.filter(tokens -> tokens > 0).ifPresent(_ -> dropped.add("thinking.budget_tokens"));
      case BUDGET -> {
        thinks = !withoutThinking && maxTokens.filter(max -> max <= BUDGET_MIN).isEmpty();
        thinkingTokens = thinks ? budget() : Json.of(0);
      }
      case ADAPTIVE -> {
        thinks = !withoutThinking;
        thinkingTokens = thinks ? Json.Null.NULL : Json.of(0);
        thinkingBudget.filter(tokens -> tokens > 0).ifPresent(_ -> dropped.add("thinking.budget_tokens"));
      }
      case ALWAYS -> thinkingBudget.ifPresent(_ -> dropped.add("thinking.budget_tokens"));
    }
    Map<String, Json> body = new LinkedHashMap<>();
    sampling(model, thinks, body, dropped);
    if (!stop.isEmpty()) {
      body.put("stop_sequences", Json.Arr.of(stop, Json::of));
    }
    choice.ifPresent(asked -> body.put("tool_choice", asked));
    return new Fitted(new TurnControls(thinkingTokens, thinks && thinkingShown ? Json.of("summarized") : Json.Null.NULL,
        effortLevel(model, dropped), body.isEmpty() ? "" : new Json.Obj(body).toText(),
        maxTokens.map(max -> Long.toString(Math.min(max, model.maxTokens()))).orElse("")), dropped, demanded);
  }

  private static boolean forces(Json.Obj choice) {
    return switch (choice.string("type").orElse("auto")) {
      case "auto", "none" -> false;
      default -> true;
    };
  }

  private Json budget() {
    Optional<Long> wanted = thinkingBudget.or(() -> effort.map(BUDGET_OF_EFFORT::get));
    long most = maxTokens.orElse(Long.MAX_VALUE) - 1;
    return wanted.map(tokens -> Json.of(Math.clamp(tokens, BUDGET_MIN, Math.max(BUDGET_MIN, most))))
        .orElse(Json.Null.NULL);
  }

  private Json effortLevel(Model model, List<String> dropped) {
    if (effort.isEmpty()) {
      return Json.Null.NULL;
    }
    boolean off = effort.get().equals("none") || effort.get().equals("minimal");
    return switch (model.thinking()) {
      case NONE -> {
        if (!off) {
          dropped.add("reasoning_effort");
        }
        yield Json.Null.NULL;
      }
      case BUDGET -> Json.Null.NULL;
      case ADAPTIVE -> off ? Json.Null.NULL : Json.of(effort.get());
      case ALWAYS -> Json.of(off ? "low" : effort.get());
    };
  }

  private void sampling(Model model, boolean thinks, Map<String, Json> body, List<String> dropped) {
    boolean none = model.sampling() == Sampling.NONE;
    if (temperature.isPresent()) {
      if ((none || thinks) && temperature.get() != 1) {
        dropped.add("temperature");
      } else if (temperature.get() != 1) {
        body.put("temperature", Json.of(temperature.get()));
      }
    }
    if (topP.isPresent()) {
      if (none || body.containsKey("temperature") || (thinks && topP.get() < TOP_P_MIN_WITH_THINKING)) {
        dropped.add("top_p");
      } else {
        body.put("top_p", Json.of(topP.get()));
      }
    }
  }
}

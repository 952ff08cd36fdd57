package claudegateway.openai;

import claudegateway.json.Json;
import java.util.List;
import java.util.Map;

/**
 * Parameters of OpenAI's API that Claude Code has nothing for. Their types and ranges are checked; those
 * whose value could have made a difference there are named.
 */
final class IgnoredParameters {
  private static final int WORD_MAX = 512;
  private static final int LOGPROBS_MAX = 20;
  private static final Map<String, Boolean> VERBOSITY = Map.of("low", true, "medium", false, "high", true);

  private IgnoredParameters() {}

  /** @param ignored gets the names */
  static void collect(Fields request, List<String> ignored) {
    requireOneChoice(request);
    requireText(request);
    for (String penalty : List.of("frequency_penalty", "presence_penalty")) {
      add(penalty, request.number(penalty, -2, 2).orElse(0.0) != 0, ignored);
    }
    add("seed", request.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE).isPresent(), ignored);
    add("logprobs", request.isTrue("logprobs"), ignored);
    add("top_logprobs", request.integer("top_logprobs", 0, LOGPROBS_MAX).orElse(0L) > 0, ignored);
    for (String object : List.of("logit_bias", "metadata", "prediction", "web_search_options")) {
      boolean given = request.object(object).isPresent();
      add(object, given && (object.equals("web_search_options") || !isEmpty(request, object)), ignored);
    }
    add("store", request.isTrue("store"), ignored);
    add("service_tier", request.name("service_tier", WORD_MAX)
        .filter(tier -> !tier.equals("auto") && !tier.equals("default")).isPresent(), ignored);
    add("verbosity", request.word("verbosity", VERBOSITY).orElse(false), ignored);
    // These change no answer at OpenAI either.
    for (String label : List.of("user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention")) {
      request.string(label);
    }
  }

  private static void requireOneChoice(Fields request) {
    if (request.integer("n", 1, 128).orElse(1L) > 1) {
      throw InvalidRequest.unsupported("n",
          "Invalid 'n': only one answer per request is supported, expected 1.");
    }
  }

  private static void requireText(Fields request) {
    List<Json> modalities = request.list("modalities", 16);
    for (int i = 0; i < modalities.size(); i++) {
      String place = "modalities[" + i + "]";
      if (!(modalities.get(i) instanceof Json.Str(String modality))) {
        throw InvalidRequest.type(place, "a string", modalities.get(i));
      }
      if (!modality.equals("text")) {
        throw InvalidRequest.value(place, modality, List.of("text"));
      }
    }
    request.object("audio");
  }

  private static boolean isEmpty(Fields request, String object) {
    return request.object(object).orElseThrow().object().fields().isEmpty();
  }

  private static void add(String name, boolean matters, List<String> ignored) {
    if (matters) {
      ignored.add(name);
    }
  }
}

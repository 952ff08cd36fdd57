package claudegateway.claude;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * The knobs of a live process that hold until they are turned again (protocol, sections 2, 10 and 14; measured on
 * both ends of the supported versions: each takes effect with the next user line and leaves no trace in the
 * history).
 *
 * @param thinkingTokens null = the model's default, 0 = no thinking
 * @param thinkingDisplay summarized or omitted; null = the CLI's default, which on newer models shows nothing
 * @param effortLevel null = the model's default
 * @param extraBody JSON that is laid over the API request's body; "" = nothing
 * @param maxOutputTokens "" = the model's default
 */
public record TurnControls(
    Json thinkingTokens, Json thinkingDisplay, Json effortLevel, String extraBody, String maxOutputTokens) {
  /** How a process starts. */
  public static final TurnControls DEFAULT =
      new TurnControls(Json.Null.NULL, Json.Null.NULL, Json.Null.NULL, "", "");

  /** The control requests that lead here from other settings; none when nothing differs. */
  public List<Json.Obj> requestsAfter(TurnControls before) {
    List<Json.Obj> requests = new ArrayList<>();
    if (!thinkingTokens.equals(before.thinkingTokens) || !thinkingDisplay.equals(before.thinkingDisplay)) {
      requests.add(Json.object("subtype", "set_max_thinking_tokens", "max_thinking_tokens", thinkingTokens,
          "thinking_display", thinkingDisplay));
    }
    Json.Obj environment = Json.Obj.EMPTY;
    if (!extraBody.equals(before.extraBody)) {
      environment = environment.with("CLAUDE_CODE_EXTRA_BODY", Json.of(extraBody));
    }
    if (!maxOutputTokens.equals(before.maxOutputTokens)) {
      environment = environment.with("CLAUDE_CODE_MAX_OUTPUT_TOKENS", Json.of(maxOutputTokens));
    }
    Json.Obj settings = environment.fields().isEmpty() ? Json.Obj.EMPTY : Json.object("env", environment);
    if (!effortLevel.equals(before.effortLevel)) {
      settings = settings.with("effortLevel", effortLevel);
    }
    if (!settings.fields().isEmpty()) {
      requests.add(Json.object("subtype", "apply_flag_settings", "settings", settings));
    }
    return requests;
  }
}

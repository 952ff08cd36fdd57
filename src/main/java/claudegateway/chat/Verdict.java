package claudegateway.chat;

import claudegateway.claude.ClaudeEvent;
import claudegateway.json.Json;
import claudegateway.json.Slice;
import java.util.List;
import java.util.Optional;

/**
 * How a turn ended, by what the CLI said at its end and before.
 *
 * @param writer has what was said
 * @param structured the form that was asked for
 * @param syntheticError the name of the error that the CLI gave as an answer; "" when it gave none
 * @param retryAfterMillis what the model's API asked for; 0 when it asked for nothing
 */
record Verdict(AnswerWriter writer, Optional<StructuredAnswer> structured, List<Json.Obj> denials,
    String syntheticError, long retryAfterMillis) {

  TurnEvent of(ClaudeEvent.Result result) {
    if (result.stopReason().filter("refusal"::equals).isPresent()) {
      return finished(FinishReason.CONTENT_FILTER);
    }
    if (result.isError()) {
      return new TurnEvent.Failed(UpstreamFailures.of(result, syntheticError, retryAfterMillis));
    }
    if (result.stopReason().filter("tool_deferred"::equals).isPresent() || writer.answer().hasCalls()) {
      return finished(FinishReason.TOOL_CALLS);
    }
    if (structured.isPresent()) {
      return structured(structured.get(), result.structuredOutput());
    }
    if (writer.answer().isEmpty() && !result.text().isEmpty()) {
      // A command of the CLI answers without the model, and so without deltas.
      writer.say(Slice.of(result.text()));
    }
    return finished(FinishReason.STOP);
  }

  private TurnEvent structured(StructuredAnswer form, Optional<Json> accepted) {
    if (accepted.isEmpty()) {
      return new TurnEvent.Failed(Failure.of(Failure.Kind.SCHEMA_NOT_OBEYED,
          "The model did not give its answer in the form of the schema."));
    }
    if (writer.answer().isEmpty()) {
      writer.say(Slice.of(form.text(accepted.get())));
    }
    return finished(FinishReason.STOP);
  }

  TurnEvent.Finished finished(FinishReason reason) {
    return new TurnEvent.Finished(reason, Usage.NONE, denials);
  }
}

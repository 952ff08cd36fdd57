package claudegateway.chat;

import claudegateway.chat.ChatRequest.OutputFormat;
import claudegateway.json.Json;
import claudegateway.json.Slice;
import java.util.Optional;

/**
 * An answer in the form of a schema: the input of a tool of the CLI's own, passed on while the model writes
 * it (protocol, section 10).
 *
 * <p>The CLI checks the input against the schema and lets the model try again. Only the first attempt is
 * passed on; when there are more, the CLI's {@code result} says which one counts.
 */
final class StructuredAnswer {
  /** The tool's name. */
  static final String TOOL = "StructuredOutput";

  private final boolean wrapped;
  private final RootUnwrapper unwrapper = new RootUnwrapper();
  private int block = -1;
  private int attempts;

  private StructuredAnswer(boolean wrapped) {
    this.wrapped = wrapped;
  }

  static Optional<StructuredAnswer> of(OutputFormat format) {
    return switch (format) {
      case OutputFormat.Text _ -> Optional.empty();
      case OutputFormat.JsonObject _ -> Optional.of(new StructuredAnswer(false));
      case OutputFormat.JsonSchema(_, _, boolean wrapped) -> Optional.of(new StructuredAnswer(wrapped));
    };
  }

  /** An attempt begins in this content block. */
  void begins(int index) {
    block = index;
    attempts++;
  }

  boolean isAt(int index) {
    return index == block;
  }

  void ends(int index) {
    if (isAt(index)) {
      block = -1;
    }
  }

  /** What a fragment of the attempt says to the client, perhaps nothing. */
  Slice pass(Slice fragment) {
    return attempts > 1 ? Slice.EMPTY : wrapped ? unwrapper.pass(fragment) : fragment;
  }

  /** The text of the value that the CLI accepted. */
  String text(Json accepted) {
    return (wrapped && accepted instanceof Json.Obj object
        ? object.get(OutputFormat.JsonSchema.WRAPPER).orElse(accepted) : accepted).toText();
  }
}

package claudegateway.openai;

import claudegateway.chat.ChatRequest;
import java.util.List;
import java.util.Optional;

/**
 * A chat completion request, understood.
 *
 * @param chat what is asked of the conversation; its model is still the name that the client gave
 * @param stream whether chunks are wanted
 * @param includeUsage whether a stream ends with a usage chunk
 * @param events whether the agent's own doings are wanted ({@code claude} events)
 * @param ignored parameters that would have mattered to OpenAI's API and have no effect here, for
 *     {@code X-Ignored-Parameters}
 * @param legacyFunctions whether the client speaks the older {@code functions} dialect and is answered in it
 */
public record ParsedRequest(
    ChatRequest chat,
    boolean stream,
    boolean includeUsage,
    boolean events,
    List<String> ignored,
    boolean legacyFunctions) {

  public ParsedRequest {
    ignored = List.copyOf(ignored);
  }

  /** The model as the client named it. */
  public Optional<String> requestedModel() {
    return chat.model();
  }

  /** The same request for the model that the name was resolved to. */
  public ParsedRequest withModel(String id) {
    return with(new ChatRequest(chat.sessionId(), chat.projectId(), Optional.of(id), chat.system(),
        chat.messages(), chat.options(), chat.tools(), chat.format(), chat.onBusy(), chat.onDisconnect(),
        chat.onOtherWriter()));
  }

  /**
   * Without the iOS app's constants {@code temperature: 0.7} and {@code max_tokens: 4096}, which nobody
   * chose: they would be refused beside thinking, or cut files in half.
   */
  public ParsedRequest withoutAppConstants() {
    ChatRequest.Options was = chat.options();
    ChatRequest.Options options = new ChatRequest.Options(
        was.temperature().filter(value -> value != 0.7), was.topP(), was.stop(),
        was.maxTokens().filter(value -> value != 4096), was.effort(), was.thinking(), was.commands());
    return with(new ChatRequest(chat.sessionId(), chat.projectId(), chat.model(), chat.system(),
        chat.messages(), options, chat.tools(), chat.format(), chat.onBusy(), chat.onDisconnect(),
        chat.onOtherWriter()));
  }

  /** How the answer is to be written. @param forApp see {@link AnswerOptions} */
  public AnswerOptions answer(boolean forApp) {
    return new AnswerOptions(
        includeUsage, events, chat.options().thinking().shown(), legacyFunctions, forApp);
  }

  private ParsedRequest with(ChatRequest changed) {
    return new ParsedRequest(changed, stream, includeUsage, events, ignored, legacyFunctions);
  }
}

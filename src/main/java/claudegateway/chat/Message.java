package claudegateway.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One message of a conversation, as the client sent it.
 *
 * @param calls the client's functions that an assistant message called; empty for other roles
 * @param toolCallId for {@link Role#TOOL}: the call that this message answers
 */
public record Message(Role role, List<Part> parts, List<ToolCall> calls, Optional<String> toolCallId) {

  /** System prompts are not messages here: see {@link ChatRequest#system()}. */
  public enum Role {
    USER,
    ASSISTANT,
    TOOL
  }

  /** A piece of content. */
  public sealed interface Part {
    record Text(String text) implements Part {}

    /** @param base64 the file's bytes, already checked to be of that type */
    record Image(String mediaType, String base64) implements Part {}

    /** A PDF ({@code application/pdf}, base64) or a plain text ({@code text/plain}, the text itself). */
    record Document(String mediaType, String data, Optional<String> title) implements Part {}
  }

  /** @param arguments JSON text, as it stood on the wire */
  public record ToolCall(String id, String name, String arguments) {}

  public Message {
    parts = List.copyOf(parts);
    calls = List.copyOf(calls);
  }

  public static Message user(String text) {
    return new Message(Role.USER, List.of(new Part.Text(text)), List.of(), Optional.empty());
  }

  public static Message assistant(String text) {
    return new Message(Role.ASSISTANT, List.of(new Part.Text(text)), List.of(), Optional.empty());
  }

  /** The text parts, joined without anything between them. */
  public String text() {
    StringBuilder all = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Text(String text)) {
        all.append(text);
      }
    }
    return all.toString();
  }

  /** The answer of a turn: neighbouring assistant messages are one. */
  static Message answerOf(List<Message> turn) {
    StringBuilder text = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    for (Message message : turn) {
      if (message.role() == Role.ASSISTANT) {
        text.append(message.text());
        calls.addAll(message.calls());
      }
    }
    return new Message(Role.ASSISTANT, List.of(new Part.Text(text.toString())), calls, Optional.empty());
  }
}

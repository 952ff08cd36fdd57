package claudegateway.openai;

import claudegateway.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The bytes that an answer's chunks have in common, made once. */
final class ChunkTemplates {
  static final byte[] DONE = EventBuffer.ascii("data: [DONE]\n\n");

  private static final byte[] CLOSE = EventBuffer.ascii("}");

  /** What stands before and behind the inside of a text's literal. */
  record Around(byte[] before, byte[] after) {
    int length() {
      return before.length + after.length;
    }
  }

  private final AnswerHead head;
  private final AnswerOptions options;
  private final Around content;
  private final Around reasoning;
  private Around arguments;
  private int argumentsOf = -1;

  ChunkTemplates(AnswerHead head, AnswerOptions options) {
    this.head = head;
    this.options = options;
    this.content = around("\"content\":\"", "");
    this.reasoning = around("\"reasoning_content\":\"", "");
  }

  ChunkTemplates withModel(String model) {
    return model.equals(head.model()) ? this : new ChunkTemplates(head.withModel(model), options);
  }

  AnswerHead head() {
    return head;
  }

  Around content() {
    return content;
  }

  Around reasoning() {
    return reasoning;
  }

  Around arguments(int index) {
    if (argumentsOf != index) {
      argumentsOf = index;
      arguments = options.legacyFunctions()
          ? around("\"function_call\":{\"arguments\":\"", "}")
          : around("\"tool_calls\":[{\"index\":" + index + ",\"function\":{\"arguments\":\"", "}}]");
    }
    return arguments;
  }

  /** A chunk of a rarer kind. @param midway whether it says {@code usage: null} where usage was asked for */
  byte[] whole(Consumer<JsonWriter> body, boolean midway) {
    JsonWriter json = head.open("chat.completion.chunk");
    body.accept(json);
    if (midway && options.usage()) {
      json.nullField("usage");
    }
    return json.end().toBytes();
  }

  private Around around(String before, String after) {
    byte[] opened = head.open("chat.completion.chunk").end().toBytes();
    String start = new String(opened, 0, opened.length - CLOSE.length, StandardCharsets.UTF_8)
        + ",\"choices\":[{\"index\":0,\"delta\":{" + before;
    String end = "\"" + after + "},\"finish_reason\":null}]" + (options.usage() ? ",\"usage\":null}" : "}");
    return new Around(start.getBytes(StandardCharsets.UTF_8), end.getBytes(StandardCharsets.UTF_8));
  }
}

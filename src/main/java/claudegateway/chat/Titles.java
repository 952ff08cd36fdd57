package claudegateway.chat;

import java.util.List;

/** What a conversation is called when nobody has given it a name: its first words. */
final class Titles {
  private static final int LENGTH_MAX = 60;

  private Titles() {}

  static String of(List<Message> messages) {
    String text = messages.stream().map(Message::text).filter(words -> !words.isBlank()).findFirst()
        .orElse("Untitled").strip().replaceAll("\\s+", " ");
    return text.codePointCount(0, text.length()) <= LENGTH_MAX ? text
        : text.substring(0, text.offsetByCodePoints(0, LENGTH_MAX)) + "…";
  }
}

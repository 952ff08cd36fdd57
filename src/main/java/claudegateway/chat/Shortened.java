package claudegateway.chat;

import claudegateway.json.Json;
import java.util.List;

/** The text of a tool's result, cut to what is worth showing beside an answer. */
final class Shortened {
  /** UTF-16 units; a tool may return megabytes. */
  static final int TEXT_MAX = 8 << 10;

  private Shortened() {}

  static String text(Json content) {
    String text = switch (content) {
      case Json.Str(String plain) -> plain;
      case Json.Arr(List<Json> blocks) -> blocks.stream()
          .map(block -> block instanceof Json.Obj object ? object.string("text").orElse("") : "")
          .reduce("", String::concat);
      default -> "";
    };
    if (text.length() <= TEXT_MAX) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(TEXT_MAX - 1)) ? TEXT_MAX - 1 : TEXT_MAX;
    return text.substring(0, end) + "… (" + (text.length() - end) + " more)";
  }
}

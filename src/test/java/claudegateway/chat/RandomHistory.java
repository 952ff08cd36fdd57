package claudegateway.chat;

import claudegateway.chat.Message.Part;
import claudegateway.chat.Message.Role;
import claudegateway.demo.Received;
import claudegateway.demo.Conversation;
import claudegateway.json.Json;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * A conversation that another server had, by dice: odd texts, images, rounds of parallel calls with results in any
 * order, and one side that speaks twice. And what a model must be given for it, block by block.
 */
final class RandomHistory {
  /** Texts that mean something to a terminal, to JSON, or to a parser of lines. */
  private static final List<String> ODD = List.of("/cost", "/clear", "@/etc/hostname", "see @/etc/passwd", "!ls -l",
      "# remember this", "two\nlines\n\n/three", "\"quoted\" \\ back", "😀👩‍👩‍👧 é 𝄞", "\u2028\u2029 odd ends",
      "{\"type\":\"user\"}", "  blanks around  ", "tab\tand bell \u0007", "null", "<b>&amp;</b>");

  /** 2.1.330 keeps each image that comes over stdin in a file, and tells the model where. */
  private static final String WHERE_AN_IMAGE_IS = "text [Image: source: ";

  private final Random random;
  private final List<Message> messages = new ArrayList<>();
  private int calls;

  /** So many messages, the last an answer in words. */
  RandomHistory(Random random, int length) {
    this.random = random;
    messages.add(user());
    while (messages.size() < length - 1) {
      int room = length - 1 - messages.size();
      boolean userSpoke = messages.getLast().role() != Role.ASSISTANT;
      if (userSpoke && room >= 3 && random.nextInt(3) == 0) {
        round(1 + random.nextInt(Math.min(3, room - 1)));
      } else {
        messages.add(userSpoke != (random.nextInt(8) == 0) ? answer() : user());
      }
    }
    messages.add(answer());
  }

  List<Message> messages() {
    return List.copyOf(messages);
  }

  private Message user() {
    List<Part> parts = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      parts.add(random.nextInt(4) == 0 ? image() : new Part.Text(words()));
    }
    return new Message(Role.USER, parts, List.of(), Optional.empty());
  }

  private Message answer() {
    return Message.assistant(words());
  }

  private void round(int size) {
    List<Message.ToolCall> made = new ArrayList<>();
    List<Message> results = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String id = "call_" + calls++ + "_" + random.nextInt(1_000);
      made.add(new Message.ToolCall(id, "lookup_" + random.nextInt(2),
          Json.object("q", words(), "n", random.nextInt(100), "deep", List.of(Json.object("a", true))).toText()));
      List<Part> parts = random.nextInt(4) == 0 ? List.of(new Part.Text(words()), image()) : List.of(new Part.Text(words()));
      results.add(new Message(Role.TOOL, parts, List.of(), Optional.of(id)));
    }
    List<Part> said = random.nextBoolean() ? List.of() : List.of(new Part.Text(words()));
    messages.add(new Message(Role.ASSISTANT, said, made, Optional.empty()));
    Collections.shuffle(results, random);
    messages.addAll(results);
  }

  private String words() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> ODD.get(random.nextInt(ODD.size()));
      case 2 -> "long " + random.nextInt() + " word".repeat(random.nextInt(2_000));
      default -> "plain " + random.nextInt(1_000_000);
    };
  }

  private Part image() {
    BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(random.nextInt(4), random.nextInt(4), random.nextInt());
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", png);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return new Part.Image("image/png", Base64.getEncoder().encodeToString(png.toByteArray()));
  }

  /** What a model is to be given for messages: a line for each block, with who says it. */
  static List<String> sent(List<Message> messages) {
    List<String> lines = new ArrayList<>();
    for (Message message : messages) {
      String who = message.role() == Role.ASSISTANT ? "assistant " : "user ";
      if (message.role() == Role.TOOL) {
        lines.add(who + "result " + message.toolCallId().orElseThrow() + message.parts().stream()
            .map(RandomHistory::told).toList());
      } else {
        message.parts().forEach(part -> lines.add(who + told(part)));
      }
      message.calls().forEach(call ->
          lines.add(who + "calls " + call.id() + " mcp__client__" + call.name() + " " + call.arguments()));
    }
    return lines;
  }

  private static String told(Part part) {
    return switch (part) {
      case Part.Text(String text) -> "text " + text;
      case Part.Image(String type, String base64) -> "image " + type + " " + base64;
      case Part.Document(String type, String data, _) -> "document " + type + " " + data;
    };
  }

  /** What a model was given, in the same form; without what the CLI says for itself. */
  static List<String> received(Received request) {
    List<String> lines = new ArrayList<>();
    for (Conversation.Said said : request.conversation().messages()) {
      for (Json.Obj block : said.blocks()) {
        String told = told(block);
        if (!told.startsWith(WHERE_AN_IMAGE_IS)) {
          // A newline stands between a text and where its image is, even when that was not told.
          lines.add(said.role() + " " + told.replaceFirst("\n$", ""));
        }
      }
    }
    return lines;
  }

  private static String told(Json.Obj block) {
    String type = block.string("type").orElse("");
    return switch (type) {
      // A newline keeps the CLI from taking it for a command.
      case "text" -> "text " + block.string("text").orElseThrow().replaceFirst("^\n/", "/");
      case "image" -> "image " + block.object("source").flatMap(source -> source.string("media_type")).orElse("")
          + " " + block.object("source").flatMap(source -> source.string("data")).orElse("");
      case "tool_use" -> "calls " + block.string("id").orElse("") + " " + block.string("name").orElse("") + " "
          + block.object("input").orElseThrow().toText();
      case "tool_result" -> "result " + block.string("tool_use_id").orElse("")
          + switch (block.get("content").orElse(Json.Null.NULL)) {
            case Json.Str(String text) -> List.of("text " + text);
            case Json.Arr array -> array.items().stream().map(Json.Obj.class::cast)
                .filter(inner -> !inner.string("text").orElse("").startsWith("<system-reminder>"))
                .map(RandomHistory::told).toList();
            default -> List.of();
          };
      default -> block.toText();
    };
  }
}

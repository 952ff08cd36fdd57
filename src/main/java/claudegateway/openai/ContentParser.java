package claudegateway.openai;

import claudegateway.chat.Message.Part;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code content} of a message: a string, null, an array of parts, or one part alone. Empty texts are
 * left out, because the model's API refuses them.
 */
final class ContentParser {
  static final int PARTS_MAX = 2_000;

  /** In one request; the Anthropic Messages API takes no more. */
  static final int IMAGES_MAX = 100;

  private static final int FILE_NAME_MAX = 255;

  private int images;

  /** Text, images and files, for users. */
  List<Part> rich(Fields message) {
    return parts(message, true);
  }

  /** Text (and an assistant's refusals) only. */
  List<Part> plain(Fields message) {
    return parts(message, false);
  }

  private List<Part> parts(Fields message, boolean rich) {
    String param = message.at("content");
    List<Part> parts = new ArrayList<>();
    switch (message.value("content").orElse(Json.Null.NULL)) {
      case Json.Null _ -> { }
      case Json.Str(String text) -> add(parts, new Part.Text(text));
      case Json.Obj part -> add(parts, part(new Fields(part, param), rich));
      case Json.Arr _ -> {
        for (Fields part : message.objects("content", PARTS_MAX)) {
          add(parts, part(part, rich));
        }
      }
      case Json other -> throw InvalidRequest.type(param, "a string or an array of content parts", other);
    }
    return parts;
  }

  private static void add(List<Part> parts, Part part) {
    if (!(part instanceof Part.Text(String text) && text.isEmpty())) {
      parts.add(part);
    }
  }

  private Part part(Fields part, boolean rich) {
    String type = part.string("type").orElseGet(() -> {
      if (part.has("text")) {
        return "text";
      }
      throw InvalidRequest.missing(part.at("type"));
    });
    return switch (type) {
      case "text", "input_text", "output_text" -> text(part, "text");
      case "refusal" -> text(part, "refusal");
      case "image_url" -> {
        requireRich(part, type, rich);
        yield image(part);
      }
      case "file" -> {
        requireRich(part, type, rich);
        yield file(part.requiredObject("file"));
      }
      case "input_audio" -> throw InvalidRequest.unsupported(part.at("type"), "Invalid '" + part.at("type")
          + "': audio is not supported. Send its text, as a content part of type 'text'.");
      default -> throw InvalidRequest.value(part.at("type"), type,
          rich ? List.of("text", "image_url", "file") : List.of("text"));
    };
  }

  private static Part text(Fields part, String name) {
    part.required(name);
    return new Part.Text(part.string(name).orElseThrow());
  }

  /** {@code {"image_url": {"url": …}}}; some clients send the URL without the object around it. */
  private Part image(Fields part) {
    requireRoom(part);
    if (part.required("image_url") instanceof Json.Str(String url)) {
      return Attachment.image(url, part.at("image_url"));
    }
    Fields image = part.requiredObject("image_url");
    image.string("detail");
    image.required("url");
    return Attachment.image(image.string("url").orElseThrow(), image.at("url"));
  }

  private Part file(Fields file) {
    if (file.has("file_id") && !file.has("file_data")) {
      throw InvalidRequest.unsupported(file.at("file_id"), "Invalid '" + file.at("file_id")
          + "': files are not stored here. Send the file itself in 'file_data', as a data URL.");
    }
    requireRoom(file);
    file.required("file_data");
    Optional<String> name = file.name("filename", FILE_NAME_MAX);
    return Attachment.file(file.string("file_data").orElseThrow(), name, file.at("file_data"));
  }

  private static void requireRich(Fields part, String type, boolean rich) {
    if (!rich) {
      throw InvalidRequest.value(part.at("type"), type, List.of("text"));
    }
  }

  private void requireRoom(Fields part) {
    if (++images > IMAGES_MAX) {
      throw InvalidRequest.of("too_many_images", part.path(),
          "A request may hold at most " + IMAGES_MAX + " images and files.");
    }
  }
}

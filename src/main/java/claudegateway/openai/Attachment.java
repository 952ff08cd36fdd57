package claudegateway.openai;

import claudegateway.chat.Message.Part;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * The bytes of an image or a file in a message. What they are is decided by looking at them: the declared
 * type is often wrong, and the model's API refuses an image whose type does not match.
 */
final class Attachment {
  /** The Anthropic Messages API takes no larger image. */
  static final int IMAGE_BYTES_MAX = 5 << 20;

  /** A PDF or text; base64 makes a third more of it, and the API's own limit for a request is 32 MB. */
  static final int DOCUMENT_BYTES_MAX = 20 << 20;

  private Attachment() {}

  /** An {@code image_url}. Only data URLs: nothing is fetched from the network. */
  static Part.Image image(String url, String param) {
    if (!isData(url)) {
      throw InvalidRequest.unsupported(param, "Invalid '" + param
          + "': images are not fetched from the network. "
          + "Expected a data URL like 'data:image/png;base64,…' with a PNG, JPEG, GIF or WebP image.");
    }
    byte[] bytes = decode(base64Of(url, param), param);
    return imageType(bytes).map(type -> image(type, bytes, param)).orElseThrow(() ->
        InvalidRequest.of("invalid_image_format", param, "Invalid '" + param
            + "': the data is not an image. Expected a PNG, JPEG, GIF or WebP image."));
  }

  /** {@code file_data}: a data URL, or base64 alone; a PDF, a text in UTF-8, or an image. */
  static Part file(String data, Optional<String> name, String param) {
    byte[] bytes = decode(isData(data) ? base64Of(data, param) : data, param);
    Optional<String> image = imageType(bytes);
    if (image.isPresent()) {
      return image(image.get(), bytes, param);
    }
    requireSize(bytes, DOCUMENT_BYTES_MAX, param);
    if (startsWith(bytes, 0, "%PDF-")) {
      return new Part.Document("application/pdf", Base64.getEncoder().encodeToString(bytes), name);
    }
    return text(bytes).map(text -> new Part.Document("text/plain", text, name)).orElseThrow(() ->
        InvalidRequest.of("invalid_file_format", param,
            "Invalid '" + param + "': expected a PDF, a text in UTF-8, or a PNG, JPEG, GIF or WebP image."));
  }

  private static Part.Image image(String type, byte[] bytes, String param) {
    requireSize(bytes, IMAGE_BYTES_MAX, param);
    return new Part.Image(type, Base64.getEncoder().encodeToString(bytes));
  }

  private static boolean isData(String url) {
    return url.regionMatches(true, 0, "data:", 0, 5);
  }

  /** What stands behind the comma of a data URL (RFC 2397), which must be base64. */
  private static String base64Of(String url, String param) {
    int comma = url.indexOf(',');
    if (comma < 0 || !url.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64")) {
      throw InvalidRequest.of("invalid_base64", param,
          "Invalid '" + param + "': expected a data URL of the form 'data:<media type>;base64,<data>'.");
    }
    return url.substring(comma + 1);
  }

  private static byte[] decode(String base64, String param) {
    try {
      String unbroken = base64.indexOf('\n') < 0 ? base64 : base64.replaceAll("\\s", "");
      byte[] bytes = Base64.getDecoder().decode(unbroken);
      if (bytes.length > 0) {
        return bytes;
      }
    } catch (IllegalArgumentException invalid) {
      throw InvalidRequest.of("invalid_base64", param,
          "Invalid '" + param + "': the data is not valid base64.");
    }
    throw InvalidRequest.of("invalid_base64", param, "Invalid '" + param + "': the data is empty.");
  }

  private static void requireSize(byte[] bytes, int max, String param) {
    if (bytes.length > max) {
      throw InvalidRequest.of("file_too_large", param, "Invalid '" + param + "': expected at most "
          + (max >> 20) + " MiB, but got " + bytes.length + " bytes.");
    }
  }

  private static Optional<String> imageType(byte[] bytes) {
    if (startsWith(bytes, 0, "\u0089PNG\r\n\u001a\n")) {
      return Optional.of("image/png");
    }
    if (startsWith(bytes, 0, "\u00ff\u00d8\u00ff")) {
      return Optional.of("image/jpeg");
    }
    if (startsWith(bytes, 0, "GIF87a") || startsWith(bytes, 0, "GIF89a")) {
      return Optional.of("image/gif");
    }
    return startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")
        ? Optional.of("image/webp")
        : Optional.empty();
  }

  private static boolean startsWith(byte[] bytes, int at, String latin1) {
    byte[] magic = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return bytes.length >= at + magic.length
        && Arrays.equals(bytes, at, at + magic.length, magic, 0, magic.length);
  }

  /** The text in UTF-8; empty for other bytes and for those with NUL, which no text has. */
  private static Optional<String> text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }
}

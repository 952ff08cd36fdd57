package claudegateway.demo;

import static claudegateway.demo.Rules.require;

import claudegateway.json.Json;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Images and documents: allowed kinds, bytes that are what they say, sizes. */
final class MediaRules {
  /** Bytes of one image, decoded. */
  static final int IMAGE_MAX = 5 * 1024 * 1024;

  private static final List<String> IMAGES = List.of("image/jpeg", "image/png", "image/gif", "image/webp");

  private MediaRules() {}

  static void image(String at, Json.Obj block) {
    Json.Obj source = source(at, block);
    switch (source.string("type").orElse("")) {
      case "base64" -> {
        String type = source.string("media_type").orElse("");
        require(IMAGES.contains(type), at + ".base64.media_type: Input should be 'image/jpeg', 'image/png', "
            + "'image/gif' or 'image/webp'");
        byte[] image = decode(at + ".base64", source);
        require(image.length <= IMAGE_MAX, at + ".base64: image exceeds 5 MB maximum: " + image.length
            + " bytes > " + IMAGE_MAX + " bytes");
        String found = imageType(image).orElseThrow(() -> RuleBroken.invalid("Could not process image"));
        require(found.equals(type), at + ".base64: The image was specified using the " + type
            + " media type, but the image appears to be a " + found + " image");
      }
      case "url" -> require(source.string("url").filter(url -> url.startsWith("https://")).isPresent(),
          at + ".url: Only HTTPS URLs are supported.");
      case "file" -> { }
      default -> throw RuleBroken.invalid(at + ": Input tag does not match any of the expected tags: "
          + "'base64', 'file', 'url'");
    }
  }

  static void document(String at, Json.Obj block) {
    Json.Obj source = source(at, block);
    switch (source.string("type").orElse("")) {
      case "base64" -> {
        require(source.string("media_type").equals(Optional.of("application/pdf")),
            at + ".base64.media_type: Input should be 'application/pdf'");
        byte[] pdf = decode(at + ".base64", source);
        require(pdf.length > 4 && pdf[0] == '%' && pdf[1] == 'P' && pdf[2] == 'D' && pdf[3] == 'F',
            at + ".base64.data: The PDF specified was not valid.");
      }
      case "text" -> require(source.string("media_type").equals(Optional.of("text/plain"))
          && source.string("data").isPresent(), at + ".text.media_type: Input should be 'text/plain'");
      case "content", "url", "file" -> { }
      default -> throw RuleBroken.invalid(at + ": Input tag does not match any of the expected tags: "
          + "'base64', 'content', 'file', 'text', 'url'");
    }
  }

  private static Json.Obj source(String at, Json.Obj block) {
    return block.object("source").orElseThrow(() -> RuleBroken.invalid(at + ": Field required"));
  }

  private static byte[] decode(String at, Json.Obj source) {
    try {
      return Base64.getDecoder().decode(source.string("data").orElse(""));
    } catch (IllegalArgumentException notBase64) {
      throw RuleBroken.invalid(at + ": invalid base64 data");
    }
  }

  private static Optional<String> imageType(byte[] bytes) {
    if (begins(bytes, 0, 0x89, 'P', 'N', 'G')) {
      return Optional.of("image/png");
    }
    if (begins(bytes, 0, 0xFF, 0xD8, 0xFF)) {
      return Optional.of("image/jpeg");
    }
    if (begins(bytes, 0, 'G', 'I', 'F', '8')) {
      return Optional.of("image/gif");
    }
    if (begins(bytes, 0, 'R', 'I', 'F', 'F') && begins(bytes, 8, 'W', 'E', 'B', 'P')) {
      return Optional.of("image/webp");
    }
    return Optional.empty();
  }

  private static boolean begins(byte[] bytes, int at, int... magic) {
    byte[] expected = new byte[magic.length];
    for (int i = 0; i < magic.length; i++) {
      expected[i] = (byte) magic[i];
    }
    return bytes.length >= at + magic.length
        && Arrays.equals(bytes, at, at + magic.length, expected, 0, magic.length);
  }
}

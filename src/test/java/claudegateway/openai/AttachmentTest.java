package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import claudegateway.chat.Message.Part;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AttachmentTest {
  private static final String PNG = "\u0089PNG\r\n\u001a\nrest";

  @ParameterizedTest
  @CsvSource({"89504E470D0A1A0A00,image/png", "FFD8FFE000,image/jpeg", "474946383961,image/gif",
      "474946383761,image/gif", "5249464600000000574542505650,image/webp"})
  void theTypeIsSeenInTheBytes(String hex, String type) {
    String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    assertEquals(new Part.Image(type, base64), Attachment.image("data:image/bmp;base64," + base64, "p"));
    assertEquals(new Part.Image(type, base64), Attachment.image("DATA:text/html;x=y;BASE64," + base64, "p"));
    assertEquals(new Part.Image(type, base64), Attachment.file(base64, Optional.empty(), "p"));
  }

  @Test
  void lineBreaksAndMissingPaddingAreMended() {
    String base64 = base64(PNG + "x");
    String broken = base64.replaceAll("(.{5})", "$1\r\n").replace("=", "");
    assertEquals(base64, Attachment.image("data:image/png;base64," + broken, "p").base64());
  }

  @Test
  void aPdf() {
    String base64 = base64("%PDF-1.7 …");
    assertEquals(new Part.Document("application/pdf", base64, Optional.of("a.pdf")),
        Attachment.file("data:application/pdf;base64," + base64, Optional.of("a.pdf"), "p"));
  }

  @Test
  void aTextIsTextWhateverItIsCalled() {
    String base64 = Base64.getEncoder().encodeToString("grüße 😀\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(new Part.Document("text/plain", "grüße 😀\n", Optional.empty()),
        Attachment.file("data:application/octet-stream;base64," + base64, Optional.empty(), "p"));
  }

  @ParameterizedTest
  @CsvSource({"00", "FF", "C080", "EDA080", "504B0304FF"})
  void otherBytesAreRefused(String hex) {
    String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    assertEquals("invalid_file_format", refused(() -> Attachment.file(base64, Optional.empty(), "p")));
    assertEquals("invalid_image_format", refused(() ->
        Attachment.image("data:image/png;base64," + base64, "p")));
  }

  @Test
  void sizesAreLimited() {
    byte[] image = new byte[Attachment.IMAGE_BYTES_MAX + 1];
    System.arraycopy(PNG.getBytes(StandardCharsets.ISO_8859_1), 0, image, 0, 8);
    String tooLarge = Base64.getEncoder().encodeToString(image);
    assertEquals("file_too_large", refused(() -> Attachment.image("data:image/png;base64," + tooLarge, "p")));
    assertEquals("file_too_large", refused(() -> Attachment.file(tooLarge, Optional.empty(), "p")));
    String largest = Base64.getEncoder().encodeToString(
        Arrays.copyOf(image, Attachment.IMAGE_BYTES_MAX));
    assertEquals(largest, Attachment.image("data:image/png;base64," + largest, "p").base64());
    String text = base64("x".repeat(Attachment.DOCUMENT_BYTES_MAX + 1));
    assertEquals("file_too_large", refused(() -> Attachment.file(text, Optional.empty(), "p")));
  }

  private static String refused(Runnable attempt) {
    return assertThrows(InvalidRequest.class, attempt::run).error().code();
  }

  private static String base64(String latin1) {
    return Base64.getEncoder().encodeToString(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }
}

package claudegateway.demo;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import java.util.zip.CRC32;

/** What signs a thinking block: any stub knows the signatures of any other, and nothing else passes. */
final class Signature {
  private Signature() {}

  static String fresh() {
    String nonce = UUID.randomUUID().toString();
    return Base64.getEncoder().encodeToString((nonce + sum(nonce)).getBytes(StandardCharsets.US_ASCII));
  }

  static boolean isValid(String signature) {
    try {
      String text = new String(Base64.getDecoder().decode(signature), StandardCharsets.US_ASCII);
      int end = text.length() - 8;
      return end > 0 && text.substring(end).equals(sum(text.substring(0, end)));
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static String sum(String nonce) {
    CRC32 sum = new CRC32();
    sum.update(("thinking of the stub " + nonce).getBytes(StandardCharsets.US_ASCII));
    return "%08x".formatted(sum.getValue());
  }
}

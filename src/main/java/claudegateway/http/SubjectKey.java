package claudegateway.http;

import java.io.ByteArrayOutputStream;
import java.security.PublicKey;
import java.util.Arrays;

/**
 * The two halves of a SubjectPublicKeyInfo (RFC 5280 §4.1): {@code SEQUENCE { AlgorithmIdentifier, BIT STRING }}.
 *
 * @param algorithm the identifier, as DER
 * @param bits the bare key
 */
record SubjectKey(byte[] algorithm, byte[] bits) {
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  static SubjectKey of(PublicKey key) {
    byte[] whole = key.getEncoded();
    int inside = headLength(whole, 0);
    int bitString = end(whole, inside);
    // The first byte of a bit string counts unused bits: none.
    int bits = bitString + headLength(whole, bitString) + 1;
    return new SubjectKey(Arrays.copyOfRange(whole, inside, bitString),
        Arrays.copyOfRange(whole, bits, whole.length));
  }

  /** A private key of the same algorithm, in the algorithm's own form, as PKCS#8 (RFC 5208 §5). */
  byte[] pkcs8(byte[] privateKey) {
    ByteArrayOutputStream inside = new ByteArrayOutputStream();
    inside.writeBytes(VERSION_0);
    inside.writeBytes(algorithm);
    inside.writeBytes(element(OCTET_STRING, privateKey));
    return element(SEQUENCE, inside.toByteArray());
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      // The keys that exist fit two bytes of length.
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** Bytes of tag and length of the element at that place. */
  private static int headLength(byte[] der, int at) {
    int length = der[at + 1] & 0xff;
    return length < 0x80 ? 2 : 2 + (length & 0x7f);
  }

  private static int end(byte[] der, int at) {
    int head = headLength(der, at);
    int length = der[at + 1] & 0x7f;
    if (head > 2) {
      length = 0;
      for (int i = 2; i < head; i++) {
        length = length << 8 | der[at + i] & 0xff;
      }
    }
    return at + head + length;
  }
}

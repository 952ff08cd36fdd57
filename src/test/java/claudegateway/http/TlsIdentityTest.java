package claudegateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and certificates as openssl writes them. */
final class TlsIdentityTest {
  @TempDir static Path folder;
  private static OpenSsl openssl;

  @BeforeAll
  static void certificates() throws Exception {
    openssl = OpenSsl.inFolder(folder);
    openssl.certify("rsa", "RSA", "-pkeyopt", "rsa_keygen_bits:2048");
    openssl.certify("ec", "EC", "-pkeyopt", "ec_paramgen_curve:P-256");
    openssl.certify("ed", "ED25519");
    openssl.run("rsa", "-in", "rsa.key", "-traditional", "-out", "rsa.pkcs1");
    openssl.run("ec", "-in", "ec.key", "-out", "ec.sec1");
    openssl.run("pkcs8", "-topk8", "-in", "ec.key", "-passout", "pass:x", "-out", "ec.encrypted");
    openssl.run("pkcs12", "-export", "-inkey", "ec.key", "-in", "ec.pem", "-passout", "pass:geheim", "-out", "ec.p12");
  }

  private static Path file(String name) {
    return folder.resolve(name);
  }

  @ParameterizedTest
  @CsvSource({"rsa.pem, rsa.key", "rsa.pem, rsa.pkcs1", "ec.pem, ec.key", "ec.pem, ec.sec1", "ed.pem, ed.key"})
  void takesEachFormOfKey(String certificates, String key) throws Exception {
    TlsIdentity identity = TlsIdentity.ofPem(file(certificates), file(key));
    assertEquals(2, identity.chain().size());
    assertEquals("CN=localhost", identity.chain().getFirst().getSubjectX500Principal().getName());
    identity.context();
  }

  @Test
  void takesPkcs12() throws Exception {
    TlsIdentity identity = TlsIdentity.ofPkcs12(file("ec.p12"), "geheim".toCharArray());
    assertEquals(2, identity.chain().size());
    assertEquals(TlsIdentity.ofPem(file("ec.pem"), file("ec.key")).spkiPin(), identity.spkiPin());
    assertTrue(assertThrows(IOException.class, () -> TlsIdentity.ofPkcs12(file("ec.p12"), "no".toCharArray()))
        .getMessage().contains("tls-password"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec"})
  void pinsAreThoseThatOthersCompute(String name) throws Exception {
    TlsIdentity identity = TlsIdentity.ofPem(file(name + ".pem"), file(name + ".key"));
    assertEquals(openssl.shell("sh", "-c", "openssl pkey -in " + name
        + ".key -pubout -outform DER | openssl dgst -sha256 -binary | openssl base64 -A"), identity.spkiPin());
    // RSA: openssl itself writes PKCS#1; EC: the point is what follows the head of 26 bytes of a P-256 key.
    String bare = name.equals("rsa")
        ? "openssl rsa -in rsa.key -RSAPublicKey_out -outform DER"
        : "openssl pkey -in ec.key -pubout -outform DER | tail -c +27";
    String hash = openssl.shell("sh", "-c", bare + " | openssl dgst -sha256 -r");
    assertEquals(hash.substring(0, 64), identity.rawKeyPin());
  }

  @ParameterizedTest
  @CsvSource({
      "rsa.pem, ec.key, is not one for the certificate",
      "ec.pem, ec.encrypted, is encrypted",
      "ec.pem, ec.pem, has no private key",
      "ec.key, ec.key, ''"})
  void saysWhatIsWrong(String certificates, String key, String message) {
    IOException wrong = assertThrows(IOException.class, () -> TlsIdentity.ofPem(file(certificates), file(key)));
    assertTrue(wrong.getMessage().contains(message), wrong.getMessage());
  }

  @Test
  void aKeyOfAnotherCertificateIsFoundOut() throws Exception {
    openssl.certify("other", "EC", "-pkeyopt", "ec_paramgen_curve:P-256");
    IOException wrong =
        assertThrows(IOException.class, () -> TlsIdentity.ofPem(file("ec.pem"), file("other.key")));
    assertTrue(wrong.getMessage().contains("does not belong to the certificate"), wrong.getMessage());
    assertTrue(Files.exists(file("other.key")));
  }
}

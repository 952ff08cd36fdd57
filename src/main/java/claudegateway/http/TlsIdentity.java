package claudegateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The certificate that the server shows, with its key.
 *
 * @param chain the server's own first
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----([^-]*)-----END \\1-----");
  private static final byte[] PROBE = "does the key fit the certificate?".getBytes(StandardCharsets.US_ASCII);

  public TlsIdentity {
    chain = List.copyOf(chain);
  }

  /**
   * From PEM files: the chain with the server's own certificate first, and its key as PKCS#8, PKCS#1 (RSA) or
   * SEC 1 (EC), not encrypted. Throws IOException with a line that names the file and what is wrong with it.
   */
  public static TlsIdentity ofPem(Path certificates, Path keyFile) throws IOException {
    List<X509Certificate> chain = chain(certificates);
    Matcher pem = PEM_KEY.matcher(Files.readString(keyFile, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw new IOException("the TLS key " + keyFile + " has no private key in PEM form");
    }
    if (pem.group(1).startsWith("ENCRYPTED")) {
      throw new IOException("the TLS key " + keyFile + " is encrypted; use tls-pkcs12 and tls-password for that");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
      X509Certificate own = chain.getFirst();
      byte[] pkcs8 = pem.group(1).equals("PRIVATE KEY") ? der : SubjectKey.of(own.getPublicKey()).pkcs8(der);
      return checked(new TlsIdentity(chain, KeyFactory.getInstance(own.getPublicKey().getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8))), keyFile);
    } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
      throw new IOException("the TLS key " + keyFile + " is not one for the certificate in " + certificates
          + ": " + unreadable.getMessage(), unreadable);
    }
  }

  /** From the first entry with a key. Throws as {@link #ofPem}. */
  public static TlsIdentity ofPkcs12(Path file, char[] password) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, password) instanceof PrivateKey key) {
          return checked(new TlsIdentity(Arrays.stream(store.getCertificateChain(alias))
              .map(X509Certificate.class::cast).toList(), key), file);
        }
      }
      throw new IOException(file + " has no private key");
    } catch (GeneralSecurityException | IOException unreadable) {
      throw new IOException("the TLS file " + file + " cannot be used: " + unreadable.getMessage()
          + " (is tls-password right?)", unreadable);
    }
  }

  private static List<X509Certificate> chain(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> chain = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast).toList();
      if (chain.isEmpty()) {
        throw new IOException("the TLS file " + file + " has no certificate in PEM form");
      }
      return chain;
    } catch (GeneralSecurityException unreadable) {
      throw new IOException("the TLS file " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  /** A key of another certificate would be found out by the first client, who could not say what is wrong. */
  private static TlsIdentity checked(TlsIdentity identity, Path keyFile)
      throws IOException, GeneralSecurityException {
    X509Certificate own = identity.chain.getFirst();
    String algorithm = switch (identity.key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case String other -> other;
    };
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(identity.key);
    signer.update(PROBE);
    byte[] signed = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(own.getPublicKey());
    verifier.update(PROBE);
    if (!verifier.verify(signed)) {
      throw new IOException("the key in " + keyFile + " does not belong to the certificate of "
          + own.getSubjectX500Principal().getName());
    }
    return identity;
  }

  public SSLContext context() throws IOException {
    try {
      char[] inMemory = {};
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, inMemory);
      store.setKeyEntry("server", key, inMemory, chain.toArray(Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, inMemory);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new IOException("the TLS certificate cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  /** SHA-256 of the SubjectPublicKeyInfo, Base64: what curl's {@code --pinnedpubkey sha256//…} takes (RFC 7469). */
  public String spkiPin() {
    return Base64.getEncoder().encodeToString(sha256(chain.getFirst().getPublicKey().getEncoded()));
  }

  /**
   * SHA-256 of the bare key, lower-case hex: the form of apps that hash what {@code
   * SecKeyCopyExternalRepresentation} gives (RSA: PKCS#1; EC: the uncompressed point).
   */
  public String rawKeyPin() {
    return HexFormat.of().formatHex(sha256(SubjectKey.of(chain.getFirst().getPublicKey()).bits()));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal().getName() + "]";
  }
}

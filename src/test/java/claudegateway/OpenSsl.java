package claudegateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority for a test, and what it certifies. */
public record OpenSsl(Path folder) {

  /** With a CA in {@code ca.pem}. */
  public static OpenSsl inFolder(Path folder) throws Exception {
    OpenSsl made = new OpenSsl(folder);
    made.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign");
    return made;
  }

  /**
   * Makes {@code NAME.key} (PKCS#8) and {@code NAME.pem}, the certificate for localhost and its CA's.
   *
   * @param algorithm what {@code openssl genpkey} takes
   */
  public void certify(String name, String... algorithm) throws Exception {
    List<String> key = new ArrayList<>(List.of("genpkey", "-out", name + ".key", "-algorithm"));
    key.addAll(List.of(algorithm));
    run(key.toArray(String[]::new));
    run("req", "-new", "-key", name + ".key", "-subj", "/CN=localhost", "-out", name + ".csr");
    Files.writeString(folder.resolve("extensions"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    run("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
        "-extfile", "extensions", "-out", name + ".own.pem");
    Files.writeString(folder.resolve(name + ".pem"), Files.readString(folder.resolve(name + ".own.pem"))
        + Files.readString(folder.resolve("ca.pem")));
  }

  public Path file(String name) {
    return folder.resolve(name);
  }

  /** Runs openssl in the folder; returns what it said on stdout. */
  public String run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    return shell(command.toArray(String[]::new));
  }

  /** Runs a program in the folder; an AssertionError when it fails. */
  public String shell(String... command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile(folder, "stderr", ".txt");
    Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + Files.readString(errors));
    }
    return said;
  }
}

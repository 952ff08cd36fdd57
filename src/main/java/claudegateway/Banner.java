package claudegateway;

import claudegateway.claude.ClaudeBinary;
import claudegateway.claude.CliVersion;
import claudegateway.http.AccessPolicy;
import claudegateway.http.TlsIdentity;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What is said on stderr when the gateway is ready. */
final class Banner {
  private Banner() {}

  static String text(Config config, Gateway gateway) {
    String url = url(config, gateway.port());
    ClaudeBinary claude = gateway.claude();
    AccessPolicy access = config.access();
    StringBuilder out = new StringBuilder();
    line(out, "claude-code-gateway " + Release.version() + " is ready", url);
    line(out, "  CLI", claude.path() + ", version " + claude.version() + remark(config, claude));
    line(out, "  data", config.folders().data().toString());
    line(out, "  permissions", permissions(config.agent().permissionMode()));
    line(out, "  access", access.keyRequired()
        ? "with an API key (" + access.keys().size() + " set)"
        : "this machine only, no key needed; set API_KEYS to serve others");
    gateway.identity().ifPresent(identity -> certificate(out, identity));
    gateway.metricsUrl().ifPresent(metrics -> line(out, "  metrics", metrics));
    String key = access.keyRequired() ? " -H \"Authorization: Bearer $KEY\"" : "";
    out.append("  try it:\n    curl -N ").append(url).append("/v1/chat/completions").append(key)
        .append(" -H 'Content-Type: application/json' \\\n")
        .append("      -d '{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'\n");
    return out.toString();
  }

  /** Both forms in which a client may pin the key, and what would make it refuse. */
  private static void certificate(StringBuilder out, TlsIdentity identity) {
    X509Certificate own = identity.chain().getFirst();
    Instant until = own.getNotAfter().toInstant();
    line(out, "  certificate", own.getSubjectX500Principal().getName() + ", valid until "
        + LocalDate.ofInstant(until, ZoneOffset.UTC) + (until.isBefore(Instant.now()) ? ": IT HAS EXPIRED" : "")
        + (identity.chain().size() == 1 ? "; its chain is one certificate, pinning apps want its CA's too" : ""));
    line(out, "  pin of the key (SPKI)", "sha256//" + identity.spkiPin());
    line(out, "  pin of the bare key", identity.rawKeyPin());
  }

  private static String remark(Config config, ClaudeBinary claude) {
    String age = CliVersion.of(claude.version()).isSupported() ? ""
        : "; THIS IS TOO OLD, update it: " + CliVersion.OLDEST + " or newer is needed";
    return (config.demo() ? ", with the demo model" : "") + age;
  }

  private static void line(StringBuilder out, String what, String text) {
    out.append(what).append(": ").append(text).append('\n');
  }

  private static String url(Config config, int port) {
    InetAddress first = config.server().addresses().getFirst();
    String host = first.isLoopbackAddress() || first.isAnyLocalAddress() ? "localhost"
        : first instanceof Inet6Address ? "[" + first.getHostAddress() + "]"
        : first.getHostAddress();
    return (config.server().tls().isPresent() ? "https://" : "http://") + host + ":" + port;
  }

  private static String permissions(String mode) {
    return mode + switch (mode) {
      case "acceptEdits" -> ": the agent may edit files in the project; the rest is decided by rules";
      case "plan" -> ": the agent may read and plan, and change nothing";
      case "bypassPermissions" -> ": THE AGENT MAY DO ANYTHING that this user may do";
      default -> ": the agent may do what rules allow";
    };
  }
}

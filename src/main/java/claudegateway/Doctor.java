package claudegateway;

import claudegateway.claude.ClaudeBinary;
import claudegateway.claude.ClaudeException;
import claudegateway.claude.CliVersion;
import claudegateway.doctor.CliDoctor;
import claudegateway.doctor.Finding;
import claudegateway.doctor.PassedVersions;
import claudegateway.http.TlsIdentity;
import claudegateway.store.Backup;
import claudegateway.store.StoreException;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code bin/doctor}: whether this machine and these settings are fit for the gateway. Changes nothing. */
final class Doctor {
  private static final long DISK_FAIL_BYTES = 100L << 20;
  private static final long DISK_WARN_BYTES = 1L << 30;
  private static final long FILES_WARN = 1_024;

  /** A clock that is behind it is wrong: this program did not exist then. */
  private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  private final Config config;
  private final Consumer<Finding> report;
  private boolean failed;

  private Doctor(Config config, Consumer<Finding> report) {
    this.config = config;
    this.report = report;
  }

  /**
   * @param cli whether the CLI's behaviour is examined too, which takes half a minute
   * @return whether nothing failed
   */
  static boolean examine(Config config, boolean cli, Consumer<Finding> report) throws InterruptedException {
    Doctor doctor = new Doctor(config, report);
    doctor.java();
    Optional<ClaudeBinary> binary = doctor.binary();
    if (binary.isPresent()) {
      doctor.login(binary.get());
    }
    doctor.user();
    doctor.port();
    doctor.tls();
    doctor.data();
    doctor.database();
    doctor.clock();
    doctor.machine();
    if (cli && binary.isPresent()) {
      doctor.behaviour(binary.get());
    }
    return !doctor.failed;
  }

  private void tell(Finding finding) {
    failed |= finding.grade() == Finding.Grade.FAIL;
    report.accept(finding);
  }

  private void java() {
    tell(Finding.ok("Java", Runtime.version() + " in " + System.getProperty("java.home")));
  }

  private Optional<ClaudeBinary> binary() throws InterruptedException {
    String about = "Claude Code";
    try {
      Optional<ClaudeBinary> found =
          ClaudeBinary.find(config.agent().claude(), config.folders().cli(), config.environment());
      if (found.isEmpty()) {
        tell(Finding.warn(about, "not found",
            "bin/start installs " + ClaudeBinary.PINNED_VERSION + " for itself (about 250 MB)"));
        return found;
      }
      ClaudeBinary claude = found.get();
      String text = claude.path() + ", version " + claude.version();
      if (!CliVersion.of(claude.version()).isSupported()) {
        tell(Finding.fail(about, text, "it is too old: update it to " + CliVersion.OLDEST + " or newer"));
      } else if (!PassedVersions.in(config.folders().cli()).has(claude.version())) {
        tell(Finding.warn(about, text, "nobody has tried this version here: run bin/doctor --cli"));
      } else {
        tell(Finding.ok(about, text));
      }
      return found;
    } catch (ClaudeException broken) {
      tell(Finding.fail(about, broken.getMessage(), ""));
      return Optional.empty();
    }
  }

  private void login(ClaudeBinary claude) throws InterruptedException {
    if (config.demo()) {
      tell(Finding.ok("login", "none needed for the demo model"));
      return;
    }
    try {
      Path scratch = Files.createTempDirectory("doctor").toRealPath();
      try {
        String login = CliDoctor.login(claude.path(), claude.version(), config.environment(), scratch);
        tell(login.isEmpty()
            ? Finding.warn("login", "none", "run \"" + claude.path() + "\" and log in, or set ANTHROPIC_API_KEY")
            : Finding.ok("login", login));
      } finally {
        Files.deleteIfExists(scratch);
      }
    } catch (ClaudeException | IOException silent) {
      tell(Finding.fail("login", "Claude Code does not start: " + silent.getMessage(), "try it in a terminal"));
    }
  }

  private void user() {
    String user = System.getProperty("user.name");
    boolean root = user.equals("root");
    boolean anything = config.agent().permissionMode().equals("bypassPermissions");
    if (root && anything && !"1".equals(config.environment().get("IS_SANDBOX"))) {
      tell(Finding.fail("user", user, "Claude Code refuses bypassPermissions as root: use another user"));
    } else if (root) {
      tell(Finding.warn("user", user, "the agent may do what this user may do: use another user"));
    } else {
      tell(Finding.ok("user", user));
    }
  }

  private void port() {
    for (InetAddress address : config.server().addresses()) {
      String about = "port " + config.server().port() + " of " + address.getHostAddress();
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(address, config.server().port()));
        tell(Finding.ok(about, "free"));
      } catch (IOException taken) {
        tell(Finding.warn(about, "cannot be listened on (" + taken.getMessage() + ")",
            "fine if the gateway runs; else choose another one with --port"));
      }
    }
  }

  private void tls() {
    config.server().tls().ifPresent(wanted -> {
      try {
        TlsIdentity identity = Listening.identity(wanted);
        Instant until = identity.chain().getFirst().getNotAfter().toInstant();
        tell(until.isAfter(Instant.now())
            ? Finding.ok("certificate", "valid until " + until)
            : Finding.fail("certificate", "expired on " + until, "renew it"));
      } catch (IOException unusable) {
        tell(Finding.fail("certificate", unusable.getMessage(), ""));
      }
    });
  }

  private void data() {
    Path data = config.folders().data();
    Path there = data;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      tell(Finding.fail("data folder", data + " cannot be written", "choose another one with --data-dir"));
      return;
    }
    tell(Finding.ok("data folder", data + (there.equals(data) ? "" : " (will be made)")));
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      String found = (free >> 20) + " MiB free";
      tell(free < DISK_FAIL_BYTES ? Finding.fail("disk", found, "make room: nothing can be stored")
          : free < DISK_WARN_BYTES ? Finding.warn("disk", found, "make room") : Finding.ok("disk", found));
    } catch (IOException unknown) {
      tell(Finding.warn("disk", "the free space is unknown: " + unknown.getMessage(), ""));
    }
  }

  private void database() {
    Path file = config.folders().database();
    if (!Files.exists(file)) {
      tell(Finding.ok("database", file + " (will be made)"));
      return;
    }
    try {
      List<String> problems = Backup.problems(file);
      tell(problems.isEmpty() ? Finding.ok("database", file + ", " + (Files.size(file) >> 10) + " KiB, whole")
          : Finding.fail("database", file + ": " + problems.getFirst(), "stop the gateway and restore a backup"));
    } catch (StoreException | IOException unusable) {
      tell(Finding.fail("database", unusable.getMessage(), "restore a backup"));
    }
  }

  /** Timestamps of sessions and the validity of certificates go by it. */
  private void clock() {
    Instant now = Instant.now();
    try {
      Path file = config.folders().database();
      boolean behind = now.isBefore(EARLIEST)
          || (Files.exists(file) && Files.getLastModifiedTime(file).toInstant().isAfter(now.plusSeconds(60)));
      tell(behind ? Finding.warn("clock", now.toString(), "it is behind what was stored: set it")
          : Finding.ok("clock", now.toString()));
    } catch (IOException unknown) {
      tell(Finding.warn("clock", now + ", the database's time is unknown", ""));
    }
  }

  private void machine() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    int wanted = Memory.processes(config.sessions());
    int fit = Memory.processesThatFit();
    String found = (system.getTotalMemorySize() >> 20) + " MiB, room for " + fit + " live Claude Code processes";
    tell(wanted > fit ? Finding.warn("memory", found, "max-concurrent-sessions is " + wanted) : Finding.ok("memory", found));
    if (system instanceof UnixOperatingSystemMXBean unix) {
      long files = unix.getMaxFileDescriptorCount();
      tell(files < FILES_WARN ? Finding.warn("open files", files + " allowed", "raise the limit: ulimit -n 4096")
          : Finding.ok("open files", files + " allowed"));
    }
  }

  private void behaviour(ClaudeBinary claude) throws InterruptedException {
    try {
      boolean sound = CliDoctor.examine(claude.path(), claude.version(),
          config.environment().getOrDefault("PATH", "/usr/bin:/bin"), this::tell);
      if (sound) {
        PassedVersions.in(config.folders().cli()).add(claude.version());
      } else {
        tell(Finding.fail("Claude Code", claude.version() + " is not as this gateway needs it",
            "use " + ClaudeBinary.PINNED_VERSION + ": npm install -g @anthropic-ai/claude-code@"
                + ClaudeBinary.PINNED_VERSION));
      }
    } catch (IOException failed) {
      tell(Finding.fail("Claude Code", "could not be examined: " + failed.getMessage(), ""));
    }
  }
}

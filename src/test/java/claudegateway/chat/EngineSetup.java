package claudegateway.chat;

import claudegateway.FakeCli;
import claudegateway.RealCli;
import claudegateway.pool.PoolSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** What an {@link Engine} is made of: a CLI and the settings that a test cares for; the rest is roomy. */
final class EngineSetup {
  final Path binary;
  final String version;
  final Map<String, String> environment = new HashMap<>();
  private int live = 12;
  int retries;
  private long memory = 64L << 30;
  private int spares;
  private int sparesAfterBurst;
  private int queue = 100;
  private Duration idleMax = Duration.ofMinutes(10);
  private Duration busyWait = Duration.ZERO;
  private Duration slotWait = Duration.ofSeconds(20);
  private Duration silenceMax = Duration.ofSeconds(60);
  private Duration desertedGrace = Duration.ofMillis(300);
  private Duration historyKept = Duration.ofDays(1);
  private Duration cleanEvery = Duration.ofHours(1);

  InstantSource time = InstantSource.system();

  private EngineSetup(Path binary, String version) {
    this.binary = binary;
    this.version = version;
  }

  static EngineSetup real(String version) {
    return new EngineSetup(RealCli.binary(version), version);
  }

  static EngineSetup fake() {
    return fake(FakeCli.VERSION);
  }

  /** The fake CLI in the manner of a version. */
  static EngineSetup fake(String version) {
    return new EngineSetup(FakeCli.binary(), version).with("CLAUDE_CODE_FAKE_VERSION", version);
  }

  /** A fake CLI that may be removed. */
  static EngineSetup copyOfFake() {
    try {
      Path copy = Files.createTempFile("ccg", "claude");
      Files.copy(FakeCli.binary(), copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      copy.toFile().deleteOnExit();
      return new EngineSetup(copy, FakeCli.VERSION);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The fake CLI, which begins when a file is there; before that it adds a line to the file of those that wait. */
  static EngineSetup gated(Path folder) {
    Path script = folder.resolve("claude");
    try {
      Files.writeString(script, """
          #!/bin/sh
          echo $$ >> '%1$s/begun'
          while [ ! -e '%1$s/open' ]; do sleep 0.02; done
          exec '%2$s' "$@"
          """.formatted(folder, FakeCli.binary()));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return new EngineSetup(script, FakeCli.VERSION);
  }

  /** A variable of the gateway's environment; it reaches the CLI when {@code ClaudeEnvironment} lets it. */
  EngineSetup with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** By which the engine sees that something is old. */
  EngineSetup time(InstantSource source) {
    time = source;
    return this;
  }

  EngineSetup live(int processes) {
    live = processes;
    return this;
  }

  /** Bytes that the processes may count for. */
  EngineSetup memory(long max) {
    memory = max;
    return this;
  }

  EngineSetup spares(int processes) {
    spares = processes;
    return this;
  }

  /** As many when conversations began together; otherwise they change nothing. */
  EngineSetup sparesAfterBurst(int processes) {
    sparesAfterBurst = processes;
    return this;
  }

  /** How often the CLI may repeat a failed API request. */
  EngineSetup retries(int max) {
    retries = max;
    return this;
  }

  EngineSetup queue(int requests) {
    queue = requests;
    return this;
  }

  EngineSetup idleMax(Duration max) {
    idleMax = max;
    return this;
  }

  EngineSetup busyWait(Duration max) {
    busyWait = max;
    return this;
  }

  EngineSetup slotWait(Duration max) {
    slotWait = max;
    return this;
  }

  EngineSetup silenceMax(Duration max) {
    silenceMax = max;
    return this;
  }

  EngineSetup desertedGrace(Duration grace) {
    desertedGrace = grace;
    return this;
  }

  /** How long conversations without a session id are kept, and how often it is looked. */
  EngineSetup historyKept(Duration max, Duration every) {
    historyKept = max;
    cleanEvery = every;
    return this;
  }

  ChatSettings settings(Path folder) {
    PoolSettings pool = new PoolSettings(live, memory, spares, Math.max(spares, sparesAfterBurst), slotWait, queue);
    return new ChatSettings(pool, idleMax, busyWait, silenceMax, desertedGrace, true, historyKept, cleanEvery, folder);
  }
}
